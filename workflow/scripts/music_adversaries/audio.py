"""Audio files in and out: decode, mix to mono, resample, write 16-bit WAV."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from music_adversaries.errors import InputError
from music_adversaries.whole import whole

SAMPLE_RATE = 22_050
"""Hz, of every waveform in this package (Kereliuk et al. 2015)."""

EXCERPT_SECONDS = 30.0
"""An excerpt is the first 30 s of a recording."""

WHOLE_SECONDS = 1e9
"""More than any recording lasts: the first so many seconds are all of it."""


BLOCK_VALUES = 2**22
"""Samples decoded at a time, over all channels: 16 MiB, however many channels there are.

An excerpt of two channels at 48 kHz is one block: no pieces have to be put together.
"""

NO_SAMPLES = np.empty(0, dtype=np.float32)

UNKNOWN_FRAMES = 2**63 - 1
"""What libsndfile gives for a header that states no length, as pipes write them."""


class DecodingError(Exception):
    """A file does not decode; the message is a short clause that says why."""


@dataclass(frozen=True)
class Decoded:
    """The first seconds of a file, mixed to mono, at the file's own sample rate."""

    mono: np.ndarray
    """float32 ``(samples,)``, full scale ±1."""
    sample_rate_hz: int
    channels: int
    frames: int
    """Samples a channel of the whole file by its header; those read, where it is silent."""
    format: str
    """The format of the content by libsndfile's name, such as WAV, whatever the ending."""


def decode(path: str | Path, seconds: float = EXCERPT_SECONDS) -> Decoded:
    """Decode the first ``seconds`` of a file; nothing after them is read.

    Raises `DecodingError` with libsndfile's reason.
    """
    try:
        # As bytes: names that are no valid Unicode are files too.
        with _OneWayFile(os.fsencode(path)) as file:
            if file.format == "RAW":
                raise DecodingError("no header of an audio format")
            mono = _read_mono(file, round(seconds * file.samplerate))
            frames = file.frames if file.frames < UNKNOWN_FRAMES else len(mono)
            return Decoded(mono, file.samplerate, file.channels, frames, file.format)
    except (soundfile.SoundFileError, OSError) as error:
        raise DecodingError(_reason(error)) from error


class _OneWayFile(soundfile.SoundFile):
    """Reads straight on.

    soundfile seeks after each read from a seekable file, and in an MP3 of variable bit rate
    places are found only roughly: the next block would begin elsewhere.
    """

    def seekable(self) -> bool:
        return False


def _read_mono(file: soundfile.SoundFile, frames: int) -> np.ndarray:
    """The mean of the channels ``(samples,)``, taken block by block."""
    size = max(1, BLOCK_VALUES // file.channels)
    blocks = []
    while frames > 0:
        block = _read(file, min(frames, size))
        if len(block) == 0:
            break
        with np.errstate(invalid="ignore", over="ignore"):  # infinite samples are judged later
            blocks.append(_mean_of_channels(block))
        frames -= len(block)
    return blocks[0] if len(blocks) == 1 else np.concatenate([NO_SAMPLES, *blocks])


def _read(file: soundfile.SoundFile, frames: int) -> np.ndarray:
    """The next samples ``(samples, channels)``, at most ``frames``, float32, full scale ±1.

    Those of 16 bits are read as what they are: libsndfile makes the same floats of them, but
    takes four times as long for a WAV, and a quarter longer for an AU.
    """
    if file.subtype != "PCM_16":
        return file.read(frames, dtype="float32", always_2d=True)
    return file.read(frames, dtype="int16", always_2d=True) * np.float32(1 / 2**15)


def _mean_of_channels(block: np.ndarray) -> np.ndarray:
    """The mean ``(samples,)`` of ``(samples, channels)``.

    As a product: along an axis as short as two channels, `mean` takes as long as decoding
    an MP3.
    """
    channels = block.shape[1]
    if channels == 1:
        return block[:, 0]
    return block @ np.full(channels, 1 / channels, dtype=np.float32)


def _reason(error: Exception) -> str:
    reason = getattr(error, "error_string", str(error)).strip().rstrip(".")
    # What libsndfile says of a file that only its ending calls an MP3.
    return "no MPEG frame found" if "possibly a pipe?" in reason else reason


def resample(mono: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """A waveform ``(samples,)`` of another sample rate at `SAMPLE_RATE`, float32."""
    return (
        mono
        if sample_rate_hz == SAMPLE_RATE
        else soxr.resample(mono, sample_rate_hz, SAMPLE_RATE)
    )


def read_excerpt(path: str | Path, seconds: float = EXCERPT_SECONDS) -> np.ndarray:
    """Read the first ``seconds`` of a file, mixed to mono and resampled.

    Returns a float32 waveform ``(samples,)`` at `SAMPLE_RATE`, full scale ±1.
    Raises `InputError` where the file cannot be decoded or holds no samples.
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


class Excerpts(Sequence):
    """The waveforms ``(samples,)`` of files, each read by `read_excerpt` when it is asked for.

    A job that goes through thousands holds those that it works on; to read one again costs
    little beside attacking or judging it.
    """

    def __init__(self, paths: Sequence[str | Path]):
        self._paths = list(paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, number: int) -> np.ndarray:
        return read_excerpt(self._paths[number])


def write_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono 16-bit PCM WAV at `SAMPLE_RATE`.

    Samples beyond full scale are clipped. Rounded here, not by libsndfile, whose 16-bit
    scale differs between writing (32767) and reading (32768): a waveform that is on the
    16-bit grid already comes back bit for bit.
    """
    with whole(path) as partial:
        soundfile.write(
            partial, to_16_bits(waveform), SAMPLE_RATE, subtype="PCM_16", format="WAV"
        )


def to_16_bits(waveform: np.ndarray) -> np.ndarray:
    """The nearest samples of 16 bits, clipped to full scale; shape as ``waveform``."""
    return np.clip(np.rint(waveform * 32768.0), -32768, 32767).astype(np.int16)


def write_float_wav(path: str | Path, waveform: np.ndarray) -> None:
    """Write ``waveform`` ``(samples,)`` as a mono WAV that keeps all bits of a float32."""
    with whole(path) as partial:
        soundfile.write(partial, waveform, SAMPLE_RATE, subtype="FLOAT", format="WAV")
