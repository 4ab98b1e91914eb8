"""Kills runs at random moments, lets them go on, and holds them against one left alone.

    python tests/workflow/kill.py --runs 40 --seed 1

A run here is started, killed with all of its jobs (SIGKILL), and started again with the same
command, in the state that the kill left, until it has ended by itself. Then every file of its
results must hold the same bytes as those of the run that was left alone, but for logs,
benchmarks and records of runs, and no file may lie there that the other has not, half written
ones included.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_COMPARED = ("results/logs/", "results/benchmarks/", "results/runs/")
"""What holds times."""


def main():
    arguments = parse_arguments()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "alone"
        started_s = time.monotonic()
        run_to_the_end(arguments.configfile, alone, *arguments.targets)
        alone_s = time.monotonic() - started_s
        print(f"left alone: {alone_s:.0f} s, {len(results(alone))} files", flush=True)
        for number in range(arguments.runs):
            killed = Path(folder) / f"killed{number}"
            moments_s = killed_at(arguments, killed, rng, alone_s)
            at = " ".join(f"{moment_s:.1f}" for moment_s in moments_s)
            print(f"run {number}: {len(moments_s)} kills, at {at} s", flush=True)
            check(alone, killed)
            shutil.rmtree(killed)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--configfile", type=Path, default=ROOT / "tests/workflow/tiny.yaml")
    parser.add_argument("targets", nargs="*", help="what to make; by default all")
    return parser.parse_args()


def start(config, directory, *targets):
    """Start a run as a process group of its own; what it says is added to ``said.txt``."""
    directory.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile"]
    command += ["--configfile", config, "--directory", directory, "--cores", "all", *targets]
    with (directory / "said.txt").open("a") as said:
        return subprocess.Popen(
            [*map(str, command)],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def run_to_the_end(config, directory, *targets):
    if start(config, directory, *targets).wait() != 0:
        sys.exit(f"A run failed: {(directory / 'said.txt').read_text()}")


def killed_at(arguments, directory, rng, alone_s):
    """Run to the end through kills; returns how long each start lived that was killed."""
    moments_s = []
    while True:
        moment_s = rng.uniform(0, alone_s / 2)
        process = start(arguments.configfile, directory, *arguments.targets)
        try:
            if process.wait(timeout=moment_s) != 0:
                sys.exit(f"A run failed: {(directory / 'said.txt').read_text()}")
            return moments_s
        except subprocess.TimeoutExpired:
            kill(process)
            moments_s.append(moment_s)


def kill(process):
    """Kill a run with all of its jobs."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


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


def check(alone, killed):
    """End the program where a run that was killed has other results."""
    if different := differences(alone, killed):
        sys.exit(f"{len(different)} files differ: {', '.join(different)}")


if __name__ == "__main__":
    main()
