"""The `folder` loader: ``<root>/<label>/<file>``, with an optional ``artists.csv``.

Imports nothing heavy: the workflow lists the files while it plans.
"""

import csv
from pathlib import Path

from music_adversaries.errors import InputError

ENDINGS = frozenset(".wav .au .flac .ogg .oga .opus .mp3 .aif .aiff .snd .caf .w64".split())
"""What libsndfile decodes, of the formats in which music circulates."""

ARTISTS = "artists.csv"


def list_tracks(root: str | Path, labels: list[str] | None = None) -> list[dict[str, str]]:
    """The tracks below ``root``, ordered by name: ``file``, ``label``, ``artist``, ``fault``.

    A label is a folder; ``labels`` picks some of them. A file whose artist is unknown
    counts as an artist of its own. Raises `InputError` where the folder, a label or its
    audio files are missing.
    """
    root = Path(root).expanduser()
    if not root.is_dir():
        raise InputError(f"There is no folder {root}: give the dataset's `root` as a folder.")
    artists = read_artists(root)
    found = sorted(entry.name for entry in root.iterdir() if _is_label(entry))
    if len(found) < 2:
        raise InputError(
            f"The folder {root} holds {len(found)} label(s): it needs two folders of audio"
            " files or more, named after their labels."
        )
    tracks = []
    for label in found if labels is None else labels:
        if label not in found:
            raise InputError(
                f"The folder {root} has no label {label!r}; its labels are {', '.join(found)}."
            )
        files = _audio_files(root / label)
        if not files:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / label} ({', '.join(sorted(ENDINGS))}) or remove the folder."
            )
        for file in files:
            name = f"{label}/{file}"
            artist = artists.get(name) or f"unknown ({name})"
            tracks.append({"file": name, "label": label, "artist": artist, "fault": "none"})
    return tracks


def _is_label(entry: Path) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def _audio_files(folder: Path) -> list[str]:
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.suffix.lower() in ENDINGS and not entry.name.startswith(".")
    )


def read_artists(root: Path) -> dict[str, str]:
    """The artist of each file that ``root``'s `ARTISTS` lists; none without that table.

    Raises `InputError` where the table cannot be read, or names files that are not there:
    with names that match nothing, an artist filter would filter nothing.
    """
    path = root / ARTISTS
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = set(reader.fieldnames or ()), list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The table {path} cannot be read ({error}): save it as CSV in UTF-8."
        ) from error
    if not {"file", "artist"} <= columns:
        raise InputError(
            f"The table {path} lacks a column: its first line must be `file,artist`."
        )
    absent = [str(row["file"]) for row in rows if not (root / (row["file"] or "?")).is_file()]
    if absent:
        raise InputError(
            f"The table {path} names {len(absent)} file(s) that are not there, such as"
            f" {absent[0]!r}: write them as `<label>/<file>`, or take the lines out."
        )
    return {row["file"]: (row["artist"] or "").strip() for row in rows}
