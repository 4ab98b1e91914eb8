"""Audio files decoded by libsndfile, or else by ffmpeg, and mixed to mono."""

import math
import mmap
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from music_adversaries.audio import ffmpeg, streams
from music_adversaries.audio.containers import REMEDY, ffmpeg_is_installed, foreign_format

BLOCK_VALUES = 2**22
"""Samples decoded at a time, over all channels: 16 MiB. A stereo excerpt at 48 kHz is one
block, so that no blocks have to be joined."""
NO_SAMPLES = np.empty(0, dtype=np.float32)
PIPE_BYTES = 2**16
"""The capacity of a pipe."""
UNKNOWN_FRAMES = 2**63 - 1
"""libsndfile's number for a header that states no length, as pipes write them."""
MPEG_SLACK = 4 * 1152
"""Samples of delay and padding by which an MP3's frames may exceed the number in its header."""
LEFT_OUT = "changes {}: what follows is left out"
"""The note on a file whose sample rate, channels or bits change midway."""


class DecodingError(Exception):
    """A file cannot be decoded; the message is a short clause that says why."""


@dataclass(frozen=True)
class Decoded:
    """The first seconds of a file, mixed to mono, at the file's own sample rate."""

    mono: np.ndarray
    """float32 ``(samples,)``, full scale ±1."""
    sample_rate_hz: int
    channels: int
    frames: int
    """Samples per channel that the file's header states, or else those that were read."""
    format: str
    """The decoder's name of the content's format, such as WAV; file endings do not count."""
    decoder: str
    """``libsndfile`` or ``ffmpeg``."""
    note: str
    """A clause about what is damaged in the file or left out of it; empty if nothing is."""


def decode(path: str | Path, seconds: float) -> Decoded:
    """Decode the first ``seconds`` of a file, by libsndfile or else by ffmpeg.

    If the sample rate or the channels change midway, the file counts as ending there. Raises
    `DecodingError` with the reasons of both decoders.
    """
    decoded, reason = None, "no samples"
    try:
        decoded = _by_libsndfile(path, seconds)
        if len(decoded.mono):
            return decoded
    except (soundfile.SoundFileError, DecodingError) as error:
        reason = _reason(error)
    try:
        return _by_ffmpeg(path, seconds, reason)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise DecodingError(reason) from error
    except DecodingError:
        if decoded is None:
            raise
        return decoded  # its rate and channels are known, though it has no samples


def _by_libsndfile(path: str | Path, seconds: float) -> Decoded:
    if Path(path).suffix.lower() == ".raw":  # soundfile would ask for a format
        raise DecodingError("samples without a header")
    # As bytes, since names of files need not be valid Unicode.
    with _OneWayFile(os.fsencode(path)) as file:
        if file.format == "RAW":
            raise DecodingError("samples without a header")
        read = _read_mp3 if file.format == "MP3" else _read_other
        mono, frames, note = read(path, file, round(seconds * file.samplerate))
        return Decoded(
            mono, file.samplerate, file.channels, frames, file.format, "libsndfile", note
        )


def _read_other(
    path: str | Path, file: soundfile.SoundFile, wanted: int
) -> tuple[np.ndarray, int, str]:
    """The first ``wanted`` samples in mono, the samples of the whole file, and a note."""
    # Not more than the header states: data after the samples of a FLAC is no error.
    mono = _read_mono(file, min(wanted, file.frames or UNKNOWN_FRAMES))
    note = ""
    if file.format == "FLAC":
        with _mapped(path) as data:
            frames, change = streams.of_one_form(streams.flac_frames(data), wanted)
        if change:
            mono, note = mono[: streams.samples_in(frames)], LEFT_OUT.format(change)
    elif file.format == "OGG" and len(mono) < wanted:
        with _mapped(path) as data:
            if streams.begins_again(data):
                note = "holds further streams, which are left out"
    is_stated = file.frames < UNKNOWN_FRAMES and not note
    return mono, file.frames if is_stated else len(mono), note


def _read_mp3(
    path: str | Path, file: soundfile.SoundFile, wanted: int
) -> tuple[np.ndarray, int, str]:
    """As `_read_other`, for an MP3.

    If no header states the number of samples, libsndfile estimates it from the file's size and
    stops there, whereas it reads a stream, which has no size, to the end. Such a file is
    therefore read as a stream. So is a file whose header states fewer samples than its frames
    have, without that header.
    """
    with _mapped(path) as data:
        is_stated = streams.states_samples(data)
        mono = _read_mono(file, wanted) if is_stated else NO_SAMPLES
        if len(mono) == wanted:
            return mono, file.frames, ""
        enough = wanted + 2 * MPEG_SLACK
        frames, change = streams.of_one_form(streams.mpeg_frames(data), enough)
        samples = streams.samples_in(frames)
        note = LEFT_OUT.format(change) if change else ""
        if is_stated and samples <= file.frames + MPEG_SLACK:
            return mono, len(mono) if note else file.frames, note
        start = frames[is_stated].start if len(frames) > is_stated else 0
        # The stream ends before a frame that is cut off, which would be an error.
        end = frames[-1].start + frames[-1].size if 0 < samples < enough else len(data)
        with _stream(data, start, end) as stream:
            mono = _read_mono(stream, wanted)
        if len(mono) < wanted:
            return mono, len(mono), note
        frames, _ = streams.of_one_form(streams.mpeg_frames(data), math.inf)
        return mono, max(wanted, streams.samples_in(frames)), ""


@contextmanager
def _mapped(path: str | Path) -> Iterator[mmap.mmap]:
    """The bytes of a file, mapped into memory."""
    with (
        Path(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        yield data


@contextmanager
def _stream(data: mmap.mmap, start: int, end: int) -> Iterator[soundfile.SoundFile]:
    """The audio of ``data`` from byte ``start`` to ``end``, as a stream without a size."""

    def feed() -> None:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            for place in range(start, end, PIPE_BYTES):
                pipe.write(data[place : min(place + PIPE_BYTES, end)])

    reading, writing = os.pipe()
    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        with _OneWayFile(reading, closefd=False) as file:
            yield file
    finally:
        os.close(reading)  # ends the feeder, even if not all was read
        feeder.join()


def _by_ffmpeg(path: str | Path, seconds: float, reason: str) -> Decoded:
    """The first ``seconds`` of a file that libsndfile refused for a ``reason``, by ffmpeg."""
    foreign = foreign_format(Path(path))
    if not ffmpeg_is_installed():
        raise DecodingError(
            f"holds {foreign}, which libsndfile cannot read: {REMEDY}, or convert it"
            if foreign
            else f"{reason}; {REMEDY}, which may know better"
        )
    try:
        stream = ffmpeg.probe(path)
        block_frames = max(1, BLOCK_VALUES // stream.channels)
        blocks, complaint = ffmpeg.decode(
            path, stream, seconds, block_frames, _mean_of_channels
        )
    except ffmpeg.FfmpegError as error:
        raise DecodingError(f"{reason}; ffmpeg: {error}") from error
    rate = stream.sample_rate_hz
    wanted = round(seconds * rate)
    mono = np.concatenate([NO_SAMPLES, *blocks])[:wanted]
    is_cut = len(mono) == wanted
    frames = max(len(mono), round(stream.seconds * rate)) if is_cut else len(mono)
    notes = [] if foreign else [f"libsndfile fails ({reason})"]
    notes += [f"ffmpeg leaves out what is damaged ({complaint})"] if complaint else []
    return Decoded(
        mono, rate, stream.channels, frames, stream.container, "ffmpeg", "; ".join(notes)
    )


class _OneWayFile(soundfile.SoundFile):
    """A file that is read without seeking.

    soundfile seeks after each read from a seekable file. In an MP3 of variable bit rate this
    is inexact, so that the next block would begin at a wrong sample.
    """

    def seekable(self) -> bool:
        return False


def _read_mono(file: soundfile.SoundFile, frames: int) -> np.ndarray:
    """The mean ``(samples,)`` of the channels of the next ``frames``, full scale ±1."""
    size = max(1, BLOCK_VALUES // file.channels)
    # Converting 16-bit samples by libsndfile gives the same floats, but takes four times as
    # long for a WAV, and a quarter longer for an AU.
    dtype = "int16" if file.subtype == "PCM_16" else "float32"
    blocks = []
    while frames > 0:
        block = file.read(min(frames, size), dtype=dtype, always_2d=True)
        if len(block) == 0:
            break
        frames -= len(block)
        if dtype == "int16":
            block = block * np.float32(1 / 2**15)
        with np.errstate(invalid="ignore", over="ignore"):  # infinite samples are judged later
            blocks.append(_mean_of_channels(block))
    return blocks[0] if len(blocks) == 1 else np.concatenate([NO_SAMPLES, *blocks])


def _mean_of_channels(block: np.ndarray) -> np.ndarray:
    """The mean ``(samples,)`` of ``(samples, channels)``.

    Computed as a product, since `mean` along so short an axis takes as long as decoding an MP3.
    """
    channels = block.shape[1]
    if channels == 1:
        return block[:, 0]
    return block @ np.full(channels, 1 / channels, dtype=np.float32)


def _reason(error: Exception) -> str:
    reason = getattr(error, "error_string", str(error)).strip().rstrip(".")
    # libsndfile's message for a file that is an MP3 only by its name.
    return "no MPEG frame found" if "possibly a pipe?" in reason else reason
