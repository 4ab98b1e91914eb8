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
        call = [python, str(HERE / script), "--rows"]
        ended = subprocess.run(call, capture_output=True, text=True, check=False)
        print("".join(rows_in(ended.stdout)), end="", flush=True)
        if ended.returncode:
            print(ended.stderr, file=sys.stderr)
            failed.append(f"{script} (exit code {ended.returncode})")
    if not peers_python:
        print(f"Not run, as PEERS_PYTHON is not set: {', '.join(PEERS)}.", file=sys.stderr)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}.")


def rows_in(printed: str) -> list[str]:
    return [line for line in printed.splitlines(keepends=True) if line.startswith("| ")]


if __name__ == "__main__":
    main()
