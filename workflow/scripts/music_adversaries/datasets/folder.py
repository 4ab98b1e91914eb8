"""The `folder` loader: audio at any depth of ``<root>/<label>``, perhaps ``artists.csv``."""

from pathlib import Path

from music_adversaries.datasets import listing
from music_adversaries.datasets.artists import (
    WANTED,
    match_artists,
    own_artist,
    plain,
    tables_of_artists,
)
from music_adversaries.errors import InputError
from music_adversaries.nearest import did_you_mean


def list_tracks(root: str | Path, labels: list[str] | None = None) -> listing.Listing:
    """The tracks below ``root``, by label and name.

    Labels are the names of folders, all or those in ``labels``. A file of unknown artist counts
    as an artist of its own. Raises `InputError` if the folder, a label or a label's audio is
    missing or cannot be read, or if the table of artists cannot be used.
    """
    root = listing.folder_path(root)
    top = listing.read_folder(root)
    chosen = _labels(root, top, labels)
    label_of, links = listing.audio_by_label(
        root,
        {label: [label] for label in chosen},
        ", remove the folder, or leave it out by naming the others as the dataset's `labels` in"
        " the config",
    )
    table, unread = _table(root, top)
    left_out = set(top.folders) - set(chosen)
    artists, table_notices = match_artists(table, list(label_of), labels_left_out=left_out)
    tracks = [
        listing.track(file, label, artists.get(file) or own_artist(file))
        for file, label in label_of.items()
    ]
    notices = listing.outer_notices(root, root, lambda name: True, links)
    notices += _alike_notices(chosen)
    if unread:
        notices.append(f"does not read {listing.some(unread, 'file')}, beside its table")
    return listing.Listing(tracks, notices + table_notices)


def _labels(root: Path, top: listing.Entries, labels: list[str] | None) -> list[str]:
    found = top.folders
    if len(found) < 2:
        loose = f", and {listing.some(top.audio, 'audio file')} in no folder"
        raise InputError(
            f"The folder {root} holds {len(found)} label(s){loose if top.audio else ''}: it"
            " needs two folders of audio files or more, named after their labels."
        )
    for label in labels or ():
        if label not in found:
            raise InputError(
                f"The folder {root} has no label {label!r}:"
                f" {did_you_mean(label, map(listing.shown, found))}"
            )
    return found if labels is None else labels


def _alike_notices(labels: list[str]) -> list[str]:
    """Notices about labels that may mean the same."""
    by_spelling: dict[str, list[str]] = {}
    for label in labels:
        by_spelling.setdefault(plain(label), []).append(label)
    return [
        f"takes {listing.some(alike, 'label')} for different ones, though they differ in no"
        " more than case, accents and blanks"
        for alike in by_spelling.values()
        if len(alike) > 1
    ]


def _table(root: Path, top: listing.Entries) -> tuple[Path | None, list[str]]:
    """The table of artists in ``root``, if there is one, and files that resemble one."""
    tables, others = tables_of_artists([*top.others, *top.broken_links])
    if len(tables) > 1:
        raise InputError(
            f"The folder {root} holds {' and '.join(tables)}: keep one table of artists."
        )
    if others and not tables:
        raise InputError(
            f"The folder {root} holds {others[0]}, which is not read: save it as"
            f" `artists.csv`, {WANTED}, or move it elsewhere if it is no table of artists."
        )
    return (root / tables[0], others) if tables else (None, [])
