"""The `gtzan` loader: Tzanetakis and Cook's 1000 excerpts, as their copies circulate.

Imports nothing heavy: the workflow lists the files while it plans.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from music_adversaries.datasets.artists import (
    Matched,
    match_artists,
    own_artist,
    unused_notices,
)
from music_adversaries.datasets.listing import (
    Listing,
    audio_below,
    folder_notices,
    folder_path,
    link_notices,
    loose_notices,
    may_hold_audio,
    read_folder,
    some,
)
from music_adversaries.errors import InputError

GENRES = tuple("blues classical country disco hiphop jazz metal pop reggae rock".split())
EXCERPTS = tuple(f"{genre}.{number:05d}" for genre in GENRES for number in range(100))

PLACES = ("", "genres", "genres_original", "Data/genres_original")
"""Where copies keep their genre folders: bare, as in the original archive, or as in the
most spread repackaging, with or without its outer folder; in any case."""

FAULT_FILTERED = Path(__file__).with_name("gtzan_fault_filtered.tsv")
"""The published partition: which excerpts are for training, validation and testing.

Kereliuk, Sturm and Larsen, "Deep Learning and Music Adversaries" (2015), after the faults
that Sturm lists in "The GTZAN dataset" (2013). Rows are ranges of excerpt numbers, both
ends included; the 70 excerpts in no range were taken out as faulty."""

_FIRST_ENDINGS = (".au", ".wav")


def list_tracks(root: str | Path, artists: str | Path | None = None) -> Listing:
    """The excerpts below ``root``, ordered by name.

    ``file`` is relative to ``find_genres(root)``. ``artists`` is a CSV with the columns
    ``excerpt`` or ``file``, and ``artist``; an excerpt of unknown artist counts as an
    artist of its own. Where an excerpt is there as ``.au`` and as ``.wav``, the ``.au`` is
    taken: it is the original, and the well-known undecodable ``jazz.00054`` is a ``.wav``.
    Files that are no excerpts are passed over. Raises `InputError` where there are no
    genre folders or no excerpts, where a folder may not be read, and where ``artists`` cannot
    be used.
    """
    place = find_genres(root)
    copy = _walk(place)
    if not copy.excerpts:
        raise InputError(
            f"The genre folders in {place} hold no excerpts: they should hold files such as"
            " blues/blues.00000.wav or blues/blues.00000.au."
        )
    taken = {excerpt: min(files, key=_preference) for excerpt, files in copy.excerpts.items()}
    files = [taken[excerpt] for excerpt in sorted(taken)]
    matched = Matched({}, "")
    if artists is not None:
        matched = match_artists(artists, files, part_of=_file_name)
    tracks = [
        {
            "file": taken[excerpt],
            "label": excerpt.split(".")[0],
            "artist": matched.artists.get(taken[excerpt]) or own_artist(excerpt),
            "fault": "none",
        }
        for excerpt in sorted(taken)
    ]
    notices = _copy_notices(copy, set(files)) + _outer_notices(folder_path(root), place)
    notices += _table_notices(folder_path(root), place, artists)
    return Listing(tracks, notices + [matched.notice] * bool(matched.notice))


def find_genres(root: str | Path) -> Path:
    """The folder that holds the genre folders: ``root`` or one of `PLACES` in it.

    Where several do, the one with the most genres, then the first. Raises `InputError`
    where none does, or a folder may not be read.
    """
    root = folder_path(root)
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


@dataclass(frozen=True)
class _Copy:
    """What lies in the genre folders of a copy: files relative to the place of the folders."""

    excerpts: dict[str, list[str]] = field(default_factory=dict)
    """The files of each excerpt: more than one where it is there more than once."""
    strays: list[str] = field(default_factory=list)
    """Audio that is no excerpt."""
    links: list[str] = field(default_factory=list)


def _walk(place: Path) -> _Copy:
    copy = _Copy()
    for folder in read_folder(place).folders:
        if folder.lower() not in GENRES:
            continue
        found = audio_below(place, folder)
        copy.links.extend(found.links)
        for file in found.audio:
            excerpt = PurePosixPath(file).stem.lower()
            if file.count("/") == 1 and excerpt in _KNOWN[folder.lower()]:
                copy.excerpts.setdefault(excerpt, []).append(file)
            else:
                copy.strays.append(file)
    return copy


_KNOWN = {genre: {e for e in EXCERPTS if e.startswith(f"{genre}.")} for genre in GENRES}


def _preference(file: str) -> tuple[int, str]:
    """The least is taken of the files of an excerpt."""
    ending = PurePosixPath(file).suffix.lower()
    rank = _FIRST_ENDINGS.index(ending) if ending in _FIRST_ENDINGS else len(_FIRST_ENDINGS)
    return rank, file


def _places(root: Path) -> list[Path]:
    """The `PLACES` that are there, in their order, spelled as they are."""
    found = []
    for place in PLACES:
        folders = [root]
        for part in PurePosixPath(place.lower()).parts:
            folders = [
                folder / name
                for folder in folders
                for name in read_folder(folder).folders
                if name.lower() == part
            ]
        found += folders
    return found


def _genre_count(folder: Path) -> int:
    return len({name.lower() for name in read_folder(folder).folders} & set(GENRES))


def _copy_notices(copy: _Copy, taken: set[str]) -> list[str]:
    notices = []
    if copy.strays:
        notices.append(
            f"leaves out {some(copy.strays, 'audio file')} in its genre folders, none of"
            " GTZAN's 1000 excerpts by its name and place"
        )
    again = [file for files in copy.excerpts.values() for file in files if file not in taken]
    if again:
        notices.append(
            f"leaves out {some(sorted(again), 'further file')} of excerpts that are there more"
            " than once: `.au` is taken before `.wav`, and `.wav` before others"
        )
    return notices + link_notices(copy.links)


def _outer_notices(root: Path, place: Path) -> list[str]:
    """What to say of audio around the genre folders: in ``place``, ``root`` and between."""
    loose, beside, links = [], [], []
    around = [place, *(folder for folder in place.parents if folder.is_relative_to(root))]
    for folder in around if place != root else [root]:
        entries, inside = read_folder(folder), folder.relative_to(root)
        loose += [(inside / name).as_posix() for name in entries.audio]
        links += [(inside / name).as_posix() for name in entries.broken_links]
        beside += [
            (inside / name).as_posix()
            for name in entries.folders
            if not place.is_relative_to(folder / name)
            and not (folder == place and name.lower() in GENRES)
            and may_hold_audio(folder, name)
        ]
    notices = loose_notices(loose, "genre") + folder_notices(beside, "genre that is taken")
    return notices + link_notices(links)


def _table_notices(root: Path, place: Path, artists: str | Path | None) -> list[str]:
    return [
        notice
        for folder in dict.fromkeys([root, place])
        for notice in unused_notices(folder, read_folder(folder).others, artists)
    ]


def _file_name(name: str) -> str:
    """Of a name in a table its last part, whatever folders it has before it."""
    return name.strip().replace("\\", "/").rsplit("/", 1)[-1]


def _present(tracks: Iterable[dict[str, str]]) -> set[str]:
    return {PurePosixPath(track["file"]).stem.lower() for track in tracks}
