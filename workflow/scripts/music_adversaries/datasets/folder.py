"""The `folder` loader: audio at any depth of ``<root>/<label>``, perhaps ``artists.csv``.

Imports nothing heavy: the workflow lists the files while it plans.
"""

from pathlib import Path

from music_adversaries.datasets import ENDINGS
from music_adversaries.datasets.artists import (
    WANTED,
    Matched,
    match_artists,
    own_artist,
    plain,
    tables_of_artists,
)
from music_adversaries.datasets.listing import (
    Entries,
    Listing,
    audio_below,
    folder_path,
    link_notices,
    loose_notices,
    read_folder,
    shown,
    some,
)
from music_adversaries.errors import InputError
from music_adversaries.nearest import did_you_mean


def list_tracks(root: str | Path, labels: list[str] | None = None) -> Listing:
    """The tracks below ``root``, by label and name.

    A label is a folder; ``labels`` picks some of them. A file whose artist is unknown
    counts as an artist of its own. Raises `InputError` where the folder, a label or its
    audio files are missing or may not be read, or where the table of artists cannot be used.
    """
    root = folder_path(root)
    top = read_folder(root)
    chosen = _labels(root, top, labels)
    found = {label: audio_below(root, label) for label in chosen}
    for label in chosen:
        if not found[label].audio:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / label} ({', '.join(sorted(ENDINGS))}), remove the folder, or leave"
                " it out by naming the others as the dataset's `labels` in the config."
            )
    files = [file for label in chosen for file in found[label].audio]
    matched, others = _artists(root, top, files, set(top.folders) - set(chosen))
    notices = loose_notices(top.audio, "label") + _alike_notices(chosen)
    links = [link for label in chosen for link in found[label].links]
    notices += link_notices([*top.broken_links, *links])
    notices += [f"does not read {some(others, 'file')}, beside its table"] * bool(others)
    notices += [matched.notice] * bool(matched.notice)
    tracks = [
        {
            "file": file,
            "label": label,
            "artist": matched.artists.get(file) or own_artist(file),
            "fault": "none",
        }
        for label in chosen
        for file in found[label].audio
    ]
    return Listing(tracks, notices)


def _labels(root: Path, top: Entries, labels: list[str] | None) -> list[str]:
    found = top.folders
    if len(found) < 2:
        loose = f" and, in no folder, {some(top.audio, 'audio file')}" if top.audio else ""
        raise InputError(
            f"The folder {root} holds {len(found)} label(s){loose}: it needs two folders of"
            " audio files or more, named after their labels."
        )
    for label in labels or ():
        if label not in found:
            raise InputError(
                f"The folder {root} has no label {label!r}:"
                f" {did_you_mean(label, map(shown, found))}"
            )
    return found if labels is None else labels


def _alike_notices(labels: list[str]) -> list[str]:
    """What to say of labels that may be meant as one."""
    by_spelling: dict[str, list[str]] = {}
    for label in labels:
        by_spelling.setdefault(plain(label), []).append(label)
    return [
        f"takes {some(alike, 'label')} for different ones, though they differ in no more than"
        " case, accents and blanks"
        for alike in by_spelling.values()
        if len(alike) > 1
    ]


def _artists(
    root: Path, top: Entries, files: list[str], left_out: set[str]
) -> tuple[Matched, list[str]]:
    """What the table of artists says, if there is one; and what looks like another."""
    tables, others = tables_of_artists([*top.others, *top.broken_links])
    if len(tables) > 1:
        raise InputError(
            f"The folder {root} holds {' and '.join(tables)}: keep one table of artists."
        )
    if tables:
        matched = match_artists(root / tables[0], files, labels_left_out=left_out)
        return matched, others
    if others:
        raise InputError(
            f"The folder {root} holds {others[0]}, which is not read: save it as"
            f" `artists.csv`, {WANTED}, or move it elsewhere if it is no table of artists."
        )
    return Matched({}, ""), []
