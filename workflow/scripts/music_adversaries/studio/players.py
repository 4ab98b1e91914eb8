"""Players: each reads a bar of harmony and a figure, and writes the notes it plays.

All ``play`` methods return notes whose onsets count steps from the beginning of the piece.
"""

from dataclasses import dataclass

import numpy as np

from .harmony import Chord, degree, place, voice
from .score import Note, Stroke, read_bar, velocity


@dataclass(frozen=True)
class Bar:
    """One bar to be played.

    ``start`` is its first step, ``number`` its place in the section; ``opens`` and ``closes``
    say whether a section begins or ends with it; ``after`` is the chord that follows.
    """

    number: int
    start: int
    steps: int
    chords: list[Chord]
    after: Chord
    opens: bool
    closes: bool

    def chord(self, step: int) -> Chord:
        """Return the chord at a step."""
        return self.chords[step * len(self.chords) // self.steps]

    def following(self, step: int) -> Chord:
        """Return the chord after the one at a step."""
        index = step * len(self.chords) // self.steps
        return self.chords[index + 1] if index + 1 < len(self.chords) else self.after


class Drummer:
    """Plays a figure for each drum, a fill at times before a section, then a crash."""

    def __init__(self, fills: float, rng: np.random.Generator):
        self.fills = fills
        self.rng = rng

    def play(self, bar: Bar, figure: dict[str, str]) -> list[Note]:
        """Play one bar."""
        filling = bar.closes and self.rng.uniform() < self.fills
        end = bar.steps * 3 // 4 if filling else bar.steps
        notes = []
        for drum, marks in figure.items():
            for stroke in read_bar(marks, bar.number, bar.steps):
                # Some ghost strokes are left out.
                if stroke.step < end and (stroke.mark != "o" or self.rng.uniform() < 0.8):
                    notes.append(self._strike(bar.start + stroke.step, drum, stroke.mark))
        if filling:
            notes += self._fill(bar, end)
        if bar.opens and self.fills and self.rng.uniform() < self.fills:
            notes.append(self._strike(bar.start, "crash", "x"))
        return notes

    def _strike(self, step: float, drum: str, mark: str) -> Note:
        return Note(step, 1, drum, velocity(mark) * self.rng.uniform(0.85, 1.0))

    def _fill(self, bar: Bar, first: int) -> list[Note]:
        drums = np.sort(self.rng.integers(0, 3, bar.steps - first))
        names = ("snare", "high tom", "low tom")
        return [
            self._strike(bar.start + first + index, names[drum], "x")
            for index, drum in enumerate(drums)
            if self.rng.uniform() < 0.8
        ]


class Bassist:
    """Plays degrees of the chord, leads into the next root, or walks."""

    def __init__(self, tonic: int, low: int, rng: np.random.Generator):
        self.tonic = tonic
        self.low = low
        self.rng = rng
        self.last = low + 7

    def play(self, bar: Bar, figure: str) -> list[Note]:
        """Play one bar."""
        notes = []
        for stroke in read_bar(figure, bar.number, bar.steps):
            self.last = self._pitch(bar, stroke)
            strength = 0.75 + 0.2 * (stroke.step == 0) + self.rng.uniform(-0.08, 0.05)
            notes.append(Note(bar.start + stroke.step, stroke.steps, self.last, strength))
        return notes

    def _root(self, chord: Chord) -> int:
        return place((self.tonic + chord.root) % 12, self.low)

    def _pitch(self, bar: Bar, stroke: Stroke) -> int:
        chord = bar.chord(stroke.step)
        if stroke.mark == "a":
            return self._root(bar.following(stroke.step)) - 1
        if stroke.mark == "w":
            return self._walk(bar, stroke, chord)
        number = 1 if stroke.mark in "xXo" else int(stroke.mark)
        return self._root(chord) + degree(chord, number)

    def _walk(self, bar: Bar, stroke: Stroke, chord: Chord) -> int:
        """Take the root on the first beat, a semitone to the next root on the last."""
        if stroke.step == 0:
            return self._root(chord)
        if stroke.step + stroke.steps >= bar.steps:
            return self._root(bar.after) + int(self.rng.choice([-1, 1]))
        steps = self.rng.permutation([-4, -3, -2, 2, 3, 4, 5])
        near = [self.last + int(step) for step in steps]
        within = [each for each in near if self.low <= each <= self.low + 19]
        chordal = [each for each in within if each % 12 in chord.classes(self.tonic)]
        return (chordal or within or [self.last])[0]


class Accompanist:
    """Plays whole chords or single notes of them, and leads the voices."""

    def __init__(self, tonic: int, low: int, strum: float, rng: np.random.Generator):
        self.tonic = tonic
        self.low = low
        self.strum = strum
        self.rng = rng
        self.voicing: tuple[int, ...] = ()

    def play(self, bar: Bar, figure: str) -> list[Note]:
        """Play one bar."""
        notes, reigning = [], None
        for stroke in read_bar(figure, bar.number, bar.steps):
            chord = bar.chord(stroke.step)
            if chord is not reigning:
                self.voicing = voice(chord, self.tonic, self.low, self.voicing)
                reigning = chord
            notes += self._strike(bar.start + stroke.step, stroke)
        return notes

    def _strike(self, step: int, stroke: Stroke) -> list[Note]:
        strength = velocity(stroke.mark) * self.rng.uniform(0.88, 1.0)
        if stroke.mark.isdigit():
            octave, index = divmod(int(stroke.mark) - 1, len(self.voicing))
            pitch = self.voicing[index] + 12 * octave
            return [Note(step, stroke.steps, pitch, strength)]
        chosen = self.voicing[1:][::-1] if stroke.mark == "u" else self.voicing
        return [
            Note(step + index * self.strum, stroke.steps, pitch, strength)
            for index, pitch in enumerate(chosen)
        ]


@dataclass(frozen=True)
class Motif:
    """A rhythm and the scale steps from each of its notes to the next."""

    figure: str
    contour: tuple[int, ...]


class Melodist:
    """Walks up and down a scale by motifs; accents and first notes land in the chord."""

    def __init__(self, tonic: int, pitches: list[int], rng: np.random.Generator):
        self.tonic = tonic
        self.pitches = pitches
        self.rng = rng
        self.place = len(pitches) // 2

    def motif(self, figure: str) -> Motif:
        """Invent a contour for a rhythm: steps mostly, leaps now and then."""
        weights = np.array([1, 3, 8, 4, 8, 3, 1]) / 28.0
        contour = self.rng.choice(np.arange(-3, 4), len(figure.replace(" ", "")), p=weights)
        return Motif(figure, tuple(int(step) for step in contour))

    def play(self, bar: Bar, motif: Motif) -> list[Note]:
        """Play one bar."""
        notes = []
        for stroke in read_bar(motif.figure, 0, bar.steps):
            self._move(motif.contour[stroke.step])
            if stroke.step == 0 or stroke.mark == "X":
                self._settle(bar.chord(stroke.step))
            strength = velocity(stroke.mark) * self.rng.uniform(0.85, 1.0)
            pitch = self.pitches[self.place]
            notes.append(Note(bar.start + stroke.step, stroke.steps, pitch, strength))
        return notes

    def _move(self, steps: int) -> None:
        top = len(self.pitches) - 1
        aim = self.place + steps
        self.place = int(np.clip(aim if 0 <= aim <= top else self.place - steps, 0, top))

    def _settle(self, chord: Chord) -> None:
        classes = chord.classes(self.tonic)
        inside = [i for i, pitch in enumerate(self.pitches) if pitch % 12 in classes]
        if inside:
            self.place = min(inside, key=lambda index: abs(index - self.place))
