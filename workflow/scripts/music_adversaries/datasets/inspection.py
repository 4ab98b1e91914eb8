"""Inspection: an audio file is decoded once, and its faults are found.

A bad file raises no exception; its `Inspection` holds a clause that says what is wrong.
"""

import stat
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import xxhash

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.decoding import Decoded, DecodingError, decode
from music_adversaries.audio.files import EXCERPT_SECONDS, resample
from music_adversaries.audio.stft import HOP, WINDOW
from music_adversaries.datasets import FORMATS

LEAST_SECONDS = (99 * HOP + WINDOW) / SAMPLE_RATE
"""One slice of the CNN, 100 frames: it cannot judge a shorter excerpt."""
LEAST_SAMPLES = round(LEAST_SECONDS * SAMPLE_RATE)
LEAST_LEVEL_DB = -80.0
"""dBFS, root mean square about the mean, below which an excerpt is silent.

It is above 16-bit dither (-93 dBFS) and far below music: the softest of 50 excerpts of GTZAN
has -30 dBFS."""
HIGHEST_PEAK = 2.0**31
"""Times full scale; 32-bit integers read as floats reach it. Above it, spectra may overflow."""
LOUD_PEAK = 2.0
"""Times full scale; a note reports higher peaks. Decoded MP3s stay below."""
HEADER_BYTES = 256
"""A shorter, undecodable file of a known format has lost a part of its header."""
MAGICS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b".snd", b"fLaC", b"OggS", b"caff", b"riff")
"""The first bytes of audio formats."""
KNOWN_FAULTS = {
    "jazz.00054": "widely spread copies of GTZAN carry it undecodable: take it from"
    " another copy, or leave it out with `on_bad_audio: skip`"
}
"""Advice by file name without its ending."""


@dataclass(frozen=True)
class Inspection:
    """What a file holds, or why it cannot be used."""

    waveform: np.ndarray | None = None
    """The excerpt, float32 ``(samples,)`` at 22 050 Hz; None if there is a problem."""
    sample_rate_hz: int = 0
    """Of the file, like ``channels`` and ``duration_s``; all are 0 if it is undecodable."""
    channels: int = 0
    duration_s: float = 0.0
    """As the header states, or as decoded if the file ends earlier."""
    samples_hash: str = ""
    """XXH3 of the waveform, 128 bits in hex; empty if there is a problem. A cryptographic
    hash would take as long as the spectra, and forgery is no concern here."""
    problem: str = ""
    """A clause such as ``too short (1.20 s; at least 2.35 s)``; empty for a good file."""
    decoder: str = ""
    """``libsndfile`` or ``ffmpeg``; empty if neither decodes the file."""
    note: str = ""
    """What is unusual about a file that can be used."""


def inspect_file(path: str | Path, seconds: float = EXCERPT_SECONDS) -> Inspection:
    """Decode the first ``seconds`` of a file, and return what was found."""
    path = Path(path)
    if problem := _file_problem(path):
        return Inspection(problem=problem)
    try:
        decoded = decode(path, seconds)
    except DecodingError as error:
        return Inspection(problem=_undecodable(path, error))
    mono, rate = decoded.mono, decoded.sample_rate_hz
    peak = float(np.maximum(mono.max(initial=0), -mono.min(initial=0)))
    waveform, samples_hash = None, ""
    problem = _samples_problem(mono, rate, peak)
    if not problem:
        waveform = resample(mono, rate)
        # An array is a buffer, but numpy's type hints say so only from Python 3.12 on.
        samples_hash = xxhash.xxh3_128_hexdigest(waveform)  # type: ignore[arg-type]
    # If fewer samples were read than asked for, the header may state too many.
    samples = decoded.frames if len(mono) == round(seconds * rate) else len(mono)
    return Inspection(
        waveform=waveform,
        sample_rate_hz=rate,
        channels=decoded.channels,
        duration_s=samples / rate,
        samples_hash=samples_hash,
        problem=problem,
        decoder=decoded.decoder,
        note=_note(path, decoded, samples, peak),
    )


def is_silent(mono: np.ndarray) -> bool:
    """Whether the level of a waveform ``(samples,)`` is below `LEAST_LEVEL_DB`."""
    mean = mono.mean()
    enough = len(mono) * 10 ** (LEAST_LEVEL_DB / 10)
    # Computed by pieces, since the first piece of music is usually loud enough.
    pieces = (mono[start : start + 2**16] - mean for start in range(0, len(mono), 2**16))
    return all(power < enough for power in accumulate(float(p @ p) for p in pieces))


def _file_problem(path: Path) -> str:
    """What is wrong with a file before its content is read."""
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
    except ValueError:  # no file can have this name
        return "missing"
    return "" if about.st_size else "empty (0 bytes)"


def _undecodable(path: Path, error: DecodingError) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
    except OSError:
        head = b""
    problem = f"undecodable ({error})"
    if len(head) < HEADER_BYTES and head.startswith(MAGICS):
        problem = f"its header is cut off after {len(head)} bytes ({error})"
    advice = KNOWN_FAULTS.get(path.stem.lower())
    return f"{problem}; {advice}" if advice else problem


def _samples_problem(mono: np.ndarray, rate_hz: int, peak: float) -> str:
    """What is wrong with the samples of an excerpt."""
    if len(mono) == 0:
        return "holds no samples"
    if np.isnan(peak):
        return "holds samples that are no numbers (NaN)"
    if peak > HIGHEST_PEAK:
        return f"holds samples of {peak:.0e} times full scale"
    if len(mono) * SAMPLE_RATE < LEAST_SAMPLES * rate_hz:
        return f"too short ({len(mono) / rate_hz:.2f} s; at least {LEAST_SECONDS:.2f} s)"
    if is_silent(mono):
        level = mono.std(dtype=np.float64)
        shown = f"{20 * np.log10(level):.0f} dBFS" if level > 0 else "all samples alike"
        return f"silent ({shown}; at least {LEAST_LEVEL_DB:.0f} dBFS)"
    return ""


def _note(path: Path, decoded: Decoded, samples: int, peak: float) -> str:
    """What is unusual about a file that can be used and holds ``samples`` samples."""
    notes = [decoded.note] if decoded.note else []
    ending, rate = path.suffix, decoded.sample_rate_hz
    if decoded.format not in FORMATS.get(ending.lower(), (decoded.format,)):
        notes.append(f"named {ending} but holds {decoded.format}")
    if samples < decoded.frames:
        promised = f"{decoded.frames / rate:.2f} s"
        notes.append(f"ends after {samples / rate:.2f} s, though its header says {promised}")
    if LOUD_PEAK < peak <= HIGHEST_PEAK:
        notes.append(f"reaches {peak:.1f} times full scale")
    return "; ".join(notes)
