"""When Snakemake looks for jobs to start: once a job has ended, and not by the clock."""

import subprocess
import sys

import pytest
from conftest import ROOT, TINY

TOLD = "A timer is set"
TELLS_OF_TIMERS = f"""
from snakemake.cli import main
from snakemake.scheduling.job_scheduler import JobScheduler

set_timer = JobScheduler._schedule_reevalutation

def told(*arguments):
    print("{TOLD}")
    set_timer(*arguments)

JobScheduler._schedule_reevalutation = told
main()
"""


@pytest.mark.parametrize(("limit", "by_the_clock"), [([], False), (["99/1s"], True)])
def test_it_looks_by_the_clock_only_for_a_limit_of_the_users(tmp_path, limit, by_the_clock):
    call = [sys.executable, "-c", TELLS_OF_TIMERS, "--snakefile", ROOT / "Snakefile"]
    call += ["--configfile", TINY, "--directory", tmp_path, "--cores", "1"]
    call += [f"--max-jobs-per-timespan={each}" for each in limit]
    target = "results/studio/audio/blues"
    done = subprocess.run([*call, target], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (tmp_path / target).is_dir()
    assert (TOLD in done.stdout) == by_the_clock
