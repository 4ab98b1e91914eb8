"""The inventory: hashes of a dataset's files, so that only changed content reruns.

A file is identified by the hash of its bytes, not by its time: touching, copying or moving
audio reruns nothing, whereas new content of the same size and time reruns its shard. Snakemake
never sees the names of files, since it would read some of their characters as patterns.
"""

import csv
import hashlib
import json
import stat
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from music_adversaries.atomic_writes import whole
from music_adversaries.audio.containers import REMEDY, ffmpeg_is_installed, foreign_format


class Content(NamedTuple):
    """The hash of a file's bytes, in hex, and its `containers.foreign_format`.

    Both are empty if the file cannot be read.
    """

    sha256: str
    foreign: str


UNREADABLE = Content("", "")

State = tuple[int, int, int, int, int]
"""Size, device, inode, and the times of the last change of content and of anything else.

Programs that copy files may set the first of the two times, but not the second."""
NO_STATE: State = (0, 0, 0, 0, 0)

Records = dict[str, tuple[State, Content]]
"""The state of files, by path, and the content that they had in that state."""


def take_inventory(root: Path, files: Iterable[str], record: Path) -> dict[str, Content]:
    """The content of each of ``files``, which are relative to ``root``.

    The file ``record`` (JSON) keeps it with each file's `State`. A file is read again only if
    its state changed.
    """
    known = _read(record)
    paths = {file: root / file for file in files}
    with ThreadPoolExecutor() as pool:
        entries = pool.map(lambda path: _entry(path, known), paths.values())
        found = dict(zip(map(str, paths.values()), entries, strict=True))
    if any(known.get(path) != entry for path, entry in found.items()):
        with whole(record) as partial:
            partial.write_text(json.dumps({**known, **found}), encoding="utf-8")
    return {file: found[str(path)][1] for file, path in paths.items()}


def asked_of_ffmpeg(contents: Mapping[str, Content], indexes: Iterable[Path]) -> dict[str, str]:
    """Whether ffmpeg is ``installed`` or ``missing``, for each file that needs it; else empty.

    A file that was inspected before (``indexes`` of shards) keeps its former value, so that
    it is not read again, unless ffmpeg was installed since and may decode it.
    """
    is_there = ffmpeg_is_installed()
    needed = "installed" if is_there else "missing"
    asked = {file: needed if each.foreign else "" for file, each in contents.items()}
    for row in _inspected(indexes):
        file = row["file"]
        if file in contents and row["sha256"] == contents[file].sha256:
            may_mend = is_there and row["ffmpeg"] != "installed" and REMEDY in row["problem"]
            asked[file] = "installed" if may_mend else row["ffmpeg"]
    return asked


def _inspected(indexes: Iterable[Path]) -> Iterator[dict[str, str]]:
    """The rows of those indexes of shards that exist."""
    for index in indexes:
        with (
            suppress(OSError),
            index.open(encoding="utf-8", errors="surrogateescape", newline="") as file,
        ):
            rows = csv.DictReader(file, delimiter="\t")
            if {"file", "sha256", "ffmpeg", "problem"} <= set(rows.fieldnames or ()):
                # Rows that are cut short are left to the job that reads the shard.
                yield from (row for row in rows if None not in row.values())


def _entry(path: Path, known: Records) -> tuple[State, Content]:
    """The state and the content of a file, which is read only if its state is not ``known``."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            return NO_STATE, UNREADABLE
        times = about.st_mtime_ns, about.st_ctime_ns
        state = (about.st_size, about.st_dev, about.st_ino, *times)
        recorded = known.get(str(path))
        if recorded and recorded[0] == state:
            return recorded
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return state, Content(digest, foreign_format(path))
    except (OSError, ValueError):  # ValueError: no file can have this name
        return NO_STATE, UNREADABLE


def _read(record: Path) -> Records:
    """The entries of a record; none if it is missing or damaged."""
    try:
        entries = json.loads(record.read_text(encoding="utf-8"))
        return {
            path: (tuple(state), Content(*content))
            for path, (state, content) in entries.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
