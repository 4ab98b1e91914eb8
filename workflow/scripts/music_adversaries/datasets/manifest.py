"""The manifest: a row an excerpt, the only thing that later stages read about files."""

import hashlib
from pathlib import Path

import pandas as pd
import soundfile

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.errors import InputError
from music_adversaries.spectra import HOP, WINDOW

LEAST_SECONDS = (99 * HOP + WINDOW) / SAMPLE_RATE
"""One slice of the CNN, 100 frames: what is shorter cannot be judged by every system."""


def describe(tracks: pd.DataFrame, root: Path) -> pd.DataFrame:
    """The manifest of ``tracks`` (columns ``file``, ``label``, ``artist``, ``fault``).

    ``file`` is relative to ``root``. Adds ``excerpt`` (the file without its ending, the
    excerpt's name everywhere), ``path``, ``sha256``, ``duration_s``, ``sample_rate_hz``
    and ``channels``. Raises `InputError` naming every file that cannot be used.
    """
    rows, bad = [], []
    for track in tracks.itertuples():
        try:
            rows.append(_describe_file(root / track.file))
        except InputError as error:
            bad.append(str(error))
    if bad:
        raise InputError(
            f"{len(bad)} audio file(s) cannot be used; replace or remove them: "
            + "; ".join(bad)
        )
    columns = pd.DataFrame(rows, index=tracks.index)
    described = pd.concat([tracks, columns], axis=1)
    described.insert(0, "excerpt", _names(tracks.file))
    return described.drop(columns="file").sort_values("excerpt", ignore_index=True)


def _describe_file(path: Path) -> dict:
    try:
        info = soundfile.info(path)
    except (soundfile.SoundFileError, OSError) as error:
        raise InputError(f"{path} cannot be decoded ({error})") from error
    if info.duration < LEAST_SECONDS:
        raise InputError(
            f"{path} is too short ({info.duration:.2f} s; at least {LEAST_SECONDS:.2f} s)"
        )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "path": str(path),
        "sha256": digest,
        "duration_s": info.duration,
        "sample_rate_hz": info.samplerate,
        "channels": info.channels,
    }


def _names(files: pd.Series) -> pd.Series:
    """Names without the ending, which stays where two files would share a name."""
    bare = files.map(lambda file: str(Path(file).with_suffix("")))
    ambiguous = bare.duplicated(keep=False) | bare.isin(set(files))
    return bare.where(~ambiguous, files)
