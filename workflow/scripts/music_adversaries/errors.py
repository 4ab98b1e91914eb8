"""The one error that people are meant to read."""


class InputError(Exception):
    """Bad input from a person: its message is one clear sentence that says what to do."""
