"""The one error that is meant for people to read."""


class InputError(Exception):
    """Bad input; the message is one clear sentence that says what to do."""
