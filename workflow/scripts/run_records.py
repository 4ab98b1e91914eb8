"""What a run leaves of itself: `results/runs/<start>.json`, for people and for the crate.

A run's record says what was run, from what, with what, on what, and what it cost. It is written
as the run ends, in success or in failure, of the jobs that this run did: no rule could know
them, and the output of one would be out of date with every further job. What made a folder of
results is its records together.
"""

import csv
import hashlib
import importlib.metadata
import json
import os
import platform
import shlex
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from music_adversaries.atomic_writes import whole
from music_adversaries.experiment.plan import Plan

PROJECT = Path(__file__).parents[2]
RECORDS = Path("results/runs")
HARDWARE = ("device", "device_name", "threads", "torch")
"""What trained systems say in ``model.json`` of what they were trained on."""


def write(workflow, config: dict, plan: Plan, outcome: str) -> None:
    """Write the record of a run that ends now, if it did any job of this project.

    A record that cannot be written is told and spoils nothing: results are as they are.
    """
    finished = [job for job in workflow.dag.finished_jobs if not job.is_norun]
    # Those of a workflow that has this one as a module have no digest of their code.
    jobs = [job for job in finished if hasattr(job.params, "code")]
    if not jobs or workflow.touch:
        return
    record = {
        "outcome": outcome,
        "started": workflow.start_time.astimezone().isoformat(timespec="seconds"),
        "ended": datetime.now().astimezone().isoformat(timespec="seconds"),
        "arguments": shlex.join(sys.argv[1:]),
        "project": project(PROJECT),
        "software": software(PROJECT / "envs" / "requirements.txt"),
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "trained_on": trained_on(jobs),
        "datasets": datasets(plan),
        "probes": plan.probes,
        "processor_seconds": processor_seconds(),
        "jobs": costs(jobs),
        "config": config,
    }
    file = RECORDS / f"{workflow.start_time:%Y-%m-%dT%H-%M-%S}.json"
    try:
        with whole(file) as partial:
            text = json.dumps(record, indent=2, ensure_ascii=False)
            partial.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        print(f"The record {file} of this run was not written: {error}.", file=sys.stderr)


def project(root: Path) -> dict | None:
    """The commit of the project in ``root``, and what differs from it; None without git."""
    top = _git(root, "rev-parse", "--show-toplevel", "HEAD")
    if len(top) != 2 or Path(top[0]).resolve() != root.resolve():
        return None
    return {"commit": top[1], "edited": _git(root, "status", "--porcelain")}


def software(requirements: Path) -> dict[str, str]:
    """The versions of Python and of the installed packages that ``requirements`` names."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    names = [line.split("==")[0] for line in lines if "==" in line]
    found = {each.name.lower(): each.version for each in importlib.metadata.distributions()}
    versions = {name: found[name] for name in names if name in found}
    return {"python": platform.python_version(), **versions}


def trained_on(jobs: list) -> list[dict]:
    """The devices and threads on which systems were trained, each with the number of them."""
    files = [Path(file) for job in jobs for file in job.output if file.endswith("model.json")]
    about = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    counts = Counter(tuple(each[key] for key in HARDWARE) for each in about)
    return [
        {**dict(zip(HARDWARE, values, strict=True)), "systems": count}
        for values, count in counts.items()
    ]


def datasets(plan: Plan) -> dict[str, dict]:
    """Of each dataset the number of excerpts and a digest of their names and files' hashes.

    The hashes are those of the plan; what is rendered has none, and follows from the config.
    """
    known = {}
    for name, shards in plan.shards.items():
        excerpts = sorted(excerpt[:3] for shard in shards for excerpt in shard)
        digest = hashlib.sha256(json.dumps(excerpts).encode()).hexdigest()
        known[name] = {"excerpts": len(excerpts), "sha256": digest}
    return known


def processor_seconds() -> dict[str, float]:
    """What Snakemake took of the processors until now, and what its jobs on this machine did.

    Jobs of a cluster are not among them.
    """
    spent = os.times()
    own, of_jobs = spent.user + spent.system, spent.children_user + spent.children_system
    return {"snakemake": round(own, 1), "jobs": round(of_jobs, 1)}


def costs(jobs: list) -> dict[str, dict]:
    """Of each rule, in their order by name, how often it ran, its code and what it cost."""
    by_rule: dict[str, list] = {}
    for job in sorted(jobs, key=lambda job: job.rule.name):
        by_rule.setdefault(job.rule.name, []).append(job)
    return {rule: cost(done) for rule, done in by_rule.items()}


def cost(jobs: list) -> dict:
    """The cost of the jobs of one rule; seconds and memory of rules that measure them."""
    about = {
        "jobs": len(jobs),
        "threads": max(job.threads for job in jobs),
        "code": sorted({job.params.code for job in jobs}),
    }
    rows = [measured(Path(job.benchmark)) for job in jobs if job.benchmark]
    if rows:
        about["seconds"] = round(sum(seconds for seconds, _ in rows), 1)
        about["most_memory_mb"] = max(memory_mb for _, memory_mb in rows)
    return about


def measured(benchmark: Path) -> tuple[float, float]:
    """Seconds, and the most memory in MB, of a job; 0 MB where it was too short to tell."""
    with benchmark.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file, delimiter="\t"))
    memory = row["max_rss"]
    return float(row["s"]), float(memory) if memory.replace(".", "").isdigit() else 0.0


def _git(root: Path, *arguments: str) -> list[str]:
    """The lines that git prints of the repository in ``root``; none where it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return done.stdout.splitlines()
