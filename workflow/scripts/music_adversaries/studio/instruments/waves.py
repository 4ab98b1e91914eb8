"""Band-limited waves through a moving filter: bowed strings, pads, brass, synthesisers."""

from dataclasses import dataclass

import numpy as np

from ..sound import bandpass, cycle, fall, moving_lowpass, phase, rise, scan, vibrato
from .instrument import Pitched

HARMONICS = np.arange(1, 200)
WAVES = {
    "sawtooth": 1.0 / HARMONICS,
    "square": (HARMONICS % 2) / HARMONICS,
    "pulse": np.abs(np.sin(0.2 * np.pi * HARMONICS)) / HARMONICS,
    "triangle": (HARMONICS % 2) / HARMONICS**2.0,
}


@dataclass(frozen=True)
class FilteredWave(Pitched):
    """One or several mistuned waves through a lowpass that opens and closes.

    The cutoff, in multiples of the tone's frequency and never under ``floor_hz``, starts
    at ``cutoff[0]``, reaches ``cutoff[1]`` with the attack and falls to ``cutoff[2]`` with
    ``sweep_s``. ``decay_s`` is the loudness's own decay; ``players`` are mistuned by
    ``detune_cents``. ``body_hz`` are resonances.
    """

    wave: str = "sawtooth"
    cutoff: tuple[float, float, float] = (2.0, 10.0, 5.0)
    floor_hz: float = 300.0
    attack_s: float = 0.02
    sweep_s: float = 0.3
    decay_s: float = 30.0
    players: int = 1
    detune_cents: float = 8.0
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.3
    body_hz: tuple[float, ...] = ()

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return a tone; at a higher velocity, the filter opens wider."""
        period = cycle(WAVES[self.wave], frequency_hz)
        wave = np.zeros(count)
        for _ in range(self.players):
            offset = rng.uniform(-1.0, 1.0) * self.detune_cents * (self.players > 1)
            ratio = 2.0 ** (offset / 1200.0)
            if self.vibrato_cents:
                rate = self.vibrato_hz * rng.uniform(0.9, 1.1)
                ratio = ratio * vibrato(count, rate, self.vibrato_cents, 0.35)
            start = rng.uniform() if self.players > 1 else 0.0
            wave += scan(period, start + phase(frequency_hz * ratio, count))
        opening = rise(count, self.attack_s)
        closed, wide, settled = self.cutoff
        sweep = settled + (wide - settled) * fall(count, self.sweep_s)
        course = closed + (sweep - closed) * opening
        cutoff_hz = np.maximum(self.floor_hz, frequency_hz * course * (0.4 + 0.6 * velocity))
        loudness = opening * fall(count, self.decay_s) / np.sqrt(self.players)
        return loudness * moving_lowpass(wave, cutoff_hz)

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Add the body's resonances."""
        out = x
        for centre_hz in self.body_hz:
            out = out + 0.7 * bandpass(x, 0.85 * centre_hz, 1.18 * centre_hz)
        return out
