"""What lies in a dataset's folders: its audio, and what of it is passed over.

Imports nothing heavy: the workflow lists the files while it plans.
"""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from music_adversaries.datasets import AUDIO_ENDINGS
from music_adversaries.errors import InputError

SYSTEM_FOLDERS = frozenset(
    "__macosx|network trash folder|temporary items|thefindbyfolder|thevolumesettingsfolder"
    "|$recycle.bin|recycler|recycled|system volume information|found.000|lost+found"
    "|@eadir|@recycle|@recently-snapshot|@sharesnap|@tmp|#recycle|#snapshot".split("|")
)
"""Folders, in lower case, that systems and file servers put among people's own."""


@dataclass(frozen=True)
class Listing:
    """What a loader takes of a dataset, and what it has to say about it."""

    tracks: list[dict[str, str]]
    """``file``, ``label``, ``artist`` and ``fault`` of each track."""
    notices: list[str] = field(default_factory=list)
    """What a person should know: of a loader, what follows "The dataset 'mine' "."""


@dataclass(frozen=True)
class Entries:
    """The names in a folder, sorted, without hidden ones and `SYSTEM_FOLDERS`."""

    folders: list[str] = field(default_factory=list)
    """Folders, and links to some."""
    audio: list[str] = field(default_factory=list)
    """What is no folder and `looks_like_audio`, whatever it is."""
    others: list[str] = field(default_factory=list)
    broken_links: list[str] = field(default_factory=list)
    """Links, none of them named as audio, to what is not there."""
    linked: frozenset[str] = frozenset()
    """Those of ``folders`` that are links."""


@dataclass(frozen=True)
class Found:
    """The audio below a folder."""

    audio: list[str]
    """Files, sorted, relative to the dataset's root and with ``/``."""
    links: list[str]
    """Links that lead nowhere, or to a folder that was walked already."""


def folder_path(root: str | Path) -> Path:
    """The path of a dataset's ``root``; ``~`` is one's home."""
    return Path(os.path.expanduser(root))  # noqa: PTH111 - Path's raises for a user unknown


def looks_like_audio(name: str) -> bool:
    """Whether a file of this name is taken for audio."""
    return os.path.splitext(name)[1].lower() in AUDIO_ENDINGS  # noqa: PTH122 - for speed


def read_folder(folder: Path) -> Entries:
    """What lies in ``folder``. Raises `InputError` where it is missing or may not be read."""
    folders, audio, others, broken, linked = [], [], [], [], set()
    for entry in sorted(_scan(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            if entry.name.lower() not in SYSTEM_FOLDERS:
                folders.append(entry.name)
                linked |= {entry.name} if entry.is_symlink() else set()
        elif looks_like_audio(entry.name):
            audio.append(entry.name)
        elif entry.is_symlink() and not os.access(entry.path, os.F_OK):
            broken.append(entry.name)
        else:
            others.append(entry.name)
    return Entries(folders, audio, others, broken, frozenset(linked))


def audio_below(root: Path, label: str) -> Found:
    """The audio at any depth in the folder ``label`` of ``root``, each folder taken once.

    Links are followed, but not back to ``root`` or to a folder that was walked: they may run
    in circles. Raises `InputError` where a folder may not be read.
    """
    audio, links = [], []
    for folder, entries in _walk(root, label):
        if entries is None:
            links.append(folder)
        else:
            audio += [f"{folder}/{name}" for name in entries.audio]
            links += [f"{folder}/{name}" for name in entries.broken_links]
    return Found(sorted(audio), sorted(links))


def may_hold_audio(root: Path, folder: str) -> bool:
    """Whether there is audio in a folder that is no label's, or it may not be read."""
    try:
        return any(entries and entries.audio for _, entries in _walk(root, folder))
    except InputError:
        return True


def loose_notices(names: Sequence[str], whose: str) -> list[str]:
    """What to say of audio files in the root itself, if any, in no folder of ``whose``."""
    return [f"leaves out {some(names, 'audio file')} in no {whose}'s folder"] * bool(names)


def folder_notices(names: Sequence[str], whose: str) -> list[str]:
    """What to say of folders with audio, if any, that are none of ``whose``."""
    return [f"leaves out the audio in {some(names, 'folder')} of no {whose}"] * bool(names)


def link_notices(links: Sequence[str]) -> list[str]:
    """What to say of the links, if any, that `audio_below` does not follow."""
    what = "that lead nowhere, or to a folder that is walked already"
    return [f"passes over {some(links, 'link')} {what}"] * bool(links)


def some(names: Sequence[str], what: str = "", most: int = 5) -> str:
    """How many ``names`` there are, and the first of them, such as ``2 files (a.au, b.au)``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    count = f"{len(names)} {what}{'s' * (len(names) != 1)}" if what else f"{len(names)}"
    return f"{count} ({', '.join(map(shown, names[:most]))}{more})"


def shown(name: str) -> str:
    """A name as it stands in a sentence: in one line, and one that can be printed."""
    return name if name.isprintable() else repr(name)


def _walk(root: Path, label: str) -> Iterator[tuple[str, Entries | None]]:
    """Each folder from ``label`` of ``root`` on, and what is in it: None if walked before."""
    walked, waiting = {_identity(root)}, deque([label])
    while waiting:
        folder = waiting.popleft()
        if (identity := _identity(root / folder)) in walked:
            yield folder, None
            continue
        walked.add(identity)
        entries = read_folder(root / folder)
        yield folder, entries
        # Links last: a folder is known by its own name, where it has one here.
        for name in entries.folders:
            add = waiting.append if name in entries.linked else waiting.appendleft
            add(f"{folder}/{name}")


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise InputError(
            f"There is no folder {shown(str(folder))}: give the dataset's `root` as a folder."
        ) from error
    except OSError as error:
        raise _unreadable(folder, error) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except PermissionError as error:
        # A link. If it is named as audio, inspection says that it may not be read.
        if looks_like_audio(entry.name):
            return False
        raise _unreadable(Path(entry.path), error) from error
    except OSError:  # a link to itself
        return False


def _identity(folder: Path) -> tuple[int, int]:
    """What is the same by whatever name a folder is reached."""
    try:
        about = folder.stat()
    except OSError as error:
        raise _unreadable(folder, error) from error
    return about.st_dev, about.st_ino


def _unreadable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"The folder {shown(str(folder))} cannot be read ({error.strerror}): let whoever runs"
        " the workflow read it, or move it out of the dataset."
    )
