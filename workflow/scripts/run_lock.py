"""Lets a run that was killed go on with the same command.

Snakemake locks its folder by files, which a run that is killed leaves: from then on it says
that the folder cannot be locked. `hold` lets every run, and every job of it, hold a lock of the
system beside them, which ends with the process, whatever ended that. Where nobody holds it,
Snakemake's are of the dead, and are removed.

They stay, as does Snakemake's message, where it cannot be known that nobody runs: after a run
on a cluster, whose jobs may still wait in the queue, after one on another machine, on file
systems without locks, and after a run of another workflow of which this one is a module, since
that one's own jobs hold no lock.
"""

import fcntl
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from typing import TextIO

HELD = []
"""The open file of this process, which is closed as the process ends."""


def hold(workflow=None, is_whole: bool = True) -> None:
    """Hold the lock of the working directory's runs as long as this process lives.

    A run, which gives Snakemake's ``workflow``, removes the locks of one that was killed if
    it is alone here and all jobs of either are of this project: ``is_whole``. A job gives
    none.
    """
    folder = Path(".snakemake")
    try:
        folder.mkdir(exist_ok=True)
        file = (folder / "runs.lock").open("a+", encoding="utf-8")
    except OSError:
        return  # Snakemake writes there as well, and says what is wrong
    HELD.append(file)
    if workflow and workflow.is_main_process:
        with suppress(OSError):  # others hold it, or the file system has no locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(folder / "locks", file, _machine(workflow) if is_whole else "")
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)


def _clear(locks: Path, file: TextIO, machine: str) -> None:
    """Remove locks of dead runs on ``machine``, which ``file`` names; let it name this one."""
    file.seek(0)
    if machine and file.read() == machine:
        shutil.rmtree(locks, ignore_errors=True)
    if not locks.is_dir() or not any(locks.iterdir()):
        file.truncate(0)
        file.write(machine)
        file.flush()


def _machine(workflow) -> str:
    """The machine on which all processes of a run are; none where they may be on several."""
    return socket.gethostname() if workflow.nodes is None else ""
