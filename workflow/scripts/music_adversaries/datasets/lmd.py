"""The `lmd` loader: the Latin Music Database, ten class folders of MP3s.

Silla, Koerich and Kaestner, "The Latin Music Database" (2008). Imports nothing heavy: the
workflow lists the files while it plans; what reads tags, `artist_of`, is for jobs.
"""

from pathlib import Path

from music_adversaries.datasets import ENDINGS
from music_adversaries.datasets.artists import excerpt_key, own_artist, plain, read_artists
from music_adversaries.errors import InputError

CLASSES = tuple("axe bachata bolero forro gaucha merengue pagode salsa sertaneja tango".split())

OTHER_NAMES = {"gaucho": "gaucha", "sertanejo": "sertaneja"}
"""Names, without accents and case, under which class folders circulate besides their own."""

NO_ARTIST = frozenset(
    "unknown|unknown artist|various|various artists|va|v.a.|artista desconhecido"
    "|desconhecido|artista desconocido|desconocido|varios|varios artistas".split("|")
)
"""Tags, without accents and case, that name nobody."""

_TAGS = ("artist", "albumartist", "performer")


def list_tracks(root: str | Path, artists: str | Path | None = None) -> list[dict[str, str]]:
    """The tracks below ``root``, by label and name: ``file``, ``label``, ``artist``, ``fault``.

    A class folder may be spelled with or without accents, in any case: its label is the
    entry of `CLASSES`. Tracks lie in it or one folder further down (an album's or an
    artist's). ``artists`` is a CSV with the columns ``excerpt`` or ``file``, and
    ``artist``: a track that it does not name is an artist of its own. Without it every
    artist is empty, which means that the tags have not been read yet (`artist_of`).

    Raises `InputError` where a class has no folder or no tracks.
    """
    root = Path(root).expanduser()
    folders = find_classes(root)
    known = None if artists is None else read_artists(artists)
    tracks = []
    for label in CLASSES:
        files = sorted(file for folder in folders[label] for file in _audio_files(root, folder))
        if not files:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / folders[label][0]} ({', '.join(sorted(ENDINGS))})."
            )
        for file in files:
            artist = "" if known is None else known.get(excerpt_key(file)) or own_artist(file)
            tracks.append({"file": file, "label": label, "artist": artist, "fault": "none"})
    return tracks


def find_classes(root: Path) -> dict[str, list[str]]:
    """The folders of each class in ``root``: more than one where spellings are mixed.

    Raises `InputError` where a class has none.
    """
    if not root.is_dir():
        raise InputError(f"There is no folder {root}: give the dataset's `root` as a folder.")
    found = sorted(entry.name for entry in root.iterdir() if entry.is_dir())
    folders: dict[str, list[str]] = {}
    for name in found:
        label = plain(name)
        folders.setdefault(OTHER_NAMES.get(label, label), []).append(name)
    absent = [label for label in CLASSES if label not in folders]
    if absent:
        raise InputError(
            f"The folder {root} lacks the Latin Music Database's class(es)"
            f" {', '.join(absent)}; the folders in it are {', '.join(found) or 'none'}"
            " (accents and case do not matter)."
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


def _audio_files(root: Path, folder: str) -> list[str]:
    """Audio files in a class folder and one level below, relative to ``root``."""
    entries = [*(root / folder).glob("*"), *(root / folder).glob("*/*")]
    return [
        entry.relative_to(root).as_posix()
        for entry in entries
        if entry.suffix.lower() in ENDINGS and not _is_hidden(entry, root)
    ]


def _is_hidden(entry: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in entry.relative_to(root).parts)
