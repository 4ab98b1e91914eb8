"""A training epoch over memory-mapped shards against the same over arrays in memory.

    OMP_NUM_THREADS=1 python benchmarks/epoch.py --excerpts 1000 --batches 200

Makes eight shards of random magnitudes in a temporary folder, 2.65 MB an excerpt, and trains
on a random part of their units with the package's own epoch: `--batches` minibatches stand
for the whole, since each of them gathers from all shards either way. Prints medians over
repetitions, mapped and in memory in turn with a warm page cache, and the median of their
ratios; then one epoch after the system was asked to forget the shards.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries import training
from music_adversaries.magnitudes import Magnitudes, write_shard
from music_adversaries.spectra import BINS
from music_adversaries.systems import build_system

FRAMES = 1290
SHARDS = 8
LABELS = [str(number) for number in range(10)]
BATCH = {"frame_dnn": 1200, "slice_cnn": 5}


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        shards = write_shards(Path(folder), options.excerpts)
        mapped, in_memory = Magnitudes(shards), Magnitudes(shards)
        in_memory._arrays = [np.load(shard) for shard in shards]
        ways = {"in memory": in_memory, "mapped": mapped}
        seconds = {name: [] for name in ways}
        for repetition in range(options.repetitions + 1):
            for name, magnitudes in ways.items():
                spent = epoch_seconds(magnitudes, options, seed=repetition)
                if repetition > 0:  # the first warms caches up
                    seconds[name].append(spent)
        del mapped, in_memory, magnitudes, ways
        gc.collect()  # what is mapped stays in the page cache
        drop_from_cache(shards)
        cold = epoch_seconds(Magnitudes(shards), options, seed=0)
    report(options, seconds, cold)


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--excerpts", type=int, default=1000)
    parser.add_argument("--network", choices=list(BATCH), default="frame_dnn")
    parser.add_argument("--batches", type=int, default=200, help="minibatches of an epoch")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1, help="of torch; 1 is the rule's")
    parser.add_argument("--folder", help="where to put the shards, on the disk to be measured")
    return parser.parse_args()


def write_shards(folder: Path, excerpts: int) -> list[Path]:
    rng = np.random.default_rng(0)
    shards = [folder / f"shard{number}.npy" for number in range(SHARDS)]
    for number, shard in enumerate(shards):
        names = [str(excerpt) for excerpt in range(number, excerpts, SHARDS)]
        write_shard(
            (({"excerpt": name}, rng.random((FRAMES, BINS), np.float32)) for name in names),
            shard,
        )
    os.sync()  # what is yet to be written cannot be dropped from the cache
    return shards


def epoch_seconds(magnitudes: Magnitudes, options: argparse.Namespace, seed: int) -> float:
    """Seconds that an epoch takes over ``options.batches`` minibatches, drawn by ``seed``."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    system = build_system(options.network, {}, LABELS)
    optimiser = torch.optim.SGD(system.network.parameters(), lr=1e-3, momentum=0.5)
    batch = BATCH[options.network]
    units = some_units(magnitudes, options.excerpts, system, options.batches * batch, rng)
    start = time.perf_counter()
    training._train_epoch(system, units, batch, optimiser, rng)
    return time.perf_counter() - start


def some_units(magnitudes, excerpts, system, count, rng) -> training.Units:
    """At most ``count`` units from all over the excerpts."""
    names = [str(excerpt) for excerpt in range(excerpts)]
    labels = [LABELS[excerpt % len(LABELS)] for excerpt in range(excerpts)]
    table = pd.DataFrame({"excerpt": names, "label": labels})
    units = training.units_of(magnitudes, table, system)
    chosen = rng.permutation(len(units.places))[:count]
    return replace(units, places=units.places[chosen], classes=units.classes[chosen])


def drop_from_cache(shards: list[Path]) -> None:
    """Ask the system to forget the shards."""
    for shard in shards:
        with shard.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def report(options: argparse.Namespace, seconds: dict[str, list[float]], cold: float) -> None:
    unit_frames = build_system(options.network, {}, LABELS).unit_frames
    units = options.excerpts * (FRAMES // unit_frames)
    share = min(1, options.batches * BATCH[options.network] / units)
    print(
        f"{options.network}, {options.excerpts} excerpts, {units} units:"
        f" {options.batches} minibatches of {BATCH[options.network]},"
        f" {100 * share:.0f} % of an epoch; {options.threads} thread(s),"
        f" {options.repetitions} repetitions\n"
    )
    print("| magnitudes | median s (least … most) | whole epoch s |")
    print("| --- | --- | --- |")
    for name, spent in {**seconds, "mapped, cold": [cold]}.items():
        median = statistics.median(spent)
        print(f"| {name} | {median:.2f} ({min(spent):.2f} … {max(spent):.2f}) |", end="")
        print(f" {median / share:.0f} |")
    pairs = zip(seconds["mapped"], seconds["in memory"], strict=True)
    ratio = statistics.median(mapped / in_memory for mapped, in_memory in pairs)
    print(f"\nmapped / in memory: {ratio:.2f}")


if __name__ == "__main__":
    main()
