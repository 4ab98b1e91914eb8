"""Calls of Snakemake as a user makes them, and what they say."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TINY = ROOT / "tests/workflow/tiny.yaml"
PLUGIN_PATH = str(ROOT / "workflow/logger")
"""Where the logger plugin is found, installed or not."""


def snakemake(*arguments, directory, config=TINY, root=ROOT, logger="music", **environment):
    """Call ``snakemake`` in ``directory``; returns the finished process with its text.

    The messages are those of ``make run``, or without a ``logger`` Snakemake's own.
    """
    environment = {**os.environ, "PYTHONHASHSEED": "random", **environment}
    path = [PLUGIN_PATH, *filter(None, [environment.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(root / "Snakefile")]
    command += ["--configfile", str(config), "--directory", str(directory)]
    command += [*(["--logger", logger] if logger else []), "--cores", "all"]
    command += ["--max-jobs-per-timespan", "1000/1s"]  # a short run ends a second later
    return subprocess.run(
        [*command, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=root,
        env={**environment, "PYTHONPATH": os.pathsep.join(path)},
        check=False,
    )


def planned(process):
    """How often each rule would run, from the output of a dry run."""
    assert process.returncode == 0, process.stdout + process.stderr
    lines = (process.stdout + process.stderr).splitlines()
    if "Job stats:" not in lines:
        return {}
    start = lines.index("Job stats:") + 3
    jobs = {}
    for line in lines[start:]:
        if not line.strip():
            break
        rule, count = line.split()
        jobs[rule] = int(count)
    jobs.pop("total")
    return jobs


def report_data(page, name):
    """What a script of a report's own assigns to a variable of this name."""
    script = rf'<script id="[\w-]+">\s*var {name} = (.*);$'
    return json.loads(re.search(script, page, flags=re.MULTILINE)[1])


def wait_for(find, seconds=120):
    """Wait until ``find()`` is true."""
    end = time.monotonic() + seconds
    while not find():
        assert time.monotonic() < end
        time.sleep(0.01)
