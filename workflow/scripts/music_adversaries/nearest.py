"""Suggestions for names that do not exist."""

import difflib
from collections.abc import Iterable

MOST_LETTERS = 300
"""The most characters of a person's input that a message repeats."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return ``did you mean 'jazz'? Known: blues, jazz.``, or ``there are none.``"""
    known = list(known)
    if not known:
        return "there are none."
    folded = {each.casefold(): each for each in known}
    (meant,) = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0)
    return f"did you mean {short(repr(folded[meant]))}? Known: {short(', '.join(known))}."


def short(value: object) -> str:
    """Return ``value`` as text; of a very long one, only its two ends."""
    text, half = str(value), MOST_LETTERS // 2
    return text if len(text) <= MOST_LETTERS else f"{text[:half]} … {text[-half:]}"
