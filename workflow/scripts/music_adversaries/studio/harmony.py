"""Scales, chords in Roman numerals, and how voices lead from chord to chord."""

import re
from dataclasses import dataclass

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}

NUMERALS = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
ACCIDENTALS = {"b": -1, "#": 1, "": 0}

#: Intervals above the root by suffix; upper case numerals are major, lower case minor.
MAJOR = {
    "": (0, 4, 7),
    "5": (0, 7, 12),
    "6": (0, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "13": (0, 4, 10, 14, 21),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "sus4": (0, 5, 7),
    "aug": (0, 4, 8),
}
MINOR = {
    "": (0, 3, 7),
    "5": (0, 7, 12),
    "6": (0, 3, 7, 9),
    "7": (0, 3, 7, 10),
    "9": (0, 3, 7, 10, 14),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "7b5": (0, 3, 6, 10),
}

SYMBOL = re.compile(r"([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(\w*)")


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic, as pitch class, and the name of the scale that melodies use."""

    tonic: int
    scale: str

    def ladder(self, low: int, high: int) -> list[int]:
        """All MIDI pitches of the scale from ``low`` to ``high``."""
        classes = {(self.tonic + step) % 12 for step in SCALES[self.scale]}
        return [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]


@dataclass(frozen=True, slots=True)
class Chord:
    """A root, in semitones above the tonic, and intervals in semitones above the root."""

    root: int
    intervals: tuple[int, ...]

    def classes(self, tonic: int) -> frozenset[int]:
        """Pitch classes of the chord in the key of ``tonic``."""
        return frozenset((tonic + self.root + step) % 12 for step in self.intervals)


def read_chord(symbol: str) -> Chord:
    """Read a chord such as ``ii7``, ``bVII`` or ``Imaj9``."""
    match = SYMBOL.fullmatch(symbol)
    if not match:
        raise ValueError(f"{symbol!r} is no chord in Roman numerals.")
    accidental, numeral, suffix = match.groups()
    qualities = MAJOR if numeral.isupper() else MINOR
    root = (NUMERALS[numeral.lower()] + ACCIDENTALS[accidental]) % 12
    return Chord(root, qualities[suffix])


def read_progression(text: str) -> list[list[Chord]]:
    """Read bars divided by ``|``; the chords of a bar share it evenly."""
    return [[read_chord(symbol) for symbol in bar.split()] for bar in text.split("|")]


def mode(progression: str) -> str:
    """Return ``minor`` if the tonic of a progression is, else ``major``."""
    numerals = (SYMBOL.fullmatch(symbol) for symbol in progression.replace("|", " ").split())
    return "minor" if any(match and match[2] == "i" for match in numerals) else "major"


def degree(chord: Chord, number: int) -> int:
    """Semitones above the root of a degree, 1 to 9, as a bass player counts them.

    The third is whatever stands in its place: a fourth, or the fifth of a power chord.
    """
    third = chord.intervals[1] % 12
    fifth = 6 if 6 in chord.intervals else 7
    sixth = 8 if third == 3 else 9
    seventh = 11 if 11 in chord.intervals else 10
    return {1: 0, 2: 2, 3: third, 4: 5, 5: fifth, 6: sixth, 7: seventh, 8: 12, 9: 14}[number]


def place(pitch_class: int, low: int) -> int:
    """Return the lowest MIDI pitch of a class that is not below ``low``."""
    return low + (pitch_class - low) % 12


def voice(chord: Chord, tonic: int, low: int, before: tuple[int, ...]) -> tuple[int, ...]:
    """Voice a chord above ``low`` so that the voices move little from the chord before.

    Every inversion in close position is tried, and the one whose mean pitch is nearest to
    the previous voicing's wins; with none before, root position.
    """
    root = place((tonic + chord.root) % 12, low)
    spread = tuple(sorted(root + step for step in chord.intervals))
    if not before:
        return spread
    candidates = [spread]
    for _ in range(len(spread) - 1):
        last = candidates[-1]
        candidates.append(tuple(sorted((*last[1:], last[0] + 12))))
    candidates += [tuple(pitch - 12 for pitch in each) for each in candidates]
    aim = sum(before) / len(before)
    allowed = [each for each in candidates if each[0] >= low - 4]
    return min(allowed, key=lambda each: abs(sum(each) / len(each) - aim))
