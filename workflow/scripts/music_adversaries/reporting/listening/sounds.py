"""Sounds of the listening page: the 16-bit samples that were judged, as FLAC in scripts."""

import base64
import io

import numpy as np
import soundfile

from music_adversaries.audio import SAMPLE_RATE


def to_flac(samples: np.ndarray) -> bytes:
    """16-bit ``samples`` ``(samples,)`` as a mono FLAC at `SAMPLE_RATE`, bit for bit."""
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def sound_script(number: int, flac: bytes) -> str:
    """A script that hands the sound of this number to the page.

    A page opened from disk may run scripts that lie beside it, but not read other files.
    """
    return f'receiveSound({number}, "{base64.b64encode(flac).decode()}");\n'


def difference_gain_db(original: np.ndarray, adversarial: np.ndarray) -> int | None:
    """The gain in whole dB at which the difference is played; None where there is none.

    It is the largest that leaves the difference's peak no higher than the original's.

    Args:
        original: 16-bit samples ``(samples,)``, not all 0.
        adversarial: likewise, as many.
    """
    original, adversarial = original.astype(int), adversarial.astype(int)
    peak = np.abs(adversarial - original).max()
    if peak == 0:
        return None
    return int(np.floor(20 * np.log10(np.abs(original).max() / peak)))
