"""Outputs that appear whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it becomes ``path`` if nothing is raised.

    The file, or folder, that was at ``path`` before is replaced only then. A process that is
    killed leaves what it had written: see `clear_leftovers`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        if path.is_dir() and partial.exists():
            shutil.rmtree(path)
        partial.replace(path)
    finally:
        _remove(partial)


def clear_leftovers(path: str | Path) -> None:
    """Remove what processes that were killed had written of ``path``.

    For the one process that may write ``path`` at the time: of another it would remove what
    that is writing.
    """
    path = Path(path)
    start, end = f".{path.name}.", ".partial"
    for beside in path.parent.glob(".*.partial"):
        if beside.name.startswith(start) and beside.name[len(start) : -len(end)].isdigit():
            _remove(beside)


def _remove(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial)
    else:
        partial.unlink(missing_ok=True)
