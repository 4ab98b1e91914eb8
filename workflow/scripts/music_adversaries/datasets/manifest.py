"""The manifest: a row an excerpt, the only thing that later stages read about files."""

from pathlib import Path, PurePosixPath

import pandas as pd

from music_adversaries.errors import InputError
from music_adversaries.tables import check_excerpts, damaged, read_table

COLUMNS = [
    "excerpt",
    "file",
    "label",
    "artist",
    "duration_s",
    "sample_rate_hz",
    "channels",
    "sha256",
    "fault",
    "problem",
    "note",
]


def make_manifest(
    tracks: pd.DataFrame, inspected: pd.DataFrame, on_bad_audio: str
) -> pd.DataFrame:
    """Put together what is known of the ``tracks`` and what was found in their files.

    ``tracks`` has ``file``, ``label``, ``artist``, ``fault``; ``inspected`` has ``file``
    and the other `COLUMNS`, and ``tagged_artist``, which stands in for an empty artist.
    An excerpt with a ``problem`` is kept as a row; no later stage uses it. Raises
    `InputError` naming every such file if ``on_bad_audio`` is ``stop``.
    """
    manifest = tracks.merge(inspected, on="file", how="left", validate="one_to_one")
    bad = manifest[manifest.problem != ""]
    if len(bad) and on_bad_audio == "stop":
        reasons = "; ".join(f"{row.file}: {row.problem}" for row in bad.itertuples())
        raise InputError(
            f"{len(bad)} audio file(s) cannot be used: replace or remove them, or leave them"
            f" out with the dataset's `on_bad_audio: skip`. They are {reasons}."
        )
    unknown = "unknown (" + manifest.excerpt + ")"
    tagged = manifest.tagged_artist.where(manifest.tagged_artist != "", unknown)
    manifest["artist"] = manifest.artist.where(manifest.artist != "", tagged)
    return manifest[COLUMNS].sort_values("excerpt", ignore_index=True)


def read_manifest(path: str | Path) -> pd.DataFrame:
    """Read a manifest of `make_manifest`.

    Raises `InputError` where it is none any more, and where a file, or an excerpt, which
    names what is written of it, lies outside of its folder.
    """
    manifest = read_table(path, COLUMNS)
    check_excerpts(manifest, path)
    for name in (*manifest.file, *manifest.excerpt):
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise damaged(path, f"names {name!r}, which lies outside of its folder")
    return manifest
