"""What a finished run took against what its jobs computed: its overhead.

    python benchmarks/whole_run.py [FOLDER]

FOLDER holds `results` of a run from nothing to its end on one machine (the working directory,
where none is given). Its record (`results/runs`) says its wall time and the processor time of
all its jobs, their starts with imports included, which is spread evenly over the cores.

Without --rows it prints as well which rules took how much, of those that Snakemake measures
(`results/benchmarks`), and what a job of each takes of the processor for its imports alone,
which is measured here.
"""

import argparse
import ast
import csv
import json
import resource
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from ratios import row

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"
OF_OTHER_NAME = {"retrain_system": "train_system", "retrain_forest": "train_forest"}
"""Rules whose script is called after another rule."""


def main():
    options = parse_options()
    try:
        record = read_record(options.folder / "results" / "runs")
    except ValueError as error:
        print(f"{error}: no row of a whole run.", file=sys.stderr)
        return
    cores = record["machine"]["processors"]
    own = record["processor_seconds"]["jobs"] / cores
    if not options.rows:
        report(record, of_rules(options.folder / "results" / "benchmarks"))
    jobs = sum(rule["jobs"] for rule in record["jobs"].values())
    what = f"a whole run, {jobs} jobs that were measured"
    against = f"its jobs' processor time over {cores} cores"
    print(row(what, against, "≤ 1.25", [wall_seconds(record)], [own]))


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path())
    parser.add_argument("--rows", action="store_true", help="print the table's row alone")
    return parser.parse_args()


def read_record(folder: Path) -> dict:
    """The record of the one run that made all results; raises ValueError where none did."""
    files = sorted(folder.glob("*.json"))
    if len(files) != 1:
        raise ValueError(f"{folder} has records of {len(files)} runs and not of one")
    record = json.loads(files[0].read_text(encoding="utf-8"))
    if record["outcome"] != "succeeded":
        raise ValueError(f"The run of {files[0]} failed")
    if "processor_seconds" not in record:
        raise ValueError(f"{files[0]} says no processor time")
    return record


def wall_seconds(record: dict) -> float:
    start, end = (datetime.fromisoformat(record[name]) for name in ("started", "ended"))
    return (end - start).total_seconds()


def of_rules(folder: Path) -> dict[str, list[float]]:
    """Processor time in s of each measured job, by the rule that its file or folder names."""
    spent = defaultdict(list)
    for file in sorted(folder.rglob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as opened:
            measured = next(csv.DictReader(opened, delimiter="\t"))["cpu_time"]
        known = measured.replace(".", "").isdigit()
        rule = file.stem if script_of(file.stem) else file.parent.name
        spent[rule].append(float(measured) if known else 0.0)
    return dict(spent)


def script_of(rule: str) -> Path | None:
    """The script of a rule; None where no rule has this name."""
    return next(SCRIPTS.glob(f"[!m]*/{OF_OTHER_NAME.get(rule, rule)}.py"), None)


def report(record: dict, spent: dict[str, list[float]]) -> None:
    processor = record["processor_seconds"]
    print(f"Wall {wall_seconds(record):.0f} s; processors: {processor['jobs']:.0f} s of jobs,")
    print(f"{processor['snakemake']:.0f} s of Snakemake itself\n")
    print("| rule | jobs | processor s | of a job, s | imports of its script, s |")
    print("| --- | --- | --- | --- | --- |")
    for rule, found in sorted(spent.items(), key=lambda pair: -sum(pair[1])):
        imports = import_seconds(script_of(rule))
        print(
            f"| `{rule}` | {len(found)} | {sum(found):.0f} | {sum(found) / len(found):.1f} |"
            f" {imports:.1f} |"
        )
    print()


def import_seconds(script: Path) -> float:
    """Processor time in s of a Python that imports what ``script`` does, and ends."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    text = "\n".join(map(ast.unparse, imports))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", text], cwd=SCRIPTS, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
