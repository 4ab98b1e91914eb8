"""Fill the disk again and again while the experiment of `kill.py` runs.

    python tests/faults/fill_disk.py

It runs on a disk that is a little larger each time, until it ends, and says what was said
each time. Then every file of its results has to be that of a run that had room: the one in
`--alone FOLDER`, which `kill.py` leaves as well, or else one that is made first. As root; for
as long as three runs, or so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from kill import SMALL, differences, run_to_the_end  # noqa: E402
from small_disk import remount, small_disk  # noqa: E402
from snakemake_runs import snakemake  # noqa: E402

FIRST_MIB, FURTHER_MIB = 3, 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--alone", type=Path, help="a folder in which the same run has ended")
    with tempfile.TemporaryDirectory() as folder:
        alone = parser.parse_args().alone or Path(folder) / "alone"
        run_to_the_end(SMALL, alone)
        with small_disk(Path(folder) / "disk", f"{FIRST_MIB}m") as disk:
            fill_until_it_ends(disk)
            if different := differences(alone, disk):
                sys.exit(f"{len(different)} files differ: {', '.join(different)}")
    print("All files are the same.")


def fill_until_it_ends(disk: Path) -> None:
    """Run on a disk that gets more room whenever it is full; ends where something is left."""
    size_mib = FIRST_MIB
    while True:
        # The last `--configfile` is the one that counts.
        process = snakemake("--configfile", *SMALL, directory=disk)
        said = process.stdout + process.stderr
        if process.returncode == 0:
            return
        told = [line.strip() for line in said.splitlines() if "disk is full" in line]
        print(f"{size_mib} MiB: {told[0] if told else said[-3000:]}", flush=True)
        if left := [path for path in disk.rglob("*") if path.name.endswith(".partial")]:
            sys.exit(f"Half written files are left: {', '.join(map(str, left))}")
        size_mib += FURTHER_MIB
        remount(disk, f"size={size_mib}m")


if __name__ == "__main__":
    main()
