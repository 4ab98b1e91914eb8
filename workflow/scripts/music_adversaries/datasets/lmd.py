"""The `lmd` loader: the Latin Music Database, ten class folders of MP3s.

Silla, Koerich and Kaestner, "The Latin Music Database" (2008). Imports nothing heavy: the
workflow lists the files while it plans; what reads tags, `artist_of`, is for jobs.
"""

from pathlib import Path

from music_adversaries.datasets import ENDINGS
from music_adversaries.datasets.artists import (
    NO_ARTIST,
    match_artists,
    own_artist,
    plain,
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
    shown,
)
from music_adversaries.errors import InputError

CLASSES = tuple("axe bachata bolero forro gaucha merengue pagode salsa sertaneja tango".split())

OTHER_NAMES = {"gaucho": "gaucha", "sertanejo": "sertaneja"}
"""Names, without accents and case, under which class folders circulate besides their own."""

_TAGS = ("artist", "albumartist", "performer")


def list_tracks(root: str | Path, artists: str | Path | None = None) -> Listing:
    """The tracks below ``root``, by label and name.

    A class folder may be spelled with or without accents, in any case: its label is the
    entry of `CLASSES`. Tracks lie at any depth in it. ``artists`` is a CSV with the columns
    ``excerpt`` or ``file``, and ``artist``: a track that it does not name is an artist of its
    own. Without it every artist is empty, which means that the tags have not been read yet
    (`artist_of`).

    Raises `InputError` where a class has no folder or no tracks, where a folder may not be
    read, and where ``artists`` cannot be used.
    """
    root = folder_path(root)
    folders = find_classes(root)
    labels: dict[str, str] = {}
    links = []
    for label in CLASSES:
        found = [audio_below(root, folder) for folder in folders[label]]
        files = sorted(file for each in found for file in each.audio)
        if not files:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / folders[label][0]} ({', '.join(sorted(ENDINGS))})."
            )
        labels |= dict.fromkeys(files, label)
        links += [link for each in found for link in each.links]
    known, notices = _artists(list(labels), artists)
    tracks = [
        {"file": file, "label": label, "artist": known[file], "fault": "none"}
        for file, label in labels.items()
    ]
    return Listing(tracks, _outer_notices(root, artists) + link_notices(links) + notices)


def find_classes(root: Path) -> dict[str, list[str]]:
    """The folders of each class in ``root``: more than one where spellings are mixed.

    Raises `InputError` where a class has none, or ``root`` may not be read.
    """
    found = read_folder(root).folders
    folders: dict[str, list[str]] = {}
    for name in found:
        folders.setdefault(_class_of(name), []).append(name)
    absent = [label for label in CLASSES if label not in folders]
    if absent:
        raise InputError(
            f"The folder {root} lacks the Latin Music Database's class(es)"
            f" {', '.join(absent)}; the folders in it are"
            f" {', '.join(map(shown, found)) or 'none'} (accents and case do not matter)."
        )
    return {label: folders[label] for label in CLASSES}


def artist_of(path: str | Path) -> str:
    """The artist in a file's tags; empty where there is none or they cannot be read.

    Tags that name nobody (`NO_ARTIST`) count as none. Several artists are joined by " / ".
    """
    import mutagen  # here: jobs alone need it

    try:
        tags = mutagen.File(path, easy=True) or {}
    except (mutagen.MutagenError, OSError, ValueError, LookupError):
        return ""
    for name in _TAGS:
        entries = (" ".join(str(entry).split()) for entry in tags.get(name) or [])
        artist = " / ".join(entry for entry in entries if entry)
        if artist and plain(artist) not in NO_ARTIST:
            return artist
    return ""


def _class_of(folder: str) -> str:
    label = plain(folder)
    return OTHER_NAMES.get(label, label)


def _artists(files: list[str], artists: str | Path | None) -> tuple[dict[str, str], list[str]]:
    """The artist of each file, empty where tags are to be read; and what to say of a table."""
    if artists is None:
        return dict.fromkeys(files, ""), []
    matched = match_artists(artists, files)
    return {file: matched.artists.get(file) or own_artist(file) for file in files}, [
        matched.notice
    ]


def _outer_notices(root: Path, artists: str | Path | None) -> list[str]:
    """What to say of what lies beside the class folders."""
    top = read_folder(root)
    others = [
        name
        for name in top.folders
        if _class_of(name) not in CLASSES and may_hold_audio(root, name)
    ]
    notices = loose_notices(top.audio, "class") + folder_notices(others, "class")
    notices += link_notices(top.broken_links)
    return notices + unused_notices(root, top.others, artists)
