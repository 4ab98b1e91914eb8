"""Performing: the notes of one role of a score are rendered to a signal."""

from collections import Counter
from typing import Any

import numpy as np

from .artists import Habits, Player
from .instruments import INSTRUMENTS, Kit
from .score import Note, Score
from .seeds import generator
from .sound import amplitude, fall, frequency_hz, highpass, samples

#: Tones are rendered in these lengths, in s, and cut to the length of the note.
LENGTHS_S = (0.3, 0.6, 1.2, 2.4, 4.8, 9.6)
#: The number of velocities at which tones are rendered; between them only loudness changes.
VELOCITIES = 4
#: The least loudness to which parts are normalised: a part with a single note at the very
#: end, for example, is not raised to the level of the others.
QUIETEST = 0.05


class Sounds:
    """The sounds of one instrument of one artist, each rendered once.

    A sound's noise is drawn from a generator named after artist, instrument and sound, so that
    it does not depend on what was rendered before.
    """

    def __init__(self, habits: Habits, name: str):
        self.habits = habits
        self.name = name
        self.instrument = INSTRUMENTS[name]
        self.known: dict[tuple, np.ndarray] = {}
        self.played: Counter[tuple] = Counter()

    def sound(self, note: Note, length_s: float) -> np.ndarray:
        """Return a note's sound of this length, at the loudness of full velocity."""
        touch = int(np.ceil(note.velocity * VELOCITIES)) / VELOCITIES
        if isinstance(self.instrument, Kit):
            return self._take(note.pitch, touch, 0.0)
        wanted_s = length_s + 5.0 * self.instrument.release_s
        bucket_s = next((each for each in LENGTHS_S if each >= wanted_s), LENGTHS_S[-1])
        return self._damp(self._take(note.pitch, touch, bucket_s), samples(length_s))

    def _take(self, pitch: int | str, touch: float, length_s: float) -> np.ndarray:
        """Return the next take of a sound of this pitch, touch and length."""
        asked = (pitch, touch, length_s)
        key = (*asked, self.played[asked] % self.instrument.takes)
        self.played[asked] += 1
        if key not in self.known:
            name = self.habits.production.name
            rng = generator("sound", name, self.name, *key)
            self.known[key] = self._render(*asked, rng)
        return self.known[key]

    def _render(
        self, pitch: Any, touch: float, length_s: float, rng: np.random.Generator
    ) -> np.ndarray:
        if isinstance(self.instrument, Kit):
            return self.instrument.hit(pitch, touch, rng)
        frequency = frequency_hz(pitch + self.habits.tuning_cents / 100.0)
        return self.instrument.tone(frequency, samples(length_s), touch, rng)

    def _damp(self, sound: np.ndarray, held: int) -> np.ndarray:
        release_s = self.instrument.release_s
        tail = min(samples(5.0 * release_s), max(len(sound) - held, 0))
        damped = sound[: held + tail].copy()
        damped[held:] *= fall(tail, release_s)
        return damped


def loudness(x: np.ndarray) -> float:
    """Root mean square of the blocks that are not silent.

    Blocks of 0.4 s that are 10 dB below the mean power do not count, as in EBU R 128, so that
    a part that plays only one bar is not made louder.
    """
    blocks = np.array_split(x**2, max(1, len(x) // samples(0.4)))
    power = np.array([block.mean() for block in blocks])
    return float(np.sqrt(np.mean(power[power >= 0.1 * np.mean(power)])))


def play_part(
    score: Score, role: str, habits: Habits, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the ``(count,)`` samples of one role's notes, at their level in the mix."""
    player = habits.band[role]
    sounds = Sounds(habits, player.instrument)
    out = np.zeros(count)
    for note in score.parts[role]:
        late_s = score.onset_s(note) + rng.normal(0.0, habits.jitter_s)
        first = max(0, samples(late_s))
        if first >= count:
            continue
        sound = sounds.sound(note, note.length * score.step_s)[: count - first]
        out[first : first + len(sound)] += note.velocity**1.5 * sound
    return _set_fader(sounds.instrument.bus(out), player)


def _set_fader(x: np.ndarray, player: Player) -> np.ndarray:
    """Return a part with its tone and its level in the mix."""
    x = x + (amplitude(player.tone_db) - 1.0) * highpass(x, 2000.0, 1)
    return amplitude(player.level_db) * x / max(loudness(x), QUIETEST)
