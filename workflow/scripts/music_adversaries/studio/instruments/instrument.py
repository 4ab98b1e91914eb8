"""The base classes of instruments."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """An instrument.

    ``release_s`` is the time constant with which a released tone decays; ``takes`` is the
    number of renderings of the same tone that alternate, so that it does not sound mechanical.
    """

    release_s: float = 0.06
    takes: int = 1

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Return the sum of all tones after what they share: a body, an amplifier."""
        return x


class Pitched(Instrument, ABC):
    """An instrument with pitched tones, unlike a drum kit."""

    @abstractmethod
    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return ``(count,)`` samples of a sustained tone with a peak of about 1."""
