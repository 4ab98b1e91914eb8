"""Decoding by ffmpeg, if it is installed, of files that libsndfile cannot read."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

LEAST_SCORE = 51
"""ffmpeg's least score, of 100, for a format recognised by the content. Formats recognised by a
file's name alone score 50, and text that is taken for AMR 26."""
FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,caf,dsf,dts,eac3,flac,iff,loas,matroska,mov,mp3,"
    "mpc,mpc8,ogg,rm,tak,tta,voc,w64,wav,wv"
)
"""Formats that hold audio. Others are refused: a playlist, for example, may name files."""
MOST_SECONDS = 10**7
"""More than any recording lasts."""


class Stream(NamedTuple):
    """A file's format, such as MOV or OGG, and the form of its first audio stream.

    ``seconds`` is 0 if the file does not state it.
    """

    container: str
    sample_rate_hz: int
    channels: int
    seconds: float


class FfmpegError(Exception):
    """ffmpeg cannot decode a file; the message is a short clause that says why."""


def probe(path: str | Path) -> Stream:
    """The first audio stream of a file; raises `FfmpegError` if there is none."""
    shown = "format=format_name,probe_score,duration:stream=sample_rate,channels,duration"
    selected = ["-select_streams", "a:0", "-show_entries", shown, "-of", "json"]
    ran = subprocess.run(
        ["ffprobe", *_input(path), *selected], capture_output=True, check=False
    )
    try:
        about = json.loads(ran.stdout or b"{}")
    except ValueError as error:  # it crashed midway
        raise FfmpegError("ffprobe fails") from error
    container = about.get("format", {})
    if container.get("probe_score", 0) < LEAST_SCORE:
        raise FfmpegError("no format that it knows")
    for stream in about.get("streams", []):
        rate, channels = int(stream.get("sample_rate", 0)), int(stream.get("channels", 0))
        if rate > 0 and channels > 0:
            seconds = float(stream.get("duration", container.get("duration", 0)))
            name = container["format_name"].split(",")[0].upper()
            return Stream(name, rate, channels, seconds)
    raise FfmpegError("no audio in it")


def decode(
    path: str | Path,
    stream: Stream,
    seconds: float,
    block_frames: int,
    mix: Callable[[np.ndarray], np.ndarray],
) -> tuple[list[np.ndarray], str]:
    """The mixed blocks of the first ``seconds``, and ffmpeg's first error message, if any.

    ``mix`` is applied to float32 blocks ``(samples, channels)``. Damaged frames are left out.
    A stream that changes its rate or channels is converted to those of its beginning. Raises
    `FfmpegError` if ffmpeg fails.
    """
    command = ["ffmpeg", "-nostdin", "-err_detect", "crccheck+explode", *_input(path)]
    command += ["-map", "0:a:0", "-t", str(min(seconds, MOST_SECONDS))]
    command += ["-ar", str(stream.sample_rate_hz), "-ac", str(stream.channels)]
    command += ["-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    frame_bytes = 4 * stream.channels
    mixed = []
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints) as process:
            assert process.stdout is not None  # as it is a pipe
            while data := process.stdout.read(block_frames * frame_bytes):
                whole = len(data) // frame_bytes * frame_bytes
                block = np.frombuffer(data[:whole], "<f4").reshape(-1, stream.channels)
                mixed.append(mix(block))
        complaints.seek(0)
        lines = complaints.read().decode(errors="replace").strip().splitlines()
    if process.returncode:
        raise FfmpegError(lines[-1].split(": ")[-1] if lines else "it says nothing")
    return mixed, re.sub(r"^\[.*?\] ", "", lines[0]) if lines else ""


def _input(path: str | Path) -> list[str | bytes]:
    """The options that name the input, which may refer to no other file and no network."""
    file = b"file:" + os.fsencode(Path(path).absolute())  # never read as an option or address
    allowed = ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS]
    return ["-v", "error", *allowed, "-i", file]
