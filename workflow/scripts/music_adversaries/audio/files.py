"""Audio files in and out: excerpts read and resampled, WAVs written."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr

from music_adversaries.atomic_writes import whole
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.decoding import DecodingError, decode
from music_adversaries.errors import InputError

EXCERPT_SECONDS = 30.0
"""An excerpt is the first 30 s of a recording."""
WHOLE_SECONDS = 1e9
"""More than any recording lasts, to read all of it."""


def resample(mono: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """A waveform ``(samples,)`` of another sample rate at `SAMPLE_RATE`, float32."""
    if sample_rate_hz == SAMPLE_RATE:
        return mono
    return soxr.resample(mono, sample_rate_hz, SAMPLE_RATE)


def read_excerpt(path: str | Path, seconds: float = EXCERPT_SECONDS) -> np.ndarray:
    """Read the first ``seconds`` of a file, mixed to mono and resampled.

    Returns a float32 waveform ``(samples,)`` at `SAMPLE_RATE`, full scale ±1.
    Raises `InputError` if the file cannot be decoded or holds no samples.
    """
    try:
        decoded = decode(path, seconds)
    except DecodingError as error:
        raise InputError(
            f"The audio file {path} cannot be decoded ({error}): replace or remove it."
        ) from error
    if len(decoded.mono) == 0:
        raise InputError(f"The audio file {path} holds no samples: replace or remove it.")
    return resample(decoded.mono, decoded.sample_rate_hz)


class Excerpts(Sequence[np.ndarray]):
    """The waveforms ``(samples,)`` of files, each read by `read_excerpt` when it is indexed.

    So a job on thousands of excerpts holds only a few in memory. Reading one again costs little
    compared with attacking or judging it.
    """

    def __init__(self, paths: Sequence[str | Path]):
        self._paths = list(paths)

    def __len__(self) -> int:
        return len(self._paths)

    # Slices are not supported.
    def __getitem__(self, number: int) -> np.ndarray:  # type: ignore[override]
        return read_excerpt(self._paths[number])


def write_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono 16-bit PCM WAV at `SAMPLE_RATE`.

    Samples beyond full scale are clipped. Samples on the 16-bit grid come back bit for bit,
    since they are rounded here and not by libsndfile, whose 16-bit scale differs between
    writing (32767) and reading (32768).
    """
    with whole(path) as partial:
        soundfile.write(
            partial, to_16_bits(waveform), SAMPLE_RATE, subtype="PCM_16", format="WAV"
        )


def to_16_bits(waveform: np.ndarray) -> np.ndarray:
    """``waveform`` rounded to 16-bit samples and clipped at full scale, of the same shape."""
    return np.clip(np.rint(waveform * 32768.0), -32768, 32767).astype(np.int16)


def write_float_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono WAV that keeps all bits of a float32."""
    with whole(path) as partial:
        soundfile.write(partial, waveform, SAMPLE_RATE, subtype="FLOAT", format="WAV")
