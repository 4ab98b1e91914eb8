"""The check of the user's probes before anything is trained."""

import json
from collections.abc import Mapping
from pathlib import Path

from music_adversaries.atomic_writes import whole
from music_adversaries.errors import InputError


def check_probes(hashes: Mapping[str, str], record: Path) -> None:
    """Raise `InputError` if a file cannot be used; ``hashes`` are SHA-256 by file.

    Each file is decoded only once: ``record`` (JSON) keeps the hashes of good files.
    """
    try:
        good = set(map(str, json.loads(record.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):  # missing or damaged
        good = set()
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
