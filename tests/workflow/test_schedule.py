"""When Snakemake looks for jobs to start: once a job has ended, and no more often."""

import subprocess
import sys

import pytest

from music_adversaries.provenance import PACKAGE

JOBS = 12
SNAKEFILE = f"""
import sys
sys.path.append({str(PACKAGE.parent)!r})
import run_schedule

looks = []

def counted(select):
    return lambda jobs: looks.append(len(jobs)) or select(jobs)

onstart:
    if config["ours"]:
        run_schedule.look_when_a_job_ends(workflow)
    workflow.scheduler.job_selector = counted(workflow.scheduler.job_selector)

onsuccess:
    print("looks:", len(looks))

rule all:
    input: [f"made/{{n}}" for n in range({JOBS})]

rule made:
    output: "made/{{n}}"
    shell: "sleep 0.5; touch {{output}}"
"""


def looks(folder, *arguments):
    """How often a run of as many jobs as can be done, one at a time, looks for one to start."""
    (folder / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    call = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=True)
    assert len(list((folder / "made").iterdir())) == JOBS
    return int(done.stdout.partition("looks: ")[2].split()[0])


def test_it_looks_when_a_job_ends_and_not_by_the_clock(tmp_path):
    assert looks(tmp_path, "--config", "ours=1") == JOBS + 1  # the last is `all`


@pytest.mark.parametrize(
    "arguments", [["ours=0"], ["ours=1", "--max-jobs-per-timespan", "99/1s"]]
)
def test_without_it_or_with_a_limit_of_the_users_it_looks_more_often(tmp_path, arguments):
    assert looks(tmp_path, "--config", *arguments) > 2 * JOBS
