"""Names that do not exist, and the one that was meant."""

import difflib
from collections.abc import Iterable

MOST_LETTERS = 300
"""Of what people wrote, as many are repeated in a sentence about it."""


def nearest(name: object, known: Iterable[str]) -> str:
    """The one of ``known`` that is written most like ``name``, in whatever case; else ''."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0)
    return folded[found[0]] if found else ""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """``did you mean 'jazz'? Known: blues, jazz.``, or that there is none at all."""
    known = list(known)
    if not known:
        return "there are none."
    meant = short(repr(nearest(name, known)))
    return f"did you mean {meant}? Known: {short(', '.join(known))}."


def short(said: object) -> str:
    """What is said, or its two ends where that is very long."""
    text, half = str(said), MOST_LETTERS // 2
    return text if len(text) <= MOST_LETTERS else f"{text[:half]} … {text[-half:]}"
