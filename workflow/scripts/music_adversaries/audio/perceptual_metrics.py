"""Measures of how audible a change of an excerpt is.

Waveforms are ``(samples,)`` at `SAMPLE_RATE`, full scale ±1, of one length.
"""

import numpy as np
import torch
from pyloudnorm import Meter

from music_adversaries.audio import SAMPLE_RATE, masking_threshold, stft

FRAME = stft.WINDOW
"""Samples of a frame of the segmental SNR: 46 ms, one after the other."""
LEAST_DB, MOST_DB = -10.0, 35.0
"""Limits of the SNR of a frame (Hansen and Pellom 1998)."""
SILENT_DB = -50.0
"""Level, against the whole excerpt's, below which a frame is silent."""
FLOOR = (2**-30 / 12 * 3 / 8 * stft.WINDOW) ** 0.5
"""The mean magnitude of the rounding noise of 16 bits; smaller magnitudes mean nothing."""
METER = Meter(SAMPLE_RATE, filter_class="DeMan")
"""Its filters are those of ITU-R BS.1770 at any sample rate, unlike pyloudnorm's defaults."""


def figures(original: np.ndarray, changed: np.ndarray) -> dict[str, float]:
    """All perceptual measures of one excerpt, by the names of their columns."""
    change = changed - original
    thresholds = masking_threshold.thresholds_db(torch.from_numpy(original))
    excess_db = masking_threshold.excess_db(torch.from_numpy(change), thresholds).numpy()
    return {
        "segmental_snr_db": segmental_snr_db(original, changed),
        "log_spectral_distance_db": log_spectral_distance_db(original, changed),
        "loudness_difference_lu": loudness_lufs(changed) - loudness_lufs(original),
        "change_loudness_lu": relative_loudness_lu(change, original),
        "noise_to_mask_db": 10 * np.log10(np.mean(10 ** (excess_db / 10))),
        "audible_share": np.mean(excess_db > 0),
    }


def segmental_snr_db(original: np.ndarray, changed: np.ndarray) -> float:
    """Mean of the SNRs in dB, within limits, of frames that are not silent; NaN if all are.

    An unchanged frame counts with the upper limit.
    """
    signal = _frame_energies(original)
    noise = _frame_energies(changed - original)
    sounding = signal > signal.mean() * 10 ** (SILENT_DB / 10)
    if not sounding.any():
        return float("nan")
    with np.errstate(divide="ignore"):
        snr_db = 10 * np.log10(signal[sounding] / noise[sounding])
    return float(np.clip(snr_db, LEAST_DB, MOST_DB).mean())


def log_spectral_distance_db(original: np.ndarray, changed: np.ndarray) -> float:
    """Mean over frames of the root mean square, over bins, of the difference of levels in dB.

    Levels are those of the front end's magnitudes, raised to at least `FLOOR` (Gray and Markel
    1976, on spectra without a model).
    """
    before, after = (
        20 * np.log10(np.maximum(stft.magnitudes(torch.from_numpy(each)).numpy(), FLOOR))
        for each in (original, changed)
    )
    return float(np.sqrt(np.mean((after - before) ** 2, axis=-1)).mean())


def loudness_lufs(waveform: np.ndarray) -> float:
    """Integrated loudness (ITU-R BS.1770), gated; −inf below −70 LUFS."""
    return float(METER.integrated_loudness(waveform.astype(np.float64)))


def relative_loudness_lu(change: np.ndarray, original: np.ndarray) -> float:
    """The loudness of the change alone minus that of the original; −inf if nothing changed.

    The change is first amplified to the level of the original. Otherwise the gate at −70 LUFS,
    which is meant for programmes, would remove it.
    """
    energies = np.sum(np.square(np.stack([original, change]), dtype=np.float64), axis=1)
    if energies[1] == 0:
        return -float("inf")
    gain = np.sqrt(energies[0] / energies[1])
    louder = loudness_lufs(gain * change) - loudness_lufs(original)
    return float(louder - 20 * np.log10(gain))


def _frame_energies(waveform: np.ndarray) -> np.ndarray:
    frames = len(waveform) // FRAME
    squares = np.square(waveform[: frames * FRAME], dtype=np.float64)
    return squares.reshape(frames, FRAME).sum(axis=1)
