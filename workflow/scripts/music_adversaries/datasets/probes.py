"""Probes that people bring: whether they can be used is known before anything is trained.

Imports nothing heavy where all are known to be good: the workflow asks while it plans.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from music_adversaries.atomic_writes import whole
from music_adversaries.errors import InputError


def check_probes(hashes: Mapping[str, str], record: Path) -> None:
    """Raise `InputError` where a file cannot be used; ``hashes`` are SHA-256 by file.

    A file is decoded once: ``record`` (JSON) keeps the hashes of those that were good.
    """
    good = _read(record)
    unknown = {file: digest for file, digest in hashes.items() if digest not in good}
    if not unknown:
        return
    from music_adversaries.datasets.inspection import inspect_file

    problems = {file: inspect_file(file).problem for file in unknown}
    bad = [f"{file} ({problem})" for file, problem in problems.items() if problem]
    if bad:
        raise InputError(
            f"{len(bad)} probe(s) cannot be used: {', '.join(bad)}; mend them, or take them"
            " out of the config's `probes.files`."
        )
    with whole(record) as partial:
        partial.write_text(json.dumps(sorted({*good, *unknown.values()})), encoding="utf-8")


def _read(record: Path) -> set[str]:
    """The hashes on record; none where the record is missing or damaged."""
    try:
        hashes = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    is_whole = isinstance(hashes, list) and all(isinstance(each, str) for each in hashes)
    return set(hashes) if is_whole else set()
