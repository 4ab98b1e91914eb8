"""A run with nothing to do of the paper's grid against one of a bare Snakefile.

    python benchmarks/planning.py
    python benchmarks/planning.py --config config.yaml

Nothing is trained: over trees of empty files in a temporary folder, empty files stand for all
results, and Snakemake is told to take them as made (`--touch`), so that it has its records of
every job. The bare Snakefile has the same rules, jobs, files and dependencies, and params of
the same size, but no config, no logs, no environments, no resources and no functions other than
look-ups of inputs in a list. What is timed is `snakemake` from its start to its "Nothing to be
done".
"""

import argparse
import base64
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from ratios import in_turn, row

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow" / "scripts"))

from music_adversaries.datasets import gtzan, lmd  # noqa: E402

TRACKS_PER_CLASS = 320
"""Of the Latin Music Database, about."""
# Snakemake sleeps a tenth of a second for each job that it touches.
TOUCH = (
    "import sys, snakemake.executors.touch as touch, snakemake.cli as cli;"
    "touch.Executor.SLEEPING_TIME = 0; cli.main(sys.argv[1:])"
)
NOTHING = "Nothing to be done"
BARE = """
import json
from pathlib import Path

INPUTS = json.loads(Path("inputs.json").read_text())

rule all:
    input: INPUTS["all"]
"""
BARE_RULE = """
rule {name}:
    input: lambda wildcards: INPUTS["{name}"][int(wildcards.job)]
    output: {outputs}
    params: text="{text}"
    shell: "none"
"""


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = Path(folder) / "ours", Path(folder) / "bare"
        calls = {
            "ours": lambda *arguments: snakemake(
                ours, "--configfile", "config.yaml", *arguments, snakefile=ROOT / "Snakefile"
            ),
            "bare": lambda *arguments: snakemake(bare, *arguments, snakefile="Snakefile"),
        }
        write_experiment(ours, options.config)
        finish(ours, calls["ours"])
        jobs = recorded(ours)
        write_bare(bare, ours, jobs)
        finish(bare, calls["bare"])
        spent = in_turn(
            {name: lambda call=call: seconds(call) for name, call in calls.items()},
            options.repetitions,
        )
    if options.rows:
        what = f"nothing-to-do run of the paper's grid, {len(jobs) + 1} jobs"
        print(row(what, "a bare Snakefile of as many", "≤ 1.5", spent["ours"], spent["bare"]))
        return
    print(f"{len(jobs)} jobs besides `all`, {len({rule for rule, _ in jobs})} rules")
    for name, found in spent.items():
        print(
            f"{name}: median {statistics.median(found):.2f} s ({min(found):.2f} …"
            f" {max(found):.2f})"
        )


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=ROOT / "workflow/configs/paper.yaml")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--rows", action="store_true", help="print the table's row alone")
    return parser.parse_args()


def write_experiment(folder: Path, config: Path) -> None:
    """Write the config with its datasets, whose files are empty, into ``folder``."""
    experiment = yaml.safe_load(config.read_text(encoding="utf-8"))
    files = {
        "gtzan": [f"{name.split('.')[0]}/{name}.wav" for name in gtzan.EXCERPTS],
        "lmd": [f"{label}/{n}.mp3" for label in lmd.CLASSES for n in range(TRACKS_PER_CLASS)],
    }
    for dataset in experiment["datasets"].values():
        if dataset["loader"] in files:
            dataset["root"] = str(folder / dataset["loader"])
            make_empty(folder / dataset["loader"], files[dataset["loader"]])
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(experiment), encoding="utf-8")


def make_empty(folder: Path, files: list[str]) -> None:
    """Make empty files, and folders where a name has no ending."""
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.touch()
        else:
            path.mkdir(exist_ok=True)


def snakemake(folder: Path, *arguments: str, snakefile: Path | str) -> str:
    """What a call of Snakemake in ``folder`` prints; raises where it fails."""
    call = [sys.executable, "-c", TOUCH, "--snakefile", str(snakefile), "--cores", "16"]
    done = subprocess.run(
        [*call, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"Snakemake failed in {folder}:\n{done.stderr}")
    return done.stdout + done.stderr


def finish(folder: Path, call: Callable[..., str]) -> None:
    """Let empty files stand for all that a workflow makes, and Snakemake take them as made."""
    rows = [line.split("\t") for line in call("--summary").splitlines() if "\t" in line]
    make_empty(folder, [file for file, *_ in rows[1:]])
    call("--touch", "--forceall")


def recorded(folder: Path) -> dict[tuple[str, str], dict]:
    """Snakemake's records of the jobs in ``folder``, and their outputs, by rule and log."""
    jobs = {}
    for file in sorted((folder / ".snakemake" / "metadata").rglob("*")):
        if file.is_file():
            record = json.loads(file.read_text(encoding="utf-8"))
            job = jobs.setdefault((record["rule"], record["log"][0]), {**record, "output": []})
            job["output"].append(base64.b64decode(file.name).decode())
    return jobs


def write_bare(folder: Path, ours: Path, jobs: dict[tuple[str, str], dict]) -> None:
    """Write a Snakefile with the rules, jobs, files and dependencies of ``jobs``."""
    names, inputs, rules = {}, {}, {}
    for (rule, _), job in jobs.items():
        number = len(inputs.setdefault(rule, []))
        for place, output in enumerate(job["output"]):
            names[output] = f"made/{rule}/{number}/{place}.txt"
        inputs[rule].append(job["input"])
        rules.setdefault(rule, job)
    used = {file for job in jobs.values() for file in job["input"]}
    named = {
        rule: [[names[file] for file in files] for files in lists]
        for rule, lists in inputs.items()
    }
    named["all"] = [name for file, name in names.items() if file not in used]
    folder.mkdir()
    (folder / "inputs.json").write_text(json.dumps(named), encoding="utf-8")
    bodies = [bare_rule(rule, job, ours) for rule, job in rules.items()]
    (folder / "Snakefile").write_text("".join([BARE, *bodies]), encoding="utf-8")


def bare_rule(name: str, job: dict, ours: Path) -> str:
    """A rule of the bare Snakefile, after one job of ours; what is temporary stays so."""
    outputs = []
    for place, file in enumerate(job["output"]):
        pattern = f'"made/{name}/{{job}}/{place}.txt"'
        outputs.append(pattern if (ours / file).exists() else f"temp({pattern})")
    size = sum(map(len, job["params"]))
    return BARE_RULE.format(name=name, outputs=", ".join(outputs), text="x" * size)


def seconds(call: Callable[..., str]) -> float:
    """Seconds of a call that finds nothing to do."""
    start = time.perf_counter()
    said = call()
    spent = time.perf_counter() - start
    if NOTHING not in said:
        sys.exit(f"There was something to do:\n{said}")
    return spent


if __name__ == "__main__":
    main()
