"""The low-pass filter between an adversary and a system (Kereliuk et al. 2015)."""

import numpy as np

from music_adversaries.audio import SAMPLE_RATE

ORDER = 4
"""Of the Butterworth filter: 24 dB an octave."""


def low_pass(waveform: np.ndarray, cutoff_hz: float) -> np.ndarray:
    """A waveform ``(samples,)`` at 22 050 Hz, 3 dB down at ``cutoff_hz``; float32.

    The filter is causal, as it would be in front of a system. A ``cutoff_hz`` of infinity
    means no filter.
    """
    if cutoff_hz == np.inf:
        return waveform
    # Imported here, since the import takes long and few jobs filter.
    from scipy import signal

    sections = signal.butter(ORDER, cutoff_hz, fs=SAMPLE_RATE, output="sos")
    return signal.sosfilt(sections, waveform).astype(np.float32)
