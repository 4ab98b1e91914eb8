"""The electric guitar: a plucked string into an amplifier and its cabinet."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from ..sound import amplitude, bandpass, highpass, lowpass
from .strings import PluckedString


def overdrive(x: np.ndarray, drive_db: float) -> np.ndarray:
    """Clip softly and unevenly, at twice the sampling rate against aliasing."""
    driven = amplitude(drive_db) * signal.resample_poly(x, 2, 1)
    clipped = np.tanh(driven + 0.15) - np.tanh(0.15)
    return signal.resample_poly(clipped, 1, 2)[: len(x)]


@dataclass(frozen=True)
class ElectricGuitar(PluckedString):
    """A solid body: no box, but ``drive_db`` of gain before the valves give in.

    All strings meet in the same valve, which is why a distorted chord growls. The cabinet
    passes ``cabinet_hz``. With much gain, soft strokes are palm-muted.
    """

    drive_db: float = 20.0
    cabinet_hz: tuple[float, float] = (90.0, 4500.0)

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Pluck, or mute the string with the palm."""
        if self.drive_db > 10.0 and velocity <= 0.5:
            muted = PluckedString(decay_s=0.3, damping=0.45, pick=0.08, edge_hz=4000.0)
            return muted.tone(frequency_hz, count, velocity, rng)
        return super().tone(frequency_hz, count, velocity, rng)

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Overdrive the sum of the strings, then let the cabinet colour it."""
        out = overdrive(highpass(x, 100.0, 1), self.drive_db)
        low_hz, high_hz = self.cabinet_hz
        out = lowpass(highpass(out, low_hz), high_hz, 3)
        return out + 0.6 * bandpass(out, 1800.0, 3200.0)
