"""The manifest: a row for each excerpt with all that later stages need to know of its file."""

from pathlib import Path, PurePosixPath

import pandas as pd

from music_adversaries.datasets.artists import is_own_artist, own_artist
from music_adversaries.datasets.listing import some
from music_adversaries.errors import InputError
from music_adversaries.tidy_tables import check_excerpts, damaged, read_table

COLUMNS = (
    "excerpt file label artist duration_s sample_rate_hz channels decoder sha256 fault problem"
    " note".split()
)

MOST_NAMED = 10
"""The most files that a message names."""


def make_manifest(tracks: pd.DataFrame, inspected: pd.DataFrame) -> pd.DataFrame:
    """The `COLUMNS` of the ``tracks``, joined to what was found in their files.

    ``tracks`` has ``file``, ``label``, ``artist``, ``fault``; ``inspected`` has ``file``
    and the other `COLUMNS`, and ``tagged_artist``, which replaces an empty artist.
    Excerpts with a ``problem`` are kept as rows, which no later stage uses. Raises
    `InputError` if a track was not inspected.
    """
    new = sorted(set(tracks.file) - set(inspected.file))
    if new:
        raise InputError(
            f"The audio {some(new)} came into the dataset while it was read: run the same"
            " command again."
        )
    manifest = tracks.merge(inspected, on="file", how="left", validate="one_to_one")
    own = manifest.excerpt.map(own_artist)
    tagged = manifest.tagged_artist.where(manifest.tagged_artist != "", own)
    manifest["artist"] = manifest.artist.where(manifest.artist != "", tagged)
    return manifest[COLUMNS].sort_values("excerpt", ignore_index=True)


def check_audio(manifest: pd.DataFrame, bad_audio: Path) -> None:
    """Raise `InputError` if files cannot be used; the table ``bad_audio`` names them all."""
    bad = manifest[manifest.problem != ""]
    if bad.empty:
        return
    first = "; ".join(f"{row.file}: {row.problem}" for row in bad[:MOST_NAMED].itertuples())
    more = f"; and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
    raise InputError(
        f"{len(bad)} audio file(s) cannot be used ({_by_kind(bad.problem)}): replace or remove"
        " them, or leave them out with the dataset's `on_bad_audio: skip`. All are listed in"
        f" {bad_audio}. They are {first}{more}."
    )


def remarks(manifest: pd.DataFrame, dataset: str, bad_audio: Path) -> list[str]:
    """Sentences for the user about files that cannot be used or that have a note.

    The table ``bad_audio`` names the files that cannot be used.
    """
    bad, good = manifest[manifest.problem != ""], manifest[manifest.problem == ""]
    sentences = []
    if len(bad):
        sentences.append(
            f"{len(bad)} of the {len(manifest)} audio files of {dataset!r} cannot be used and"
            f" are left out ({_by_kind(bad.problem)}): {bad_audio} lists them."
        )
    if noted := good[good.note != ""].file.tolist():
        sentences.append(
            f"The manifest's column `note` says what is odd about {some(noted)} of the audio"
            f" files of {dataset!r}."
        )
    return sentences


def tag_remarks(manifest: pd.DataFrame, tracks: pd.DataFrame, dataset: str) -> list[str]:
    """A sentence about the ``tracks`` whose tags should name an artist and do not, if any."""
    good = manifest[manifest.problem == ""]
    tagged = good[good.file.isin(tracks.file[tracks.artist == ""])]
    unknown = tagged.file[tagged.artist.map(is_own_artist).astype(bool)].tolist()
    if not unknown:
        return []
    return [
        f"The tags of {some(unknown)} of the {len(tagged)} audio files of {dataset!r} name no"
        " artist: each counts as an artist of its own."
    ]


def read_manifest(path: str | Path) -> pd.DataFrame:
    """Read a manifest of `make_manifest`.

    Raises `InputError` if the table is damaged, or names a file or excerpt outside of its
    folder: files of results are named after excerpts.
    """
    manifest = read_table(path, COLUMNS)
    check_excerpts(manifest, path)
    for name in (*manifest.file, *manifest.excerpt):
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise damaged(path, f"names {name!r}, which lies outside of its folder")
    return manifest


def _by_kind(problems: pd.Series) -> str:
    """The number of files with each kind of problem, the most frequent first."""
    kinds = problems.str.split(r" \(|; | after | of \d", regex=True).str[0]
    return ", ".join(f"{count} {kind}" for kind, count in kinds.value_counts().items())
