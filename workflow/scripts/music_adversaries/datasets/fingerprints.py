"""Fingerprints that identify a repeated recording at any level, codec or offset.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): every
93 ms, 16 bits say for neighbouring bands between 300 and 3000 Hz whether the difference of
their levels rose or fell. Levels are taken over 0.77 s, from the front end's magnitudes. Two
recordings are compared at every offset at which they overlap long enough; their distance is
the least share of bits that differ: 0 for a copy, about 0.5 for different recordings.
"""

from collections.abc import Sequence

import numpy as np
from scipy import fft

from music_adversaries.audio import SAMPLE_RATE

LEVEL_FRAMES = 32
"""Frames over which a level is taken, weighted with a Hann window. They are many compared with
`STEP_FRAMES`, so that an offset of half a step changes little."""
STEP_FRAMES = 4
"""Frames from one level to the next: 2048 samples."""
WORD_BITS = 16
FLOOR_DB = 100.0
"""Levels this far below a recording's strongest band count as equal."""
LEAST_OVERLAP = 54
"""Words, 5 s, over which two recordings must overlap to be compared."""
NEAR = 0.3
"""The greatest distance of a near repeat.

Measured on 50 excerpts of GTZAN, 15 to 20 s each. Copies, greatest of 25: MP3 of 64 kbit/s
(mono, the rate a channel of 128 kbit/s) 0.05; 20 dB softer in 16 bits 0.001; cut half a step
later 0.12, and all three together 0.13; noise at 10 dB 0.13; clipped at +12 dB 0.19; played
1 % faster 0.16. Different recordings, least of all pairs: 0.42 within a class, 0.39 over all
classes. Other parts of one song are in between (of five songs the nearest 15 s each, 0.18 to
0.28), and it is right to keep them together.
"""
_WEIGHTS = np.hanning(LEVEL_FRAMES + 2)[1:-1]


def fingerprint(magnitudes: np.ndarray) -> str:
    """The fingerprint of magnitudes ``(frames, bins)``: four hex digits for each word.

    Empty if there are too few frames for a word.
    """
    if len(magnitudes) < LEVEL_FRAMES + STEP_FRAMES:
        return ""
    bands = _band_powers(magnitudes)
    stretches = np.lib.stride_tricks.sliding_window_view(bands, LEVEL_FRAMES, axis=0)
    powers = stretches[::STEP_FRAMES] @ _WEIGHTS
    levels = np.log(powers + powers.max() * 10 ** (-FLOOR_DB / 10) + np.finfo(float).tiny)
    rises = np.diff(np.diff(levels, axis=1), axis=0) > 0
    return np.packbits(rises, axis=1).tobytes().hex()


def distances(first: Sequence[str], second: Sequence[str]) -> np.ndarray:
    """The least shares ``(first, second)`` of differing bits over all offsets, float32, 0 to 1.

    1 if two fingerprints overlap too little to be compared. All offsets are compared at once,
    by cross-correlation of the bits.
    """
    words = [_signs(bits) for bits in [*first, *second]]
    longest = max(1, *map(len, words))
    length = fft.next_fast_len(2 * longest, real=True)
    signs = np.zeros((len(words), longest, WORD_BITS), dtype=np.float32)
    for row, word in zip(signs, words, strict=True):
        row[: len(word)] = word
    is_word = np.abs(signs[:, :, :1])
    agreements = _correlations(signs, len(first), length)
    overlaps = np.rint(_correlations(is_word, len(first), length))
    shares = agreements / np.maximum(overlaps, 1) / WORD_BITS
    shares[overlaps < LEAST_OVERLAP] = -1
    return (1 - shares.max(axis=0)) / 2


def _band_powers(magnitudes: np.ndarray) -> np.ndarray:
    """Powers ``(frames, WORD_BITS + 1)`` in bands of equal ratios of frequency."""
    bins_per_hz = (magnitudes.shape[1] - 1) / (SAMPLE_RATE / 2)
    edges = np.rint(np.geomspace(300, 3000, WORD_BITS + 2) * bins_per_hz).astype(int)
    # A product with a matrix of ones and zeros is three times as fast as sums of each band.
    bins = np.arange(edges[0], edges[-1])[:, None]
    bands = ((edges[:-1] <= bins) & (bins < edges[1:])).astype(np.float32)
    return np.square(magnitudes[:, edges[0] : edges[-1]]) @ bands


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
