"""Files and folders that are written completely or not at all."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from music_adversaries.errors import InputError

DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)

PARTIAL = re.compile(r"\.(.+)\.\d+\.partial", re.DOTALL)
"""The name of a file or folder while it is being written."""

LEAST_FREE = 2**20
"""Bytes; a disk with fewer free counts as full, whatever error a library reports."""


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path to write to, which is renamed to ``path`` if nothing is raised.

    A file or folder that is already at ``path`` is replaced only then. A process that is
    killed leaves the temporary path: see `clear_leftovers`. Files are not synchronised with
    the disk: readers must refuse one that a power cut left empty.

    Raises:
        InputError: the disk is full, or the folder is read-only.
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
        # Libraries raise all kinds of errors if a write fails, so the disk itself is checked.
        if _hindrance(path, error):
            raise unwritable(path, error) from error
        raise
    finally:
        _remove(partial)


def clear_leftovers(path: str | Path) -> None:
    """Remove what killed processes had written for ``path``.

    No other process may be writing ``path`` at the same time: its work would be removed too.
    """
    path = Path(path)
    for beside in path.parent.glob(".*.partial"):
        match = PARTIAL.fullmatch(beside.name)
        if match and match[1] == path.name:
            _remove(beside)


def check_writable(folder: str | Path) -> None:
    """Raise `InputError` if nothing can be written into ``folder``."""
    folder = Path(folder).absolute()
    if hindrance := _hindrance(folder / "any"):
        raise InputError(
            f"Nothing can be written into {folder}, since {hindrance}: correct that first."
        )


def unwritable(path: Path, error: Exception) -> InputError:
    """Return the error to raise if ``path`` could not be written because of ``error``."""
    hindrance = _hindrance(path, error) or f"there was an error ({error})"
    final = Path(*(PARTIAL.sub(r"\1", part) for part in path.parts))
    return InputError(
        f"{final} cannot be written, since {hindrance}: correct that, and the same command"
        " goes on from here."
    )


def _hindrance(path: Path, error: Exception | None = None) -> str:
    """Return why ``path`` cannot be written, as a clause; empty if for another reason."""
    folder = next(parent for parent in path.absolute().parents if parent.is_dir())
    if not os.access(folder, os.W_OK):
        return "the folder is read-only"
    disk = shutil.disk_usage(folder)
    is_full = disk.free < LEAST_FREE and disk.total > 0  # the total of /proc and the like is 0
    if is_full or getattr(error, "errno", None) in DISK_IS_FULL:
        return "the disk is full"
    return ""


def _remove(partial: Path) -> None:
    if partial.is_dir():
        shutil.rmtree(partial)
    elif partial.exists():  # in a read-only folder, removing nothing is an error
        partial.unlink()
