"""Inspection: an audio file is decoded once and judged.

A file is never an exception: what is wrong with it is a clause in its `Inspection`.
"""

import stat
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.decoding import Decoded, DecodingError, decode
from music_adversaries.audio.files import EXCERPT_SECONDS, resample
from music_adversaries.audio.stft import HOP, WINDOW

LEAST_SECONDS = (99 * HOP + WINDOW) / SAMPLE_RATE
"""One slice of the CNN, 100 frames: what is shorter cannot be judged by every system."""

LEAST_SAMPLES = round(LEAST_SECONDS * SAMPLE_RATE)

LEAST_LEVEL_DB = -80.0
"""dBFS, root mean square about the mean: what is softer is silence, a constant offset too.

Above the dither of 16 bits (-93 dBFS), and far below music: the softest of 50 excerpts of
GTZAN has -30 dBFS.
"""

HIGHEST_PEAK = 2.0**31
"""Times full scale: 32-bit integers taken for floats. Beyond it, spectra may overflow."""

LOUD_PEAK = 2.0
"""Times full scale: decoded MP3s exceed full scale, but by less; worth a note."""

HEADER_BYTES = 256
"""A file of a known format that is shorter and undecodable has lost part of its header."""

MAGICS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b".snd", b"fLaC", b"OggS", b"caff", b"riff")
"""How files of audio formats begin."""

FORMATS = {
    ".wav": {"WAV", "WAVEX", "RF64"},
    ".wave": {"WAV", "WAVEX", "RF64"},
    ".bwf": {"WAV", "WAVEX", "RF64"},
    ".rf64": {"WAV", "WAVEX", "RF64"},
    ".au": {"AU"},
    ".snd": {"AU"},
    ".flac": {"FLAC"},
    ".ogg": {"OGG"},
    ".oga": {"OGG"},
    ".opus": {"OGG"},
    ".mp1": {"MP3"},
    ".mp2": {"MP3"},
    ".mp3": {"MP3"},
    ".mpa": {"MP3"},
    ".mpga": {"MP3"},
    ".aif": {"AIFF"},
    ".aiff": {"AIFF"},
    ".aifc": {"AIFF"},
    ".voc": {"VOC"},
    ".caf": {"CAF"},
    ".w64": {"W64"},
}
"""libsndfile's names of what each ending promises."""

KNOWN_FAULTS = {
    "jazz.00054": "widely spread copies of GTZAN carry it undecodable: take it from"
    " another copy, or leave it out with `on_bad_audio: skip`"
}
"""Advice by file name without its ending."""


@dataclass(frozen=True)
class Inspection:
    """What a file holds, or why it cannot be used."""

    waveform: np.ndarray | None = None
    """float32 ``(samples,)`` at 22 050 Hz, the excerpt; none where there is a problem."""
    sample_rate_hz: int = 0
    """Of the file, like ``channels`` and ``duration_s``: 0 where it is undecodable."""
    channels: int = 0
    duration_s: float = 0.0
    """By the header; what was decoded, where the file ends before its header says so."""
    samples_hash: str = ""
    """XXH3 of the waveform, 128 bits in hex; empty where there is a problem.

    Not cryptographic, which would take as long as the spectra: it has to tell copies from
    other recordings, and nobody gains by forging one."""
    problem: str = ""
    """A clause such as ``too short (1.20 s; at least 2.35 s)``; empty for a good file."""
    decoder: str = ""
    """``libsndfile`` or ``ffmpeg``; empty where neither decodes the file."""
    note: str = ""
    """What is odd about a file and does not keep it from being used."""


def inspect_file(path: str | Path, seconds: float = EXCERPT_SECONDS) -> Inspection:
    """Decode the first ``seconds`` of a file and judge them."""
    path = Path(path)
    problem = _file_problem(path)
    if problem:
        return Inspection(problem=problem)
    try:
        decoded = decode(path, seconds)
    except DecodingError as error:
        return Inspection(problem=_undecodable(path, error))
    peak = _peak(decoded.mono)
    about: dict[str, Any] = {
        "sample_rate_hz": decoded.sample_rate_hz,
        "channels": decoded.channels,
        "duration_s": _samples_there(decoded, seconds) / decoded.sample_rate_hz,
        "decoder": decoded.decoder,
        "note": _note(path, decoded, seconds, peak),
    }
    problem = _samples_problem(decoded, peak)
    if problem:
        return Inspection(problem=problem, **about)
    waveform = resample(decoded.mono, decoded.sample_rate_hz)
    # An array is a buffer, which numpy's hints say from Python 3.12 on.
    digest = xxhash.xxh3_128_hexdigest(waveform)  # type: ignore[arg-type]
    return Inspection(waveform, samples_hash=digest, **about)


def _file_problem(path: Path) -> str:
    """What is wrong with a file before its content is looked at."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            return "a folder, not a file"
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            return "no regular file"
        path.open("rb").close()
    except FileNotFoundError:
        return "a link to a file that is missing" if path.is_symlink() else "missing"
    except PermissionError:
        return "no permission to read it"
    except OSError as error:
        return f"unreadable ({error.strerror})"
    except ValueError:  # no name that a file could have
        return "missing"
    return "" if about.st_size else "empty (0 bytes)"


def _undecodable(path: Path, error: DecodingError) -> str:
    head = _head(path)
    if len(head) < HEADER_BYTES and head[:4].startswith(MAGICS):
        problem = f"its header is cut off after {len(head)} bytes ({error})"
    else:
        problem = f"undecodable ({error})"
    advice = KNOWN_FAULTS.get(path.stem.lower())
    return f"{problem}; {advice}" if advice else problem


def _head(path: Path) -> bytes:
    """The first `HEADER_BYTES` of a file; none where not even they can be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEADER_BYTES)
    except OSError:
        return b""


def _samples_problem(decoded: Decoded, peak: float) -> str:
    """What is wrong with the samples of an excerpt."""
    mono, rate = decoded.mono, decoded.sample_rate_hz
    if len(mono) == 0:
        return "holds no samples"
    if np.isnan(peak):
        return "holds samples that are no numbers (NaN)"
    if peak > HIGHEST_PEAK:
        return f"holds samples of {peak:.0e} times full scale"
    if len(mono) * SAMPLE_RATE < LEAST_SAMPLES * rate:
        return f"too short ({len(mono) / rate:.2f} s; at least {LEAST_SECONDS:.2f} s)"
    if is_silent(mono):
        return f"silent ({_decibels(mono)}; at least {LEAST_LEVEL_DB:.0f} dBFS)"
    return ""


def _peak(mono: np.ndarray) -> float:
    """The greatest magnitude of a sample; NaN where one is NaN, 0 where there is none."""
    return float(np.maximum(mono.max(initial=0), -mono.min(initial=0)))


def is_silent(mono: np.ndarray) -> bool:
    """Whether the level is below `LEAST_LEVEL_DB`; of music, a piece of it tells."""
    mean = mono.mean()
    enough = len(mono) * 10 ** (LEAST_LEVEL_DB / 10)
    pieces = (mono[start : start + 2**16] - mean for start in range(0, len(mono), 2**16))
    return all(power < enough for power in accumulate(float(p @ p) for p in pieces))


def _decibels(mono: np.ndarray) -> str:
    level = mono.std(dtype=np.float64)
    return f"{20 * np.log10(level):.0f} dBFS" if level > 0 else "all samples alike"


def _samples_there(decoded: Decoded, seconds: float) -> int:
    """Samples a channel of the whole file, without those that only its header promises."""
    read = len(decoded.mono)
    return decoded.frames if read == round(seconds * decoded.sample_rate_hz) else read


def _note(path: Path, decoded: Decoded, seconds: float, peak: float) -> str:
    notes = [decoded.note] if decoded.note else []
    expected = FORMATS.get(path.suffix.lower())
    if expected and decoded.format not in expected:
        notes.append(f"named {path.suffix} but holds {decoded.format}")
    rate = decoded.sample_rate_hz
    there = _samples_there(decoded, seconds)
    if there < decoded.frames:
        promised = f"{decoded.frames / rate:.2f} s"
        notes.append(f"ends after {there / rate:.2f} s, though its header says {promised}")
    if LOUD_PEAK < peak <= HIGHEST_PEAK:
        notes.append(f"reaches {peak:.1f} times full scale")
    return "; ".join(notes)
