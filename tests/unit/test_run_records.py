"""What a run leaves of itself, of jobs and files as Snakemake would give them."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

import run_records

PLAN = SimpleNamespace(
    shards={"mine": [[("b", "x/b.wav", "22")], [("a", "x/a.wav", "11")]]}, probes=[]
)
BENCHMARK = "s\th:m:s\tmax_rss\n{}\t0:00:00\t{}\n"


def a_job(rule, code, benchmark=None, output=(), norun=False):
    return SimpleNamespace(
        rule=SimpleNamespace(name=rule),
        params=SimpleNamespace(code=code),
        benchmark=benchmark,
        output=list(output),
        threads=1,
        is_norun=norun,
    )


def a_workflow(jobs, touch=False):
    return SimpleNamespace(
        dag=SimpleNamespace(finished_jobs=jobs),
        touch=touch,
        start_time=datetime.now() - timedelta(minutes=3),
    )


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record_of(jobs, outcome="succeeded"):
    run_records.write(a_workflow(jobs), {"seeds": [7]}, PLAN, outcome)
    (file,) = run_records.RECORDS.iterdir()
    return json.loads(file.read_text(encoding="utf-8"))


def benchmarked(folder, seconds, memory):
    file = folder / f"{seconds}.tsv"
    file.write_text(BENCHMARK.format(seconds, memory))
    return str(file)


def test_processor_seconds_of_jobs_are_those_of_processes_that_ended():
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    before = run_records.processor_seconds()
    subprocess.run([sys.executable, "-c", burn], check=True)
    after = run_records.processor_seconds()
    assert 0.4 <= after["jobs"] - before["jobs"] < 2
    assert after["snakemake"] - before["snakemake"] < 0.3


def test_a_record_sums_the_jobs_of_a_rule_up(folder):
    jobs = [
        a_job("train_system", "c2", benchmarked(folder, 2.5, 400.5)),
        a_job("make_folds", "c1"),
        a_job("train_system", "c2", benchmarked(folder, 0.25, "-")),  # too short for memory
        a_job("all", "", norun=True),
    ]
    record = record_of(jobs, "failed")
    assert record["jobs"] == {
        "make_folds": {"jobs": 1, "threads": 1, "code": ["c1"]},
        "train_system": {
            "jobs": 2,
            "threads": 1,
            "code": ["c2"],
            "seconds": 2.8,
            "most_memory_mb": 400.5,
        },
    }
    assert record["outcome"] == "failed" and record["config"] == {"seeds": [7]}
    passed = datetime.fromisoformat(record["ended"]) - datetime.fromisoformat(record["started"])
    assert 180 <= passed.total_seconds() < 240
    assert record["software"]["python"] == ".".join(map(str, sys.version_info[:3]))


def test_it_says_what_systems_were_trained_on(folder):
    about = {"device": "cpu", "device_name": "x86_64", "threads": 1, "torch": "2"}
    files = []
    for name, threads in (("a", 1), ("b", 2), ("c", 1)):
        (folder / name).mkdir()
        files.append(folder / name / "model.json")
        files[-1].write_text(json.dumps({**about, "threads": threads, "seed": 1}))
    record = record_of([a_job("train_system", "c", output=[str(file)]) for file in files])
    assert record["trained_on"] == [
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


@pytest.mark.parametrize(
    ("jobs", "touch"),
    [([a_job("make_folds", "c")], True), ([a_job("all", "", norun=True)], False)],
)
def test_what_did_no_job_leaves_no_record(jobs, touch):
    run_records.write(a_workflow(jobs, touch), {}, PLAN, "succeeded")
    assert not run_records.RECORDS.exists()


def test_a_record_that_cannot_be_written_is_told(folder, capsys):
    (folder / "results").write_text("no folder")
    run_records.write(a_workflow([a_job("make_folds", "c")]), {}, PLAN, "succeeded")
    assert "results/runs/" in capsys.readouterr().err
