"""The inventory: what the files of a dataset hold, so that only other content reruns.

Files are known by the hash of their bytes, not by their time: touching, copying or moving
audio changes nothing, and other content of the same size and time is other content. The
names never reach Snakemake, which would read some of their characters as patterns. Imports
nothing heavy: the workflow takes it while it plans.
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
    """What a file holds."""

    sha256: str
    """Of its bytes, in hex; empty where the file cannot be read."""
    foreign: str
    """The format, where libsndfile cannot read it (`containers.foreign_format`)."""


UNREADABLE = Content("", "")


def take_inventory(root: Path, files: Iterable[str], record: Path) -> dict[str, Content]:
    """The content of each of ``files``, which are relative to ``root``.

    It is kept in ``record`` (JSON) with what tells one state of a file from another, and a
    file is read again only where that changed: its size, its device and inode, and the times of
    its last change, of its content and of anything about it. Programs that copy files may set
    the first of these times, but not the second.
    """
    known = _read(record)
    found = {}
    with ThreadPoolExecutor() as pool:
        for file, entry in pool.map(lambda file: (file, _entry(root / file, known)), files):
            found[file] = entry
    record_now = {str(root / file): entry for file, entry in found.items()}
    if any(known.get(path) != entry for path, entry in record_now.items()):
        with whole(record) as partial:
            partial.write_text(json.dumps({**known, **record_now}), encoding="utf-8")
    return {file: Content(*entry[STATE:]) for file, entry in found.items()}


def asked_of_ffmpeg(contents: Mapping[str, Content], indexes: Iterable[Path]) -> dict[str, str]:
    """By file, whether ffmpeg is ``installed`` or ``missing`` where it is needed; else empty.

    A file that was inspected before (``indexes`` of shards) keeps what was said of it then, so
    that nothing is read again for it; but for one that ffmpeg, which has come since, may mend.
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
    """The rows of those indexes of shards that are there, as they were written."""
    for index in indexes:
        with (
            suppress(OSError),
            index.open(encoding="utf-8", errors="surrogateescape", newline="") as file,
        ):
            rows = csv.DictReader(file, delimiter="\t")
            if {"file", "sha256", "ffmpeg", "problem"} <= set(rows.fieldnames or ()):
                # A row that is cut short says nothing; who reads the shard refuses it.
                yield from (row for row in rows if None not in row.values())


STATE = 5
"""Entries of a record that tell one state of a file from another; its content follows."""


def _entry(path: Path, known: dict[str, list]) -> list:
    """The state of a file and its content, as they are kept in a record."""
    unreadable = [0] * STATE + [*UNREADABLE]
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            return unreadable
        state = [about.st_size, about.st_dev, about.st_ino]
        state += [about.st_mtime_ns, about.st_ctime_ns]
        entry = known.get(str(path), [])
        if entry[:STATE] == state:
            return entry
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return [*state, digest, foreign_format(path)]
    except (OSError, ValueError):  # ValueError: no name that a file could have
        return unreadable


def _read(record: Path) -> dict[str, list]:
    """What is on record; nothing where the record is missing or damaged."""
    try:
        entries = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole_entries = isinstance(entries, dict) and all(
        isinstance(entry, list) and len(entry) == STATE + len(UNREADABLE)
        for entry in entries.values()
    )
    return entries if whole_entries else {}
