"""What all tests start from."""

import os
import signal
from pathlib import Path

# Started in the background of a shell, a process ignores Ctrl-C, and so do those it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Snakemake's executor for Slurm calls `scontrol` at every start, which asks the network where
# its cluster is if no file says so: for ten seconds, if nobody answers.
if not Path("/etc/slurm/slurm.conf").exists():
    os.environ.setdefault("SLURM_CONF", os.devnull)
