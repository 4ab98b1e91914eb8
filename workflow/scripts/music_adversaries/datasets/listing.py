"""The audio files in a dataset's folders, and notices about what is left out."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from music_adversaries.datasets import AUDIO_ENDINGS, ENDINGS
from music_adversaries.errors import InputError

SYSTEM_FOLDERS = frozenset(
    "__macosx|network trash folder|temporary items|thefindbyfolder|thevolumesettingsfolder"
    "|$recycle.bin|recycler|recycled|system volume information|found.000|lost+found"
    "|@eadir|@recycle|@recently-snapshot|@sharesnap|@tmp|#recycle|#snapshot".split("|")
)
"""Folders, in lower case, that operating systems and file servers create by themselves."""


@dataclass(frozen=True)
class Listing:
    """The tracks of a dataset, and notices for the user.

    The notices of a loader are predicates of the dataset, such as "passes over 2 links".
    """

    tracks: list[dict[str, str]]
    notices: list[str] = field(default_factory=list)


class Entries(NamedTuple):
    """The names in a folder, sorted, without hidden ones and `SYSTEM_FOLDERS`.

    ``audio`` are the files that `looks_like_audio` accepts. ``linked`` are the ``folders`` that
    are links; ``broken_links`` are links to nothing.
    """

    folders: list[str]
    audio: list[str]
    others: list[str]
    broken_links: list[str]
    linked: set[str]


def track(file: str, label: str, artist: str, fault: str = "none") -> dict[str, str]:
    """A track of a `Listing`."""
    return {"file": file, "label": label, "artist": artist, "fault": fault}


def folder_path(root: str | Path) -> Path:
    """The path of a dataset's ``root``, with ``~`` expanded."""
    return Path(os.path.expanduser(root))  # noqa: PTH111 - Path's raises for an unknown user


def looks_like_audio(name: str) -> bool:
    """Whether a file of this name is taken for audio."""
    return os.path.splitext(name)[1].lower() in AUDIO_ENDINGS  # noqa: PTH122 - for speed


def read_folder(folder: Path) -> Entries:
    """The entries of ``folder``; raises `InputError` if it is missing or unreadable."""
    found = Entries([], [], [], [], set())
    try:
        with os.scandir(folder) as scan:
            visible = [entry for entry in scan if not entry.name.startswith(".")]
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error
    for entry in sorted(visible, key=lambda entry: entry.name):
        name = entry.name
        if _is_folder(entry):
            if name.lower() not in SYSTEM_FOLDERS:
                found.folders.append(name)
                if entry.is_symlink():
                    found.linked.add(name)
        elif looks_like_audio(name):
            found.audio.append(name)
        elif entry.is_symlink() and not os.access(entry.path, os.F_OK):
            found.broken_links.append(name)
        else:
            found.others.append(name)
    return found


def audio_below(root: Path, folder: str) -> tuple[list[str], list[str]]:
    """The audio files at any depth in ``folder`` of ``root``, and the links not followed.

    Both are sorted and relative to ``root``. Links are followed, but not to ``root`` or to a
    folder that was already visited, as they may form circles. Raises `InputError` if a
    folder cannot be read.
    """
    audio, links = [], []
    for place, entries in _walk(root, folder):
        if entries is None:
            links.append(place)
        else:
            audio += [f"{place}/{name}" for name in entries.audio]
            links += [f"{place}/{name}" for name in entries.broken_links]
    return sorted(audio), sorted(links)


def audio_by_label(
    root: Path, folders: Mapping[str, Sequence[str]], advice: str = ""
) -> tuple[dict[str, str], list[str]]:
    """The label of each audio file, in order of label and name, and the links not followed.

    ``folders`` gives each label's folders in ``root``. Raises `InputError`, which ends with
    ``advice``, if a label has no audio.
    """
    labels: dict[str, str] = {}
    links = []
    for label, names in folders.items():
        found = [audio_below(root, name) for name in names]
        files = sorted(file for audio, _ in found for file in audio)
        if not files:
            raise InputError(
                f"The class {label!r} of {root} is empty: put audio files into"
                f" {root / names[0]} ({', '.join(sorted(ENDINGS))}){advice}."
            )
        labels |= dict.fromkeys(files, label)
        links += [link for _, passed in found for link in passed]
    return labels, links


def outer_notices(
    root: Path, place: Path, is_label: Callable[[str], bool], links: Sequence[str]
) -> list[str]:
    """Notices about audio outside the folders of labels, and about links not followed.

    ``place`` is the folder, in or equal to ``root``, that holds the folders of labels, whose
    names ``is_label`` accepts. It and its parents up to ``root`` are searched. ``links`` are
    those that were not followed in the folders of labels.
    """
    loose, unlabelled = [], []
    broken = [place.relative_to(root) / link for link in links]
    for folder in (place, *place.parents):
        if not folder.is_relative_to(root):
            break
        entries, prefix = read_folder(folder), folder.relative_to(root)
        loose += [prefix / name for name in entries.audio]
        broken += [prefix / name for name in entries.broken_links]
        unlabelled += [
            prefix / name
            for name in entries.folders
            if not place.is_relative_to(folder / name)
            and not (folder == place and is_label(name))
            and _may_hold_audio(folder, name)
        ]
    return [
        notice.format(some([path.as_posix() for path in paths], what))
        for paths, what, notice in (
            (loose, "audio file", "leaves out {} in no label's folder"),
            (unlabelled, "folder", "leaves out the audio in {}, named after no label"),
            (broken, "link", "passes over {} to nothing or to a folder already visited"),
        )
        if paths
    ]


def some(names: Sequence[str], what: str = "", most: int = 5) -> str:
    """The number of ``names`` and the first of them, as in ``2 files (a.au, b.au)``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    count = f"{len(names)} {what}{'s' * (len(names) != 1)}" if what else f"{len(names)}"
    return f"{count} ({', '.join(map(shown, names[:most]))}{more})"


def shown(name: str) -> str:
    """A file's name in printable form, on one line."""
    return name if name.isprintable() else repr(name)


def _walk(root: Path, start: str) -> Iterator[tuple[str, Entries | None]]:
    """Each folder at any depth in ``start`` and its entries; None if already visited."""
    visited, waiting = {_identity(root)}, deque([start])
    while waiting:
        folder = waiting.popleft()
        identity = _identity(root / folder)
        if identity in visited:
            yield folder, None
            continue
        visited.add(identity)
        entries = read_folder(root / folder)
        yield folder, entries
        # Links come last, so that a folder is visited by its own name if possible.
        for name in entries.folders:
            add = waiting.append if name in entries.linked else waiting.appendleft
            add(f"{folder}/{name}")


def _may_hold_audio(root: Path, folder: str) -> bool:
    """Whether there is audio in ``folder`` of ``root``, or it cannot be read."""
    try:
        return any(entries and entries.audio for _, entries in _walk(root, folder))
    except InputError:
        return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except PermissionError as error:
        if looks_like_audio(entry.name):  # a link; its inspection says that it is unreadable
            return False
        raise _unreadable(Path(entry.path), error) from error
    except OSError:  # a link to itself
        return False


def _identity(folder: Path) -> tuple[int, int]:
    """Device and inode of a folder, the same for every path that leads to it."""
    try:
        about = folder.stat()
    except OSError as error:
        raise _unreadable(folder, error) from error
    return about.st_dev, about.st_ino


def _unreadable(folder: Path, error: OSError | ValueError) -> InputError:
    name = shown(str(folder))
    # ValueError: no folder can have this name.
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return InputError(f"There is no folder {name}: give the dataset's `root` as a folder.")
    return InputError(
        f"The folder {name} cannot be read ({error.strerror}): let whoever runs the workflow"
        " read it, or move it out of the dataset."
    )
