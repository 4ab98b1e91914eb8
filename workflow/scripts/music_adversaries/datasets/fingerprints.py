"""Fingerprints that tell a repeated recording, whatever its level, codec or offset.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): every
93 ms a word of 16 bits says, for neighbouring bands between 300 and 3000 Hz, whether the
difference of their levels rose or fell. Two recordings are compared at every offset at
which they overlap long enough; their distance is the least share of bits that differ: 0
for a copy, about 0.5 for strangers.
"""

from collections.abc import Sequence

import numpy as np
from scipy import fft

from music_adversaries.audio import SAMPLE_RATE

WINDOW = 16384
"""Samples: long (0.74 s) against the hop, so that an offset of half a hop changes little."""
HOP = 2048
WORD_BITS = 16
FLOOR_DB = 100.0
"""Below a recording's strongest band, levels count as equal."""

LEAST_OVERLAP = 54
"""Words, 5 s, over which two recordings must overlap to be compared."""

NEAR = 0.3
"""The greatest distance of a near repeat.

Measured on 50 excerpts of GTZAN, 15 to 20 s each. Copies, greatest of 25: MP3 of 64 kbit/s
(mono, the rate a channel of 128 kbit/s) 0.03; 20 dB softer in 16 bits 0.002; cut half a hop
later, the worst offset, 0.14, and all three together 0.14; noise at 10 dB 0.15; clipped at
+12 dB 0.18; played 1 % faster 0.21. Different recordings, least of all pairs: 0.42 within a
class, 0.38 over all classes. Between lie other parts of one song of a drum machine, 0.21
and up: that they are kept together is as it should be.
"""

_EDGES = np.rint(np.geomspace(300, 3000, WORD_BITS + 2) * WINDOW / SAMPLE_RATE).astype(int)


def fingerprint(waveform: np.ndarray) -> str:
    """The fingerprint of a waveform ``(samples,)`` at 22 050 Hz: four hex digits a word.

    Empty where the waveform is too short for a word.
    """
    if len(waveform) < WINDOW + HOP:
        return ""
    windows = np.lib.stride_tricks.sliding_window_view(waveform, WINDOW)[::HOP]
    spectra = fft.rfft(windows * np.hanning(WINDOW).astype(np.float32), axis=1)
    powers = np.square(np.abs(spectra[:, : _EDGES[-1]]), dtype=np.float64)
    bands = np.add.reduceat(powers, _EDGES[:-1], axis=1)
    levels = np.log(bands + bands.max() * 10 ** (-FLOOR_DB / 10) + np.finfo(float).tiny)
    rises = np.diff(np.diff(levels, axis=1), axis=0) > 0
    return np.packbits(rises, axis=1).tobytes().hex()


def distance(first: str, second: str) -> float:
    """The least share of differing bits of two fingerprints over all offsets, 0 to 1.

    1 where they overlap too little to be compared.
    """
    return float(distances([first], [second])[0, 0])


def distances(first: Sequence[str], second: Sequence[str]) -> np.ndarray:
    """`distance` of each of ``first`` to each of ``second``: ``(first, second)``, float32.

    All offsets at once, by cross-correlation of the bits.
    """
    words = [_signs(bits) for bits in [*first, *second]]
    longest = max(1, *map(len, words))
    length = fft.next_fast_len(2 * longest, real=True)
    signs = np.zeros((len(words), longest, WORD_BITS), dtype=np.float32)
    for row, word in zip(signs, words, strict=True):
        row[: len(word)] = word
    heard = np.abs(signs[:, :, :1])
    agreements = _correlations(signs, len(first), length)
    overlaps = np.rint(_correlations(heard, len(first), length))
    shares = agreements / np.maximum(overlaps, 1) / WORD_BITS
    shares[overlaps < LEAST_OVERLAP] = -1
    return (1 - shares.max(axis=0)) / 2


def _signs(fingerprint: str) -> np.ndarray:
    """Bits ``(words, WORD_BITS)`` as ±1; 0 in words without a rise, which are silence."""
    words = np.frombuffer(bytes.fromhex(fingerprint), dtype=np.uint8)
    bits = np.unpackbits(words.reshape(-1, WORD_BITS // 8), axis=1)
    return (2.0 * bits - 1.0) * bits.any(axis=1, keepdims=True)


def _correlations(rows: np.ndarray, count: int, length: int) -> np.ndarray:
    """Sums of products ``(offsets, count, others)`` of the first ``count`` rows and the others.

    ``rows`` is ``(rows, words, bits)``.
    """
    spectra = fft.rfft(rows, length, axis=1).transpose(1, 0, 2)
    products = spectra[:, :count] @ spectra[:, count:].conj().transpose(0, 2, 1)
    return fft.irfft(products, length, axis=0)
