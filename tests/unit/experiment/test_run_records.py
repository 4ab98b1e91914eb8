"""The record of a run, from files as the jobs of a run leave them."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from music_adversaries.experiment import run_records

PLAN = SimpleNamespace(
    shards={"mine": [[("b", "x/b.wav", "22")], [("a", "x/a.wav", "11")]]}, probes=[]
)
BENCHMARK = "s\th:m:s\tmax_rss\n{}\t0:00:00\t{}\n"
RESULTS = Path("results")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(outcome="succeeded"):
    started = datetime.now().astimezone() - timedelta(minutes=3)
    run_records.write(RESULTS, {"seeds": [7]}, PLAN, outcome, started)


def record(outcome="succeeded"):
    write(outcome)
    (file,) = (RESULTS / "runs").iterdir()
    return json.loads(file.read_text(encoding="utf-8"))


def benchmark(place, seconds=1.0, memory="10.0", minutes_ago=0.0):
    """Write the benchmark file of a job that ended some minutes ago."""
    file = RESULTS / "benchmarks" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(BENCHMARK.format(seconds, memory))
    ended = file.stat().st_mtime - 60 * minutes_ago
    os.utime(file, (ended, ended))


def test_processor_seconds_of_jobs_are_those_of_processes_that_ended():
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    before = run_records.processor_seconds()
    subprocess.run([sys.executable, "-c", burn], check=True)
    after = run_records.processor_seconds()
    assert 0.4 <= after["jobs"] - before["jobs"] < 2
    assert after["snakemake"] - before["snakemake"] < 0.3


def test_a_record_sums_the_jobs_of_a_rule_up():
    benchmark("mine/fold0/train_system.tsv", 2.5, "400.5")
    benchmark("mine/fold1/train_system.tsv", 0.25, "-")  # too short for memory
    benchmark("mine/extract_shard/shard0.tsv", 1.5, "20.0")
    benchmark("mine/fold2/train_system.tsv", 9.0, "900.0", minutes_ago=5)  # by an earlier run
    made = record("failed")
    assert made["jobs"] == {
        "extract_shard": {"jobs": 1, "seconds": 1.5, "most_memory_mb": 20.0},
        "train_system": {"jobs": 2, "seconds": 2.8, "most_memory_mb": 400.5},
    }
    assert made["outcome"] == "failed" and made["config"] == {"seeds": [7]}
    passed = datetime.fromisoformat(made["ended"]) - datetime.fromisoformat(made["started"])
    assert 180 <= passed.total_seconds() < 240
    assert made["software"]["python"] == ".".join(map(str, sys.version_info[:3]))


def test_it_says_what_systems_were_trained_on():
    about = {"device": "cpu", "device_name": "x86_64", "threads": 1, "torch": "2"}
    benchmark("mine/a/train_system.tsv")
    for name, threads in (("a", 1), ("b", 2), ("c", 1)):
        (RESULTS / "mine" / name).mkdir(parents=True)
        text = json.dumps({**about, "threads": threads, "seed": 1})
        (RESULTS / "mine" / name / "model.json").write_text(text)
    assert record()["trained_on"] == [
        {**about, "systems": 2},
        {**about, "threads": 2, "systems": 1},
    ]


def test_a_dataset_is_known_by_its_content_however_it_is_cut_into_shards():
    one_shard = [[("a", "x/a.wav", "11"), ("b", "x/b.wav", "22")]]
    other = [[("a", "x/a.wav", "11"), ("b", "x/b.wav", "23")]]
    plans = [PLAN, *(SimpleNamespace(shards={"mine": each}) for each in (one_shard, other))]
    cut, whole, changed = (run_records.datasets(plan)["mine"] for plan in plans)
    assert cut == whole and cut["excerpts"] == 2
    assert changed["sha256"] != whole["sha256"]


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_that_of_the_project_and_of_no_other(folder):
    assert run_records.project(folder) is None
    git(folder, "init")
    (folder / "inner").mkdir()
    (folder / "inner/code.py").write_text("a = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    head = git(folder, "rev-parse", "HEAD")
    assert run_records.project(folder) == {"commit": head, "edited": []}
    (folder / "inner/code.py").write_text("a = 2\n")
    assert run_records.project(folder) == {"commit": head, "edited": [" M inner/code.py"]}
    assert run_records.project(folder / "inner") is None


def test_what_did_no_job_leaves_no_record():
    write()
    benchmark("mine/fold0/train_system.tsv", minutes_ago=5)
    write()
    assert not (RESULTS / "runs").exists()


def test_a_record_that_cannot_be_written_is_told(capsys):
    benchmark("mine/fold0/train_system.tsv")
    (RESULTS / "runs").write_text("no folder")
    write()
    assert "results/runs/" in capsys.readouterr().err
