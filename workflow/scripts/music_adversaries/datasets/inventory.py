"""The inventory: what the files of a dataset hold, so that only other content reruns.

Files are known by the hash of their bytes, not by their time: touching, copying or moving
audio changes nothing. The names never reach Snakemake, which would read some of their
characters as patterns. Imports nothing heavy: the workflow takes it while it plans.
"""

import hashlib
import json
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from music_adversaries.whole import whole


def take_inventory(root: Path, files: Iterable[str], record: Path) -> dict[str, str]:
    """SHA-256 of each of ``files`` (relative to ``root``); empty where one cannot be read.

    Hashes are kept in ``record`` (JSON) with sizes and times, and are taken anew only
    for files of which these changed.
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
    return {file: entry[2] for file, entry in found.items()}


def _entry(path: Path, known: dict[str, list]) -> list:
    """Size in bytes, time in ns and hash of a file."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            return [0, 0, ""]
        entry = known.get(str(path), [None, None, ""])
        if entry[:2] == [about.st_size, about.st_mtime_ns]:
            return entry
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return [about.st_size, about.st_mtime_ns, digest]
    except (OSError, ValueError):  # ValueError: no name that a file could have
        return [0, 0, ""]


def _read(record: Path) -> dict[str, list]:
    """What is on record; nothing where the record is missing or damaged."""
    try:
        entries = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole_entries = isinstance(entries, dict) and all(
        isinstance(entry, list) and len(entry) == 3 for entry in entries.values()
    )
    return entries if whole_entries else {}
