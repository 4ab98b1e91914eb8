"""The `lmd` loader: the Latin Music Database, ten class folders of MP3s.

Silla, Koerich and Kaestner, "The Latin Music Database" (2008).
"""

from pathlib import Path

from music_adversaries.datasets import listing
from music_adversaries.datasets.artists import (
    artist_name,
    match_artists,
    own_artist,
    plain,
    unused_table_notices,
)
from music_adversaries.errors import InputError

CLASSES = tuple("axe bachata bolero forro gaucha merengue pagode salsa sertaneja tango".split())
OTHER_NAMES = {"gaucho": "gaucha", "sertanejo": "sertaneja"}
"""Other names, as `plain` writes them, under which class folders circulate."""


def list_tracks(root: str | Path, artists: str | Path | None = None) -> listing.Listing:
    """The tracks below ``root``, by label and name, at any depth of the class folders.

    Names of class folders may have accents and any case: their labels are those of `CLASSES`.
    ``artists`` is a table for `match_artists`; a track that it does not name counts as an
    artist of its own. Without a table every artist is empty: a job reads the tags
    (`artist_of`).

    Raises `InputError` if a class has no folder or no tracks, a folder cannot be read, or the
    table cannot be used.
    """
    root = listing.folder_path(root)
    labels, links = listing.audio_by_label(root, find_classes(root))
    known, table_notices = match_artists(artists, list(labels))
    unknown = own_artist if artists is not None else lambda file: ""
    tracks = [
        listing.track(file, label, known.get(file) or unknown(file))
        for file, label in labels.items()
    ]
    notices = listing.outer_notices(root, root, lambda name: _class_of(name) in CLASSES, links)
    notices += unused_table_notices([root], artists) + table_notices
    return listing.Listing(tracks, notices)


def find_classes(root: Path) -> dict[str, list[str]]:
    """The folders of each class in ``root``: several if spellings are mixed.

    Raises `InputError` if a class has none, or ``root`` cannot be read.
    """
    found = listing.read_folder(root).folders
    folders = {label: [name for name in found if _class_of(name) == label] for label in CLASSES}
    absent = [label for label in CLASSES if not folders[label]]
    if absent:
        raise InputError(
            f"The folder {root} lacks the Latin Music Database's class(es)"
            f" {', '.join(absent)}; the folders in it are"
            f" {', '.join(map(listing.shown, found)) or 'none'} (accents and case do not"
            " matter)."
        )
    return folders


def artist_of(path: str | Path) -> str:
    """The artist in a file's tags; empty if they name none or cannot be read.

    Several artists are joined by " / ".
    """
    import mutagen  # here, since only jobs need it

    try:
        tags = mutagen.File(path, easy=True) or {}
    except (mutagen.MutagenError, OSError, ValueError, LookupError):
        return ""
    for tag in ("artist", "albumartist", "performer"):
        names = (" ".join(str(entry).split()) for entry in tags.get(tag) or [])
        if artist := artist_name(" / ".join(name for name in names if name)):
            return artist
    return ""


def _class_of(folder: str) -> str:
    name = plain(folder)
    return OTHER_NAMES.get(name, name)
