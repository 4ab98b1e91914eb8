"""The table of ratios, by every benchmark that has a row in it (`make benchmark`).

    python benchmarks/all.py

Each benchmark runs in a process of its own, one after the other, on a machine that should do
nothing else. `PEERS_PYTHON` names the Python of the environment in which the peers are
installed (`peers-requirements.txt`); without it their row is left out, and that is said.
"""

import os
import subprocess
import sys
from pathlib import Path

from ratios import HEADER

HERE = Path(__file__).parent
SCRIPTS = [
    *("iterations.py", "epoch.py", "features.py"),
    *("whole_run.py", "planning.py", "scale.py"),
]
"""Those that print rows when they are called with ``--rows``, in the table's order."""
PEERS = ["reach.py"]
"""The same, in the peers' environment."""


def main():
    peers_python = os.environ.get("PEERS_PYTHON")
    calls = [(sys.executable, script) for script in SCRIPTS]
    if peers_python:
        calls += [(peers_python, script) for script in PEERS]
    failed = []
    print(HEADER, flush=True)
    for number, (python, script) in enumerate(calls, 1):
        print(f"{number} of {len(calls)}: {script}", file=sys.stderr)
        code = print_rows([python, str(HERE / script), "--rows"])
        if code:
            failed.append(f"{script} (exit code {code})")
    if not peers_python:
        print(f"Not run, as PEERS_PYTHON is not set: {', '.join(PEERS)}.", file=sys.stderr)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


def print_rows(call: list[str]) -> int:
    """Print rows as a benchmark prints them, leave out what else it prints; its exit code."""
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as benchmark:
        for line in benchmark.stdout:
            if line.startswith("| "):
                print(line, end="", flush=True)
    return benchmark.returncode


if __name__ == "__main__":
    main()
