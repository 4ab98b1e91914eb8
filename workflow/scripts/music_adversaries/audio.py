"""Audio files in and out: decode, mix to mono, resample, write 16-bit WAV."""

from pathlib import Path

import numpy as np
import soundfile
import soxr

from music_adversaries.errors import InputError
from music_adversaries.whole import whole

SAMPLE_RATE = 22_050
"""Hz, of every waveform in this package (section III-A of the paper)."""

EXCERPT_SECONDS = 30.0
"""An excerpt is the first 30 s of a recording."""


def read_excerpt(path: str | Path, seconds: float = EXCERPT_SECONDS) -> np.ndarray:
    """Read the first ``seconds`` of a file, mixed to mono and resampled.

    Returns a float32 waveform ``(samples,)`` at `SAMPLE_RATE`, full scale ±1.
    Raises `InputError` where the file cannot be decoded or holds no samples.
    """
    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            channels = file.read(round(seconds * rate), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError) as error:
        raise InputError(
            f"The audio file {path} cannot be decoded ({error}): replace or remove it."
        ) from error
    if len(channels) == 0:
        raise InputError(f"The audio file {path} holds no samples: replace or remove it.")
    mono = channels.mean(axis=1, dtype=np.float32)
    return mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE)


def write_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono 16-bit PCM WAV at `SAMPLE_RATE`.

    Samples beyond full scale are clipped. Rounded here, not by libsndfile, whose 16-bit
    scale differs between writing (32767) and reading (32768): a waveform that is on the
    16-bit grid already comes back bit for bit.
    """
    grid = np.clip(np.rint(waveform * 32768.0), -32768, 32767).astype(np.int16)
    with whole(path) as partial:
        soundfile.write(partial, grid, SAMPLE_RATE, subtype="PCM_16", format="WAV")


def write_float_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono WAV that keeps all bits of a float32."""
    with whole(path) as partial:
        soundfile.write(partial, waveform, SAMPLE_RATE, subtype="FLOAT", format="WAV")
