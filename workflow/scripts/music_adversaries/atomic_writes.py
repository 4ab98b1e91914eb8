"""Outputs that appear whole or not at all."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from music_adversaries.errors import InputError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

PARTIAL = re.compile(r"^\.(.+)\.\d+\.partial$")
"""The name of what is being written."""

LEAST_FREE = 2**20
"""Bytes; a disk with fewer is full, whatever a library says of why it could not write."""


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it becomes ``path`` if nothing is raised.

    The file, or folder, that was at ``path`` before is replaced only then. A process that is
    killed leaves what it had written: see `clear_leftovers`. Raises `InputError` where nothing
    can be written: on a full disk, or into a folder that is not to be written to. Nothing is
    forced onto the disk: what a power cut may leave empty is refused by whoever reads it.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        if path.is_dir() and partial.exists():
            shutil.rmtree(path)
        partial.replace(path)
    except InputError:
        raise
    except Exception as error:
        # Libraries raise all kinds of errors where a write fails: the disk itself is asked.
        if _hindrance(path, error):
            raise unwritable(path, error) from error
        raise
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


def check_writable(folder: str | Path) -> None:
    """Raise `InputError` where nothing can be written into ``folder``."""
    folder = Path(folder).absolute()
    if hindrance := _hindrance(folder / "any"):
        raise InputError(
            f"Nothing can be written into {folder}, since {hindrance}: mend that first."
        )


def unwritable(path: Path, error: Exception) -> InputError:
    """The error for a ``path`` that could not be written because of ``error``."""
    hindrance = _hindrance(path, error) or f"there was an error ({error})"
    final = Path(*(PARTIAL.sub(r"\1", part) for part in path.parts))
    return InputError(
        f"{final} cannot be written, since {hindrance}: mend that, and the same command goes on"
        " from here."
    )


def _hindrance(path: Path, error: Exception | None = None) -> str:
    """Why nothing can be written at ``path``, a clause; nothing where it is something else."""
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    if not os.access(folder, os.W_OK):
        return "the folder is read-only"
    disk = shutil.disk_usage(folder)
    is_full = disk.free < LEAST_FREE and disk.total > 0  # 0 of what is no disk, such as /proc
    if is_full or getattr(error, "errno", None) in NO_ROOM:
        return "the disk is full"
    return ""


def _remove(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial)
    elif partial.exists():  # to remove nothing is an error in a read-only folder
        partial.unlink()
