"""What real runs of a small workflow say on the screen, and what a stopped one leaves."""

import os
import re
import signal
import subprocess
import sys

import pytest
import yaml
from snakemake_runs import PLUGIN_PATH, ROOT, wait_for

SCRIPTS = ROOT / "workflow/scripts"
SNAKEFILE = """
rule all:
    input: "held.txt", "refused.txt", "killed.txt", "never.txt"

rule make_held:
    output: "held.txt"
    log: "logs/held.log"
    script: "held.py"

rule make_refused:
    output: "refused.txt"
    log: "logs/refused.log"
    script: "refused.py"

rule make_killed:
    output: "killed.txt"
    log: "logs/killed.log"
    shell: "echo excerpts 2 of 4, 21 s > {log}; kill -9 $$"

rule draw_never:
    input: "killed.txt"
    output: "never.txt"
    log: "logs/never.log"
    shell: "touch {output}"

rule make_importing:
    output: "importing.txt"
    log: "logs/importing.log"
    script: "importing.py"
"""
HELD = """
import time
from pathlib import Path

from music_job import run
from music_adversaries.atomic_writes import whole


def hold(snakemake):
    with whole(snakemake.output[0]) as partial:
        partial.write_text("half")
        while Path("hold").exists():
            time.sleep(0.05)


run(hold, snakemake)
"""
IMPORTING = """
from music_job import run

import slow_to_import

run(print, snakemake)
"""
SLOW = """
import time
from pathlib import Path

Path("imports").touch()
while Path("hold").exists():
    time.sleep(0.05)
"""
PLUGIN = f"""
{SLOW.strip()}


def list_tracks(dataset):
    return []
"""
REFUSED = """
from music_job import run
from music_adversaries.errors import InputError


def refuse(snakemake):
    raise InputError("2 files cannot be used: a.wav, b.wav.")


run(refuse, snakemake)
"""


@pytest.fixture
def folder(tmp_path):
    """A workflow with a job that a file called ``hold`` holds up, and two that fail."""
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    (tmp_path / "held.py").write_text(HELD)
    (tmp_path / "refused.py").write_text(REFUSED)
    (tmp_path / "importing.py").write_text(IMPORTING)
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    return tmp_path


def start(folder, *arguments):
    command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "1", "--keep-going"]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--logger", "music"]
    command += ["--max-jobs-per-timespan", "1000/1s"]
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SCRIPTS), PLUGIN_PATH])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_the_errors_of_all_jobs_that_failed_stand_at_the_end_and_once(folder):
    process = start(folder)
    said, _ = process.communicate()
    assert process.returncode != 0
    end = said[said.index("make_killed failed") :]
    assert end.index("Its last line: excerpts 2 of 4, 21 s") < end.index("make_refused failed")
    assert "    Error: 2 files cannot be used: a.wav, b.wav.\n    log: logs/refused.log" in end
    assert said.count("a.wav, b.wav") == 1
    assert "Signals.SIGKILL" in said
    assert "Traceback" not in said and "draw_never failed" not in said
    assert len(end.splitlines()) < 12
    assert (folder / "held.txt").read_text() == "half"


def test_a_run_that_succeeds_says_what_it_did(folder):
    process = start(folder, "held.txt")
    said, _ = process.communicate()
    assert process.returncode == 0
    assert "0 of 1 jobs (0 %) done" in said and "at work: make_held (1)" in said
    assert "Done: 1 jobs in " in said and "\n  make_held 1\n" in said
    assert "rule make_held:" not in said and "Finished jobid" not in said
    said, _ = start(folder, "held.txt").communicate()
    assert "Nothing to be done" in said


def test_ctrl_c_stops_in_one_message_and_leaves_nothing_half_written(folder):
    (folder / "hold").touch()
    process = start(folder, "held.txt")
    wait_for(lambda: list(folder.glob(".held.txt.*.partial")))
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert said.count("Stopped: 0 of 1 jobs are done and stay.") == 1
    assert "Traceback" not in said and "Exception" not in said and "failed" not in said
    assert not list(folder.glob("*held.txt*"))
    assert (folder / "logs/held.log").read_text() == "Interrupted.\n"
    (folder / "hold").unlink()
    again = start(folder, "held.txt")
    said, _ = again.communicate()
    assert again.returncode == 0, said


def test_ctrl_c_while_a_job_imports_stops_in_one_message(folder):
    (folder / "hold").touch()
    process = start(folder, "importing.txt")
    wait_for((folder / "imports").exists)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert said.count("Stopped: 0 of 1 jobs are done and stay.") == 1
    assert "Traceback" not in said and "KeyboardInterrupt" not in said and "failed" not in said


def test_ctrl_c_while_snakemake_plans_stops_in_one_message(tmp_path):
    (tmp_path / "hold").touch()
    (tmp_path / "listed.py").write_text(PLUGIN)
    dataset = {"loader": "listed.py", "root": "."}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"datasets": {"mine": dataset}}))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    process = subprocess.Popen(
        [*command, "--configfile", str(config), "--cores", "1", "--logger", "music"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PLUGIN_PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for((tmp_path / "imports").exists)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert said.splitlines()[-1] == "Stopped: the same command goes on from here."
    assert "Traceback" not in said and "KeyboardInterrupt" not in said


def test_scripts_import_job_before_what_takes_long():
    quick = sys.stdlib_module_names
    for script in SCRIPTS.glob("[!m]*/*.py"):
        text = script.read_text(encoding="utf-8")
        names = re.findall(r"^(?:from|import) (\w+)", text, flags=re.MULTILINE)
        if "snakemake)" in text.rstrip().splitlines()[-1]:
            assert next(name for name in names if name not in quick) == "music_job", script


def test_a_killed_run_goes_on_once_its_lock_is_removed_and_clears_up(folder):
    (folder / "hold").touch()
    killed = start(folder, "held.txt")
    wait_for(lambda: list(folder.glob(".held.txt.*.partial")))
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate(timeout=60)
    (folder / "hold").unlink()
    locked = start(folder, "held.txt")
    said, _ = locked.communicate(timeout=60)
    assert locked.returncode != 0
    assert "cannot be locked" in said and "--unlock" in said and "Traceback" not in said
    start(folder, "held.txt", "--unlock").communicate(timeout=60)
    again = start(folder, "held.txt")
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert (folder / "held.txt").read_text() == "half"
    assert not list(folder.glob(".held.txt*"))
