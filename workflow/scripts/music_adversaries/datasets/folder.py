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
    artists = _read_artists(root / ARTISTS)
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


def _read_artists(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"file", "artist"} <= set(reader.fieldnames or ()):
            raise InputError(
                f"The table {path} lacks a column: its first line must be `file,artist`."
            )
        return {row["file"]: (row["artist"] or "").strip() for row in reader}
