"""The settings of every test, and the finished run that many of them share."""

import fcntl
import os
import signal
from pathlib import Path

import pytest
from snakemake_runs import snakemake

# Started in the background of a shell, a process ignores Ctrl-C, and so do those it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Snakemake's executor for Slurm calls `scontrol` at every start, which asks the network where
# its cluster is if no file says so: for ten seconds, if nobody answers.
if not Path("/etc/slurm/slurm.conf").exists():
    os.environ.setdefault("SLURM_CONF", os.devnull)


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """A folder in which the tiny experiment has run to its end; leave it as it is.

    All processes of pytest-xdist share it, and all calls of pytest for which the variable
    ``FINISHED_RUN`` of the environment names the same folder.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    directory = Path(os.environ.get("FINISHED_RUN", shared / "finished_run"))
    directory.mkdir(exist_ok=True)
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = directory.with_suffix(".finished")
        if not finished.exists():
            process = snakemake(directory=directory)
            assert process.returncode == 0, process.stdout + process.stderr
            finished.touch()
    return directory
