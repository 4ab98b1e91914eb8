"""Keys and bells by frequency modulation, and the drawbar organ."""

from dataclasses import dataclass

import numpy as np

from ..sound import SAMPLE_RATE, cycle, fall, phase, rise, scan, times
from .instrument import Pitched

#: Harmonics of the nine drawbars above a fundamental an octave below the key: 16', 5⅓',
#: 8', 4', 2⅔', 2', 1⅗', 1⅓', 1'.
DRAWBARS = (1, 3, 2, 4, 6, 8, 10, 12, 16)


@dataclass(frozen=True)
class FrequencyModulation(Pitched):
    """A carrier modulated in frequency (Chowning 1973).

    ``ratio`` is the modulator's frequency over the carrier's, ``index`` the peak index of
    modulation, which falls with ``index_decay_s`` to the share ``index_rest``.
    ``decay_s`` is the carrier's, ``attack_s`` its rise. ``tine`` is the level of a second,
    high modulator: the knock of an electric piano.
    """

    ratio: float = 1.0
    index: float = 2.0
    index_decay_s: float = 0.4
    index_rest: float = 0.1
    attack_s: float = 0.002
    decay_s: float = 1.5
    tine: float = 0.0

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return a tone; at a higher velocity, the index is larger and the tone brighter."""
        del rng
        carrier = 2.0 * np.pi * phase(frequency_hz, count)
        # High tones take less modulation, lest sidebands fold over the Nyquist frequency.
        room = np.clip((8000.0 / frequency_hz - 1.0) / (2.0 * self.ratio), 0.0, 1.5)
        index = min(self.index * velocity, 2.0 * room)
        sweep = self.index_rest + (1.0 - self.index_rest) * fall(count, self.index_decay_s)
        modulation = index * sweep * np.sin(self.ratio * carrier)
        if self.tine and frequency_hz < 700.0:
            modulation += self.tine * velocity * fall(count, 0.08) * np.sin(14.0 * carrier)
        envelope = rise(count, self.attack_s) * fall(count, self.decay_s)
        return envelope * np.sin(carrier + modulation)


@dataclass(frozen=True)
class Organ(Pitched):
    """Nine drawbars (levels 0 to 8), a key click and a rotating loudspeaker.

    ``turn_hz`` is how fast the horn turns; 0 leaves it out (a pipe organ).
    """

    drawbars: tuple[int, ...] = (8, 8, 8, 0, 0, 0, 0, 0, 0)
    turn_hz: float = 6.2
    click: float = 0.15
    attack_s: float = 0.006

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the sum of the drawbars' harmonics; the velocity has no effect."""
        del velocity
        harmonics = np.zeros(max(DRAWBARS))
        for harmonic, pulled in zip(DRAWBARS, self.drawbars, strict=True):
            harmonics[harmonic - 1] = pulled / 8.0
        wave = scan(cycle(harmonics, frequency_hz / 2.0), phase(frequency_hz / 2.0, count))
        click = self.click * rng.standard_normal(count) * fall(count, 0.004)
        return rise(count, self.attack_s) * wave + click

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Turn the horn: its distance (Doppler) and its loudness swing together."""
        if not self.turn_hz:
            return x
        t = times(len(x))
        turn = np.sin(2.0 * np.pi * self.turn_hz * t)
        travel = np.arange(len(x)) - (3e-4 * SAMPLE_RATE) * (1.0 + turn)
        return (1.0 - 0.18 * turn) * np.interp(travel, np.arange(len(x)), x)
