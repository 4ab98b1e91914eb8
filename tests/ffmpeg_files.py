"""Audio files that ffmpeg makes, and what it decodes of them."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from audio_files import music

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg, one of Debian's packages, is not installed"
)


def encode(path, *options, seconds=4.0, rate=44100, channels=2, seed=0):
    """Let ffmpeg write music to ``path`` as ``options`` say."""
    source = path.with_name("source.wav")
    soundfile.write(source, music(seconds, rate, channels, seed), rate)
    _ffmpeg("-i", source, *options, path)
    return path


def decode(path, channels, seconds=30):
    """What ffmpeg makes of a file, mixed to mono: ``(samples,)``."""
    form = ["-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    said = _ffmpeg("-i", path, "-t", str(seconds), *form)
    return np.frombuffer(said, "<f4").reshape(-1, channels).mean(axis=1, dtype=np.float64)


def _ffmpeg(*arguments):
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def path_without_ffmpeg(folder):
    """A PATH, in a new ``folder``, with all programs of the present one but ffmpeg's."""
    folder.mkdir()
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            link = folder / program.name
            if program.name not in ("ffmpeg", "ffprobe") and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)
