"""Strokes, notes and scores."""

from dataclasses import dataclass
from math import pi, sin


@dataclass(frozen=True, slots=True)
class Stroke:
    """One mark of a figure: its step in the bar, its length in steps, and the mark."""

    step: int
    steps: int
    mark: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note for an instrument.

    Onset and length are in steps of the score's grid. The pitch is a MIDI number or, for a
    drum kit, the name of a drum. The velocity lies in (0, 1].
    """

    onset: float
    length: float
    pitch: int | str
    velocity: float


@dataclass(frozen=True)
class Score:
    """Notes by role, on a grid of steps of ``step_s`` seconds; a beat lasts ``beat_s``.

    Every second step is late by the fraction ``swing`` of a step. Onsets deviate by up to
    ``rubato`` steps within a phrase of ``phrase`` steps.
    """

    step_s: float
    beat_s: float
    swing: float
    rubato: float
    phrase: int
    parts: dict[str, list[Note]]

    def onset_s(self, note: Note) -> float:
        """Instant in s at which a note is due."""
        late = self.swing if round(note.onset) % 2 else 0.0
        late += self.rubato * sin(2.0 * pi * note.onset / self.phrase)
        return (note.onset + late) * self.step_s


#: Velocities of marks. Marks that are not listed have the velocity ``PLAIN``.
VELOCITIES = {"X": 1.0, "x": 0.75, "o": 0.4}
PLAIN = 0.75


def velocity(mark: str) -> float:
    """Velocity of a mark of a figure."""
    return VELOCITIES.get(mark, PLAIN)


def read_bar(figure: str, bar: int, steps_per_bar: int) -> list[Stroke]:
    """Read one bar of a figure: ``.`` rests, ``-`` holds on, any other mark strikes.

    Spaces are ignored. A figure of several bars is repeated.
    """
    marks = figure.replace(" ", "")
    bars, rest = divmod(len(marks), steps_per_bar)
    if rest or not bars:
        raise ValueError(f"{figure!r} does not fill bars of {steps_per_bar} steps.")
    first = (bar % bars) * steps_per_bar
    marks = marks[first : first + steps_per_bar]
    strokes = []
    for step, mark in enumerate(marks):
        if mark in ".-":
            continue
        held = len(marks[step + 1 :]) - len(marks[step + 1 :].lstrip("-"))
        strokes.append(Stroke(step, 1 + held, mark))
    return strokes
