"""Fill the disk again and again while the experiment of `slurm/small.yaml` runs.

    python tests/workflow/fill_disk.py

It runs on a disk that is a little larger each time, until it ends, and says what was said
each time. Then its tables have to be those of a run that had room. As root; a few minutes.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/workflow")]

from conftest import snakemake  # noqa: E402
from small_disk import remount, small_disk  # noqa: E402

CONFIG = ROOT / "tests/workflow/slurm/small.yaml"
TARGETS = ["results/tables/figures_of_merit.tsv", "results/figures/overview.png"]
FIRST_KIB, FURTHER_KIB = 1700, 500


def main() -> None:
    with tempfile.TemporaryDirectory() as with_room, tempfile.TemporaryDirectory() as without:
        process = snakemake(*TARGETS, directory=with_room, config=CONFIG)
        assert process.returncode == 0, process.stderr
        with small_disk(Path(without), f"{FIRST_KIB}k") as disk:
            _fill_until_it_ends(disk)
            tables = sorted(Path(with_room).glob("results/tables/*"))
            for table in tables:
                again = disk / table.relative_to(with_room)
                assert again.read_bytes() == table.read_bytes(), table
        print(f"{len(tables)} tables are the same.")


def _fill_until_it_ends(disk: Path) -> None:
    size_kib = FIRST_KIB
    while True:
        process = snakemake(*TARGETS, directory=disk, config=CONFIG)
        said = process.stdout + process.stderr
        if process.returncode == 0:
            return
        told = [line.strip() for line in said.splitlines() if "disk is full" in line]
        print(f"{size_kib} KiB: {told[0] if told else said[-3000:]}", flush=True)
        left = [path for path in disk.rglob("*") if path.name.endswith(".partial")]
        assert not left, left
        size_kib += FURTHER_KIB
        remount(disk, f"size={size_kib}k")


if __name__ == "__main__":
    main()
