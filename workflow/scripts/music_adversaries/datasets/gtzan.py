"""The `gtzan` loader: Tzanetakis and Cook's 1000 excerpts, as their copies circulate."""

import csv
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from music_adversaries.datasets import listing
from music_adversaries.datasets.artists import match_artists, own_artist, unused_table_notices
from music_adversaries.errors import InputError

GENRES = tuple("blues classical country disco hiphop jazz metal pop reggae rock".split())
EXCERPTS = tuple(f"{genre}.{number:05d}" for genre in GENRES for number in range(100))
PLACES = ("", "genres", "genres_original", "Data/genres_original")
"""Places of the genre folders in copies, in any case: directly, as in the original archive, and
as in the most common repackaging, with or without its outer folder."""
FAULT_FILTERED = Path(__file__).with_name("gtzan_fault_filtered.tsv")
"""The published partition: which excerpts are for training, validation and testing.

Kereliuk, Sturm and Larsen, "Deep Learning and Music Adversaries" (2015), after the faults
that Sturm lists in "The GTZAN dataset" (2013). Rows are ranges of excerpt numbers, both
ends included; the 70 excerpts in no range were left out as faulty."""


def list_tracks(root: str | Path, artists: str | Path | None = None) -> listing.Listing:
    """The excerpts below ``root``, ordered by name; other files are left out.

    ``file`` is relative to ``find_genres(root)``. ``artists`` is a table for `match_artists`;
    an excerpt of unknown artist counts as an artist of its own. If an excerpt exists as ``.au``
    and as ``.wav``, the ``.au`` is taken: it is the original, and the well-known undecodable
    ``jazz.00054`` is a ``.wav``. Raises `InputError` if there are no genre folders or no
    excerpts, a folder cannot be read, or the table cannot be used.
    """
    root = listing.folder_path(root)
    place = find_genres(root)
    copies, strays, links = _find_excerpts(place)
    if not copies:
        raise InputError(
            f"The genre folders in {place} hold no excerpts: they should hold files such as"
            " blues/blues.00000.wav or blues/blues.00000.au."
        )
    taken = {excerpt: min(copies[excerpt], key=_preference) for excerpt in sorted(copies)}
    files = list(taken.values())
    known, table_notices = match_artists(artists, files, part_of=_file_name)
    tracks = [
        listing.track(file, excerpt.split(".")[0], known.get(file) or own_artist(excerpt))
        for excerpt, file in taken.items()
    ]
    copied = sorted({file for found in copies.values() for file in found} - set(files))
    notices = []
    if strays:
        notices.append(
            f"leaves out {listing.some(strays, 'audio file')} in its genre folders, none of"
            " GTZAN's 1000 excerpts by its name and place"
        )
    if copied:
        notices.append(
            f"leaves out {listing.some(copied, 'further file')} of excerpts that are there more"
            " than once: `.au` is taken before `.wav`, and `.wav` before others"
        )
    notices += listing.outer_notices(root, place, _is_genre, links)
    notices += unused_table_notices(dict.fromkeys([root, place]), artists) + table_notices
    return listing.Listing(tracks, notices)


def find_genres(root: str | Path) -> Path:
    """The folder that holds the genre folders: ``root`` or one of `PLACES` in it.

    If several do, the one with the most genres, or the first of these. Raises `InputError` if
    none does, or a folder cannot be read.
    """
    root = listing.folder_path(root)
    best = max(_places(root), key=_genre_count)
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


def _find_excerpts(place: Path) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """The files of each excerpt below ``place``, other audio, and links not followed."""
    known = set(EXCERPTS)
    copies: dict[str, list[str]] = {}
    strays, links = [], []
    for folder in filter(_is_genre, listing.read_folder(place).folders):
        audio, passed = listing.audio_below(place, folder)
        links += passed
        for file in audio:
            excerpt = PurePosixPath(file).stem.lower()
            is_placed = file.count("/") == 1 and excerpt.startswith(f"{folder.lower()}.")
            if is_placed and excerpt in known:
                copies.setdefault(excerpt, []).append(file)
            else:
                strays.append(file)
    return copies, strays, links


def _preference(file: str) -> tuple[bool, bool, str]:
    """A key that sorts the preferred file of an excerpt first."""
    ending = PurePosixPath(file).suffix.lower()
    return ending != ".au", ending != ".wav", file


def _places(root: Path) -> list[Path]:
    """The `PLACES` that exist, in their order, spelled as they are."""
    found = []
    for place in PLACES:
        folders = [root]
        for part in PurePosixPath(place.lower()).parts:
            folders = [
                folder / name
                for folder in folders
                for name in listing.read_folder(folder).folders
                if name.lower() == part
            ]
        found += folders
    return found


def _genre_count(folder: Path) -> int:
    found = filter(_is_genre, listing.read_folder(folder).folders)
    return len({name.lower() for name in found})


def _is_genre(folder: str) -> bool:
    return folder.lower() in GENRES


def _file_name(name: str) -> str:
    """The last part of a name in a table, whatever folders precede it."""
    return name.strip().replace("\\", "/").rsplit("/", 1)[-1]


def _present(tracks: Iterable[dict[str, str]]) -> set[str]:
    return {PurePosixPath(track["file"]).stem.lower() for track in tracks}
