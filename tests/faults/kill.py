"""Kills runs at random moments, lets them go on, and holds them against one left alone.

    python tests/faults/kill.py --runs 40

A run here is started, killed with all of its jobs (SIGKILL), unlocked (`--unlock`) and started
again with the same command, in the state that the kill left, until it has ended by itself. Then
every file of its results must hold the same bytes as those of the run that was left alone, but
for logs, benchmarks and records of runs, and no file may lie there that the other has not, half
written ones included.

What became of each run is a row of `outcomes.tsv` in the folder. The same command goes on after
the runs that have one, so that forty can be done in several sittings; the moments are drawn
from a run's number. A run that ended otherwise stays in the folder, to be looked at. Another
version of the project, config or target needs another folder.
"""

import argparse
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = [ROOT / "tests/workflow/tiny.yaml", ROOT / "tests/faults/kill.yaml"]
"""The tiny experiment, cut to half of its jobs."""
NOT_COMPARED = ("results/logs/", "results/benchmarks/", "results/runs/")
"""What holds times."""
SAME = "same"


def main():
    arguments = parse_arguments()
    alone, outcomes = arguments.folder / "alone", arguments.folder / "outcomes.tsv"
    run_to_the_end(arguments.configs, alone, *arguments.targets)
    alone_s = duration_s(alone)
    print(f"left alone: {alone_s:.0f} s, {len(results(alone))} files", flush=True)
    for number in range(1, arguments.runs + 1):
        if str(number) in [row["run"] for row in read_rows(outcomes)]:
            continue
        row = {"run": number, **killed_run(arguments, number, alone, alone_s)}
        add_row(row, outcomes)
        print(*(f"{name} {value}" for name, value in row.items()), sep=", ", flush=True)
    other = [row["run"] for row in read_rows(outcomes) if row["outcome"] != SAME]
    if other:
        sys.exit(f"Of these runs, the results are not the same: {', '.join(other)}.")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=40, help="how many in all")
    parser.add_argument("--folder", type=Path, default=ROOT / ".kill_test", help="of all runs")
    parser.add_argument("--configfile", type=Path, nargs="+", default=SMALL, dest="configs")
    parser.add_argument("targets", nargs="*", help="what to make; by default all")
    return parser.parse_args()


def killed_run(arguments, number, alone, alone_s):
    """Make a run through kills; returns how often it was killed, when, and its outcome."""
    killed = alone.with_name(f"killed{number}")
    shutil.rmtree(killed, ignore_errors=True)  # of a sitting that ended in the middle of it
    started_s, moments_s = time.monotonic(), []
    moments = killed_at(
        arguments.configs, killed, random.Random(number), alone_s, *arguments.targets
    )
    try:
        moments_s.extend(f"{moment_s:.1f}" for moment_s in moments)
        different = differences(alone, killed)
        outcome = f"different: {' '.join(different)}" if different else SAME
    except RunFailedError as error:
        outcome = str(error)
    if outcome == SAME:
        shutil.rmtree(killed)
    return {
        "kills": len(moments_s),
        "at_s": " ".join(moments_s),
        "seconds": round(time.monotonic() - started_s),
        "outcome": outcome,
    }


def read_rows(table):
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def add_row(row, table):
    new = not table.exists()
    with table.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row, delimiter="\t")
        if new:
            writer.writeheader()
        writer.writerow(row)


def start(configs, directory, *targets):
    """Start a run as a process group of its own; what it says is added to ``said.txt``."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.glob(".snakemake/locks/*")):
        call(configs, directory, "--unlock").wait()
    return call(configs, directory, *targets)


def call(configs, directory, *targets):
    """Call Snakemake as `start` does."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile"]
    command += ["--directory", directory, "--cores", "all", *targets, "--configfile", *configs]
    with (directory / "said.txt").open("a") as said:
        return subprocess.Popen(
            [*map(str, command)],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def run_to_the_end(configs, directory, *targets):
    ends_within(None, start(configs, directory, *targets), directory)


def killed_at(configs, directory, rng, alone_s, *targets):
    """Run to the end through kills; yields how long each start lived that was killed."""
    while True:
        moment_s = rng.uniform(0, alone_s / 2)
        if ends_within(moment_s, start(configs, directory, *targets), directory):
            return
        yield moment_s


def ends_within(seconds, process, directory):
    """Whether a run ends by itself within some time; it is killed if not, or at Ctrl-C.

    Raises `RunFailedError` where it ends otherwise than well.
    """
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.returncode is None:
            kill(process)
    if process.returncode != 0:
        raise RunFailedError(f"failed: {directory / 'said.txt'} says why")
    return True


class RunFailedError(Exception):
    """A run ended by itself, and not well."""


def kill(process):
    """Kill a run with all of its jobs."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def duration_s(directory):
    """How long the runs in a folder took that ended, by their records."""
    files = (directory / "results/runs").iterdir()
    records = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    times = [
        [datetime.fromisoformat(each[key]) for key in ("started", "ended")] for each in records
    ]
    return sum((ended - started).total_seconds() for started, ended in times)


def results(directory):
    """The bytes of every file of a run's results that is to be compared, by its path."""
    files = [path for path in (directory / "results").rglob("*") if path.is_file()]
    named = {str(path.relative_to(directory)): path for path in files}
    compared = {name: path for name, path in named.items() if not name.startswith(NOT_COMPARED)}
    return {name: path.read_bytes() for name, path in compared.items()}


def differences(alone, killed):
    """The files of two runs that are not the same in both, or not in both, in order."""
    expected, found = results(alone), results(killed)
    return sorted(name for name in expected | found if expected.get(name) != found.get(name))


if __name__ == "__main__":
    main()
