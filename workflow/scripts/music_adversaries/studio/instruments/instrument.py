"""What all instruments have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """Something that is played.

    ``release_s`` is the time constant with which a tone dies once it is let go; ``takes``
    is how many renderings of the same tone take turns, where one alone would sound like a
    machine.
    """

    release_s: float = 0.06
    takes: int = 1

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Pass the sum of all tones through what they share: a body, an amplifier."""
        return x


class Pitched(Instrument, ABC):
    """An instrument that can be asked for a tone; a drum kit cannot."""

    @abstractmethod
    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return ``(count,)`` samples of a tone that is held throughout, peak about 1."""
