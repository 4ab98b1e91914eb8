"""Signals that every instrument is made of: filters, envelopes, cycles, modes.

Signals are float64 arrays of shape ``(samples,)`` at ``SAMPLE_RATE``.
"""

from functools import lru_cache

import numpy as np
from scipy import signal

SAMPLE_RATE = 22_050  # Hz
HIGHEST_HZ = 10_000.0  # partials above are left out, which keeps every wave band-limited
CYCLE_SAMPLES = 2048


def frequency_hz(pitch: float) -> float:
    """Frequency of a MIDI pitch in equal temperament; 69 is A4, 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


def amplitude(level_db: float) -> float:
    """Amplitude ratio of a level in dB."""
    return 10.0 ** (level_db / 20.0)


def rms(x: np.ndarray) -> float:
    """Root mean square of a signal."""
    return float(np.sqrt(np.mean(np.square(x))))


def samples(seconds: float) -> int:
    """Number of samples, the nearest, of a duration in s."""
    return round(seconds * SAMPLE_RATE)


def times(count: int) -> np.ndarray:
    """Instants in s of ``count`` samples."""
    return np.arange(count) / SAMPLE_RATE


@lru_cache(maxsize=512)
def _butterworth(kind: str, edges_hz: tuple[float, ...], order: int) -> np.ndarray:
    edges = np.clip(edges_hz, 5.0, 0.495 * SAMPLE_RATE)
    edges = edges if len(edges_hz) > 1 else edges[0]
    return signal.butter(order, edges, kind, fs=SAMPLE_RATE, output="sos")


def lowpass(x: np.ndarray, cutoff_hz: float, order: int = 2) -> np.ndarray:
    """Butterworth lowpass."""
    return signal.sosfilt(_butterworth("lowpass", (cutoff_hz,), order), x)


def highpass(x: np.ndarray, cutoff_hz: float, order: int = 2) -> np.ndarray:
    """Butterworth highpass."""
    return signal.sosfilt(_butterworth("highpass", (cutoff_hz,), order), x)


def bandpass(x: np.ndarray, low_hz: float, high_hz: float, order: int = 1) -> np.ndarray:
    """Butterworth bandpass."""
    return signal.sosfilt(_butterworth("bandpass", (low_hz, high_hz), order), x)


def moving_lowpass(x: np.ndarray, cutoff_hz: np.ndarray) -> np.ndarray:
    """Lowpass whose cutoff (Hz, one per sample) moves.

    The signal passes a bank of fixed filters an octave and a half apart, and neighbours
    are faded into each other: smooth, and far faster than a filter that changes with every
    sample.
    """
    bank_hz = 200.0 * 2.0 ** (1.5 * np.arange(5))
    place = np.clip(np.log2(np.maximum(cutoff_hz, 1.0) / bank_hz[0]) / 1.5, 0.0, 4.0)
    first, last = int(place.min()), int(np.ceil(place.max()))
    out = np.zeros_like(x)
    for index in range(first, last + 1):
        weight = np.clip(1.0 - np.abs(place - index), 0.0, 1.0)
        out += weight * lowpass(x, float(bank_hz[index]))
    return out


def fall(count: int, time_s: float) -> np.ndarray:
    """Exponential decay from 1, ``time_s`` its time constant."""
    return np.exp(-times(count) / time_s)


def rise(count: int, time_s: float) -> np.ndarray:
    """Approach to 1 from 0: the first quarter period of a raised cosine in ``time_s``."""
    ramp = np.clip(times(count) / max(time_s, 1e-4), 0.0, 1.0)
    return 0.5 - 0.5 * np.cos(np.pi * ramp)


def vibrato(count: int, rate_hz: float, depth_cents: float, onset_s: float) -> np.ndarray:
    """Frequency ratio, one per sample, of a vibrato that sets in over ``onset_s``."""
    t = times(count)
    depth = depth_cents * np.clip(t / max(onset_s, 1e-3), 0.0, 1.0)
    return 2.0 ** (depth * np.sin(2.0 * np.pi * rate_hz * t) / 1200.0)


def phase(frequency: np.ndarray | float, count: int) -> np.ndarray:
    """Phase in cycles of an oscillator with a frequency in Hz, fixed or one per sample."""
    if np.ndim(frequency) == 0:
        return times(count) * frequency
    return np.cumsum(frequency) / SAMPLE_RATE


def cycle(harmonics: np.ndarray, fundamental_hz: float) -> np.ndarray:
    """One period, of peak 1, of a wave with these harmonic amplitudes, band-limited.

    ``harmonics`` has shape ``(count,)``, the fundamental first; those above
    ``HIGHEST_HZ`` at this fundamental are left out.
    """
    kept = harmonics[: max(1, int(HIGHEST_HZ / fundamental_hz))]
    spectrum = np.zeros(CYCLE_SAMPLES // 2 + 1, dtype=complex)
    spectrum[1 : 1 + len(kept)] = -1j * kept
    period = np.fft.irfft(spectrum)
    return period / np.max(np.abs(period))


def scan(period: np.ndarray, cycles: np.ndarray) -> np.ndarray:
    """Read a period at phases in cycles, by linear interpolation (a wavetable)."""
    place = (cycles % 1.0) * len(period)
    index = place.astype(np.int64)
    left = period[index % len(period)]
    right = period[(index + 1) % len(period)]
    return left + (place - index) * (right - left)


def modes(
    frequencies_hz: np.ndarray, decays_s: np.ndarray, levels: np.ndarray, count: int
) -> np.ndarray:
    """Sum of decaying sinusoids: the modes of a struck bar, membrane, string or plate.

    Frequencies, time constants in s and amplitudes have shape ``(modes,)``. A decaying
    exponential at sample ``64 i + j`` is a product of one factor for ``i`` and one for
    ``j``, so all modes are summed by one product of two small matrices.
    """
    audible = frequencies_hz < HIGHEST_HZ
    rates = (-1.0 / decays_s + 2j * np.pi * frequencies_hz)[audible] / SAMPLE_RATE
    block = 64
    coarse = np.exp(np.outer(np.arange(-(-count // block)) * block, rates)) * levels[audible]
    fine = np.exp(np.outer(rates, np.arange(block)))
    # Sines, so that the sound starts at zero: the imaginary part of the product.
    wave = coarse.real @ fine.imag + coarse.imag @ fine.real
    return wave.ravel()[:count]
