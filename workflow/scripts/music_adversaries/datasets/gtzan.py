"""The `gtzan` loader: Tzanetakis and Cook's 1000 excerpts, as their copies circulate.

Imports nothing heavy: the workflow lists the files while it plans.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from music_adversaries.datasets.artists import own_artist, read_artists
from music_adversaries.errors import InputError

GENRES = tuple("blues classical country disco hiphop jazz metal pop reggae rock".split())
EXCERPTS = tuple(f"{genre}.{number:05d}" for genre in GENRES for number in range(100))

PLACES = ("", "genres", "genres_original", "Data/genres_original")
"""Where copies keep their genre folders: bare, as in the original archive, or as in the
most spread repackaging, with or without its outer folder."""

FAULT_FILTERED = Path(__file__).with_name("gtzan_fault_filtered.tsv")
"""The published partition: which excerpts are for training, validation and testing.

Kereliuk, Sturm and Larsen, "Deep Learning and Music Adversaries" (2015), after the faults
that Sturm lists in "The GTZAN dataset" (2013). Rows are ranges of excerpt numbers, both
ends included; the 70 excerpts in no range were taken out as faulty."""

_NAME = re.compile(r"(?P<excerpt>[a-z]+\.000\d\d)\.(?P<ending>au|wav)", re.IGNORECASE)


def list_tracks(root: str | Path, artists: str | Path | None = None) -> list[dict[str, str]]:
    """The excerpts below ``root``, ordered by name: ``file``, ``label``, ``artist``, ``fault``.

    ``file`` is relative to ``find_genres(root)``. ``artists`` is a CSV with the columns
    ``excerpt`` or ``file``, and ``artist``; an excerpt of unknown artist counts as an
    artist of its own. Where an excerpt is there as ``.au`` and as ``.wav``, the ``.au`` is
    taken: it is the original, and the well-known undecodable ``jazz.00054`` is a ``.wav``.
    Files that are no excerpts are passed over. Raises `InputError` where there are no
    genre folders or no excerpts.
    """
    folder = find_genres(root)
    known = _artists_by_excerpt(artists)
    tracks = []
    for genre in GENRES:
        for excerpt, file in sorted(_excerpt_files(folder / genre).items()):
            artist = known.get(excerpt) or own_artist(excerpt)
            tracks.append(
                {"file": f"{genre}/{file}", "label": genre, "artist": artist, "fault": "none"}
            )
    if not tracks:
        raise InputError(
            f"The genre folders in {folder} hold no excerpts: they should hold files such as"
            " blues/blues.00000.wav or blues/blues.00000.au."
        )
    return tracks


def find_genres(root: str | Path) -> Path:
    """The folder that holds the genre folders: ``root`` or one of `PLACES` in it.

    Where several do, the one with the most genres, then the first. Raises `InputError`
    where none does.
    """
    root = Path(root).expanduser()
    if not root.is_dir():
        raise InputError(f"There is no folder {root}: give the dataset's `root` as a folder.")
    best = max((root / place for place in PLACES), key=_genre_count)
    if _genre_count(best) == 0:
        raise InputError(
            f"The folder {root} is no copy of GTZAN: neither it nor a folder"
            f" {', '.join(PLACES[1:-1])} or {PLACES[-1]} in it holds the genre folders"
            f" {', '.join(GENRES)}."
        )
    return best


def missing(tracks: Iterable[dict[str, str]]) -> list[str]:
    """Names, such as ``jazz.00054``, of the excerpts of the full 1000 that are not there."""
    present = _present(tracks)
    return [excerpt for excerpt in EXCERPTS if excerpt not in present]


def fault_filtered_splits() -> dict[str, str]:
    """``train``, ``valid`` or ``test`` by excerpt name, 443, 197 and 290 (`FAULT_FILTERED`)."""
    splits = {}
    with FAULT_FILTERED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            for number in range(int(row["first"]), int(row["last"]) + 1):
                splits[f"{row['label']}.{number:05d}"] = row["split"]
    return dict(sorted(splits.items()))


def lost(tracks: Iterable[dict[str, str]]) -> dict[str, list[str]]:
    """The excerpts of each split of the published partition that are not there."""
    present = _present(tracks)
    absent: dict[str, list[str]] = {"train": [], "valid": [], "test": []}
    for excerpt, split in fault_filtered_splits().items():
        if excerpt not in present:
            absent[split].append(excerpt)
    return absent


def _genre_count(folder: Path) -> int:
    return sum((folder / genre).is_dir() for genre in GENRES)


def _excerpt_files(folder: Path) -> dict[str, str]:
    """File names by excerpt name in the folder of a genre."""
    files: dict[str, str] = {}
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    # In reverse, so that .au, which comes before .wav, has the last word.
    for name in sorted(names, key=str.lower, reverse=True):
        match = _NAME.fullmatch(name)
        if match and match["excerpt"].lower().startswith(f"{folder.name}."):
            files[match["excerpt"].lower()] = name
    return files


def _artists_by_excerpt(path: str | Path | None) -> dict[str, str]:
    """Artists by excerpt name, whatever folders the table names before it."""
    if path is None:
        return {}
    return {key.rsplit("/", 1)[-1]: artist for key, artist in read_artists(path).items()}


def _present(tracks: Iterable[dict[str, str]]) -> set[str]:
    return {Path(track["file"]).stem.lower() for track in tracks}
