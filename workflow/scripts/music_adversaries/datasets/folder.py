"""The `folder` loader: ``<root>/<label>/<file>``, with an optional ``artists.csv``.

Imports nothing heavy: the workflow lists the files while it plans.
"""

from pathlib import Path

from music_adversaries.datasets import ENDINGS
from music_adversaries.datasets.artists import excerpt_key, own_artist, read_artists
from music_adversaries.errors import InputError

ARTISTS = "artists.csv"


def list_tracks(root: str | Path, labels: list[str] | None = None) -> list[dict[str, str]]:
    """The tracks below ``root``, ordered by name: ``file``, ``label``, ``artist``, ``fault``.

    A label is a folder; ``labels`` picks some of them. A file whose artist is unknown
    counts as an artist of its own. Raises `InputError` where the folder, a label or its
    audio files are missing, or where the table of artists cannot be used.
    """
    root = Path(root).expanduser()
    found = _labels(root)
    artists = _artists(root, found)
    tracks = []
    for label in found if labels is None else labels:
        if label not in found:
            raise InputError(
                f"The folder {root} has no label {label!r}; its labels are {', '.join(found)}."
            )
        files = _audio_files(root, label)
        if not files:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / label} ({', '.join(sorted(ENDINGS))}) or remove the folder."
            )
        for file in files:
            artist = artists.get(excerpt_key(file)) or own_artist(file)
            tracks.append({"file": file, "label": label, "artist": artist, "fault": "none"})
    return tracks


def _labels(root: Path) -> list[str]:
    if not root.is_dir():
        raise InputError(f"There is no folder {root}: give the dataset's `root` as a folder.")
    found = sorted(
        entry.name for entry in root.iterdir() if entry.is_dir() and entry.name[0] != "."
    )
    if len(found) < 2:
        raise InputError(
            f"The folder {root} holds {len(found)} label(s): it needs two folders of audio"
            " files or more, named after their labels."
        )
    return found


def _audio_files(root: Path, label: str) -> list[str]:
    return sorted(
        f"{label}/{entry.name}"
        for entry in (root / label).iterdir()
        if entry.suffix.lower() in ENDINGS and entry.name[0] != "."
    )


def _artists(root: Path, labels: list[str]) -> dict[str, str]:
    """Artists by `excerpt_key`; none where there is no table.

    A table that names files which are not there is refused: with names that match nothing,
    an artist filter would filter nothing.
    """
    path = root / ARTISTS
    if not path.is_file():
        return {}
    artists = read_artists(path)
    present = {excerpt_key(file) for label in labels for file in _audio_files(root, label)}
    absent = sorted(set(artists) - present)
    if absent:
        raise InputError(
            f"The table {path} names {len(absent)} file(s) that are not there, such as"
            f" {absent[0]!r}: write them as `<label>/<file>`, or take the lines out."
        )
    return artists
