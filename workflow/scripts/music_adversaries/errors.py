"""The one error that people are meant to read, and how its sentences name things."""


class InputError(Exception):
    """Bad input from a person: its message is one clear sentence that says what to do."""


def some(names: list[str], most: int = 5) -> str:
    """How many names there are, and the first of them: ``7 (a, b, c, d, e and 2 more)``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)} ({', '.join(names[:most])}{more})"
