"""The record of a run, `results/runs/<start>.json`, for people and for the RO-Crate.

It holds what was run, on which data, with which software, on which machine, at what cost. It is
written at the end of a run, in success or failure, from the files that the run's jobs wrote. No
rule could make it, since its output would be out of date with every further job.
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
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from music_adversaries.atomic_writes import whole
from music_adversaries.errors import InputError
from music_adversaries.experiment.plan import Plan

PROJECT = Path(__file__).parents[4]
HARDWARE = ("device", "device_name", "threads", "torch")
"""The entries of a system's ``model.json`` that say what it was trained on."""
IN_FOLDERS = ("render_studio_label", "extract_shard")
"""The rules whose benchmark files are called after a label or a shard instead of the rule."""


def write(results: Path, config: Mapping, plan: Plan, outcome: str, started: datetime) -> None:
    """Write the record of the run that began at ``started`` and ends now.

    Nothing is written if no job was measured since (`costs`). If the record cannot be
    written, a message says so, and the results stay as they are.
    """
    jobs = costs(files_since(started, results / "benchmarks", "*.tsv"))
    if not jobs:
        return
    record = {
        "outcome": outcome,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now().astimezone().isoformat(timespec="seconds"),
        "arguments": shlex.join(sys.argv[1:]),
        "project": project(PROJECT),
        "software": software(PROJECT / "envs" / "requirements.txt"),
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "trained_on": trained_on(files_since(started, results, "model.json")),
        "datasets": datasets(plan),
        "probes": plan.probes,
        "processor_seconds": processor_seconds(),
        "jobs": jobs,
        "config": config,
    }
    file = results / "runs" / f"{started:%Y-%m-%dT%H-%M-%S}.json"
    try:
        with whole(file) as partial:
            text = json.dumps(record, indent=2, ensure_ascii=False)
            partial.write_text(text + "\n", encoding="utf-8")
    except (OSError, InputError) as error:
        print(f"The record {file} of this run was not written: {error}", file=sys.stderr)


def files_since(started: datetime, folder: Path, pattern: str) -> list[Path]:
    """Return the files under ``folder`` that were written since ``started``, in order."""
    since = started.timestamp()
    return sorted(file for file in folder.rglob(pattern) if file.stat().st_mtime >= since)


def project(root: Path) -> dict | None:
    """Return the commit of the project in ``root`` and the edits since; None without git."""
    top = _git(root, "rev-parse", "--show-toplevel", "HEAD")
    if len(top) != 2 or Path(top[0]).resolve() != root.resolve():
        return None
    return {"commit": top[1], "edited": _git(root, "status", "--porcelain")}


def software(requirements: Path) -> dict[str, str]:
    """Return the versions of Python and of the installed packages in ``requirements``."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    names = [line.split("==")[0] for line in lines if "==" in line]
    found = {each.name.lower(): each.version for each in importlib.metadata.distributions()}
    versions = {name: found[name] for name in names if name in found}
    return {"python": platform.python_version(), **versions}


def trained_on(models: Iterable[Path]) -> list[dict]:
    """Return the devices and threads in ``model.json`` files, with the number of systems."""
    about = [json.loads(file.read_text(encoding="utf-8")) for file in models]
    counts = Counter(tuple(each[key] for key in HARDWARE) for each in about)
    return [
        {**dict(zip(HARDWARE, values, strict=True)), "systems": count}
        for values, count in counts.items()
    ]


def datasets(plan: Plan) -> dict[str, dict]:
    """Return each dataset's number of excerpts and a digest of their names and files' hashes.

    Excerpts of the rendered dataset have no hashes: they follow from the config.
    """
    known = {}
    for name, shards in plan.shards.items():
        excerpts = sorted(excerpt[:3] for shard in shards for excerpt in shard)
        digest = hashlib.sha256(json.dumps(excerpts).encode()).hexdigest()
        known[name] = {"excerpts": len(excerpts), "sha256": digest}
    return known


def processor_seconds() -> dict[str, float]:
    """Return the processor time so far of Snakemake itself and of its jobs on this machine."""
    spent = os.times()
    own, of_jobs = spent.user + spent.system, spent.children_user + spent.children_system
    return {"snakemake": round(own, 1), "jobs": round(of_jobs, 1)}


def costs(benchmarks: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return the number of jobs, seconds and most memory of each rule, by its name.

    A job's benchmark file is called after its rule, or is in a folder that is.
    """
    measured = defaultdict(list)
    for file in benchmarks:
        rule = file.parent.name if file.parent.name in IN_FOLDERS else file.stem
        measured[rule].append(_seconds_and_memory(file))
    return {
        rule: {
            "jobs": len(jobs),
            "seconds": round(sum(seconds for seconds, _ in jobs), 1),
            "most_memory_mb": max(memory_mb for _, memory_mb in jobs),
        }
        for rule, jobs in sorted(measured.items())
    }


def _seconds_and_memory(benchmark: Path) -> tuple[float, float]:
    """Return a job's seconds and most memory in MB; 0 MB if it was too short to measure."""
    with benchmark.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file, delimiter="\t"))
    memory = row["max_rss"]
    return float(row["s"]), float(memory) if memory.replace(".", "").isdigit() else 0.0


def _git(root: Path, *arguments: str) -> list[str]:
    """Return the lines that git prints of the repository in ``root``; none if it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return done.stdout.splitlines()
