"""Plucked strings by the extended Karplus–Strong algorithm, and the piano's struck ones."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from ..sound import SAMPLE_RATE, bandpass, fall, lowpass, modes
from .instrument import Pitched


def _fractional_allpass(delay: float, omega: float) -> float:
    """Coefficient of a first-order allpass with a phase delay in samples at ``omega``."""
    return np.sin((1.0 - delay) * omega / 2.0) / np.sin((1.0 + delay) * omega / 2.0)


def string_loop(
    excitation: np.ndarray, frequency_hz: float, decay_s: float, damping: float
) -> np.ndarray:
    """Let an excitation run round a lossy string (Karplus & Strong 1983).

    The loop is a delay line, the two-point lowpass ``(1 − damping) + damping z⁻¹``, a gain
    that gives the fundamental its ``decay_s`` (60 dB, in s) and an allpass that tunes the
    loop between samples (Jaffe & Smith 1983). All in one recursive filter.
    """
    omega = 2.0 * np.pi * frequency_hz / SAMPLE_RATE
    response = (1.0 - damping) + damping * np.exp(-1j * omega)
    lowpass_delay = -np.angle(response) / omega
    total = SAMPLE_RATE / frequency_hz - lowpass_delay
    line = int(total - 0.5)
    c = _fractional_allpass(total - line, omega)
    gain = min(0.9999, 10.0 ** (-3.0 / (frequency_hz * decay_s)) / abs(response))
    denominator = np.zeros(line + 3)
    denominator[:2] = 1.0, c
    denominator[line:] -= gain * np.convolve([1.0 - damping, damping], [c, 1.0])
    return signal.lfilter([1.0, c], denominator, excitation)


def _noise_period(period: int, rng: np.random.Generator) -> np.ndarray:
    """Noise for one period: all harmonics equally loud, their phases random.

    Plain white noise would make a few harmonics of each note loud or weak by chance, and
    neighbouring frets unlike instruments.
    """
    phases = rng.uniform(0.0, 2.0 * np.pi, period // 2 + 1)
    spectrum = np.exp(1j * phases)
    spectrum[0] = 0.0
    return np.fft.irfft(spectrum, period)


@dataclass(frozen=True)
class PluckedString(Pitched):
    """A string plucked with a finger or a pick.

    ``pick`` is the place of the plectrum as a fraction of the string, ``edge_hz`` how
    sharp it is (a lowpass of the burst), ``damping`` (0 to 0.5) how dull the string,
    ``decay_s`` how long it rings at 220 Hz, and ``body_hz`` where the box resonates.
    """

    decay_s: float = 3.0
    damping: float = 0.3
    pick: float = 0.13
    edge_hz: float = 6000.0
    body_hz: tuple[float, ...] = ()

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Return a tone; at a higher velocity, the burst is brighter."""
        period = max(2, round(SAMPLE_RATE / frequency_hz))
        burst = np.zeros(count)
        burst[:period] = _noise_period(period, rng)[:count]
        burst = lowpass(burst, self.edge_hz * (0.4 + 0.6 * velocity), 1)
        # A pluck at a fraction of the string lacks the harmonics with a node there.
        echo = max(1, round(self.pick * period))
        burst[echo:] -= 0.9 * burst[:-echo]
        decay_s = self.decay_s * (220.0 / frequency_hz) ** 0.5
        string = string_loop(burst, frequency_hz, decay_s, self.damping)
        string -= string.mean()
        return string / (np.max(np.abs(string)) + 1e-9)

    def bus(self, x: np.ndarray) -> np.ndarray:
        """Add the body's resonances."""
        out = x
        for centre_hz in self.body_hz:
            out = out + 0.8 * bandpass(x, 0.85 * centre_hz, 1.18 * centre_hz)
        return out


@dataclass(frozen=True)
class Piano(Pitched):
    """Struck stiff strings: stretched partials that decay in two stages.

    ``stiffness`` is the inharmonicity at 110 Hz (Fletcher & Rossing 1998, ch. 12) and
    ``hardness`` the hammer's: the decay of the partials' levels with their number.
    """

    stiffness: float = 2.5e-4
    hardness: float = 0.75
    decay_s: float = 1.6
    partials: int = 18

    def tone(
        self, frequency_hz: float, count: int, velocity: float, rng: np.random.Generator
    ) -> np.ndarray:
        """Sum partials of two slightly mistuned strings, and the hammer's knock."""
        number = np.arange(1, self.partials + 1)
        stiffness = self.stiffness * (frequency_hz / 110.0) ** 1.2
        partials = number * frequency_hz * np.sqrt(1.0 + stiffness * number**2)
        slope = self.hardness * (0.75 + 0.25 * velocity)
        levels = slope**number * (1.0 + 0.2 * rng.standard_normal(self.partials))
        levels *= np.abs(np.sin(np.pi * number / 8.5)) + 0.05
        decay = self.decay_s * (220.0 / frequency_hz) ** 0.45 / (1.0 + 0.12 * number)
        wave = modes(
            np.concatenate([partials, partials * 1.0007]),
            np.concatenate([0.5 * decay, 2.0 * decay]),
            np.concatenate([0.7 * levels, 0.4 * levels]),
            count,
        )
        knock = lowpass(rng.standard_normal(count) * fall(count, 0.012), 1800.0)
        wave = wave / (np.max(np.abs(wave)) + 1e-9)
        return wave + 0.15 * velocity * knock
