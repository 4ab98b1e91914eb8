"""A training epoch over memory-mapped shards against the same over arrays in memory.

    OMP_NUM_THREADS=1 python benchmarks/epoch.py --excerpts 1000 --batches 200
    OMP_NUM_THREADS=1 python benchmarks/epoch.py --rows

Makes eight shards of random magnitudes in a temporary folder, 2.65 MB an excerpt, and trains
on a random part of their units with the package's own epoch: `--batches` minibatches stand
for the whole, since each of them gathers from all shards either way. Prints medians over
repetitions, mapped and in memory in turn with a warm page cache, and the median of their
ratios; then one epoch after the system was asked to forget the shards.

With `--rows` it prints rows of the table of ratios: the second epoch of `loop.train`, as
its rule runs it, against the second of a bare loop over standardised tensors in memory; both
with the pass over the validation set.
"""

import argparse
import gc
import io
import os
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stderr
from dataclasses import replace
from functools import partial
from pathlib import Path

import bare
import numpy as np
import pandas as pd
import torch
from ratios import in_turn, row
from torch import Tensor
from torch.nn.functional import cross_entropy

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.systems.system import build_system
from music_adversaries.training import loop
from music_adversaries.training.checkpoints import Checkpoint, TrainingState

FRAMES = 1290
SHARDS = 8
LABELS = [str(number) for number in range(10)]
BATCH = {"frame_dnn": 1200, "slice_cnn": 5}
ROWS = {"frame_dnn": ("DNN", 12, "≤ 1.1"), "slice_cnn": ("CNN", 3, "≤ 0.75")}
"""What a row calls a network, the excerpts that it is trained on, and the target."""


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    if options.rows:
        for network in ROWS:
            print_row(network, options)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        shards = write_shards(Path(folder), options.excerpts)
        mapped, in_memory = Magnitudes(shards), Magnitudes(shards)
        in_memory._arrays = [np.load(shard) for shard in shards]
        ways = {
            "in memory": partial(epoch_seconds, in_memory, options, seed=0),
            "mapped": partial(epoch_seconds, mapped, options, seed=0),
        }
        seconds = in_turn(ways, options.repetitions)
        del mapped, in_memory, ways
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
    parser.add_argument("--rows", action="store_true", help="print rows of the table of ratios")
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


def print_row(network: str, options: argparse.Namespace) -> None:
    name, excerpts, target = ROWS[network]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        magnitudes = Magnitudes(write_shards(Path(folder), excerpts))
        fold = fold_of(excerpts)
        checkpoint = Path(folder) / "checkpoint"
        train_set, valid_set = (
            tensors(network, magnitudes, fold[fold.split == split])
            for split in ("train", "valid")
        )
        ways = {
            "ours": partial(our_epoch, network, magnitudes, fold, checkpoint),
            "bare": partial(bare_epoch, network, train_set, valid_set),
        }
        seconds = in_turn(ways, options.repetitions)
    against = "a bare loop over tensors in memory, PyTorch's defaults"
    print(row(f"training epoch, {name}", against, target, *seconds.values()), flush=True)


def fold_of(excerpts: int) -> pd.DataFrame:
    """A fold that trains on two excerpts of three."""
    numbers = np.arange(excerpts)
    return pd.DataFrame(
        {
            "excerpt": numbers.astype(str),
            "label": [LABELS[number % len(LABELS)] for number in numbers],
            "split": np.where(numbers % 3 == 2, "valid", "train"),
        }
    )


class Clock(Checkpoint):
    """A checkpoint that notes when each epoch was over."""

    def __init__(self, path: Path):
        super().__init__(path, "of a benchmark")
        self.ends_s: list[float] = []

    def save(self, state: TrainingState) -> None:
        super().save(state)
        self.ends_s.append(time.perf_counter())


def our_epoch(network: str, magnitudes: Magnitudes, fold: pd.DataFrame, path: Path) -> float:
    """Seconds of the second epoch of `train`: of the first, the moments are a part."""
    recipe = loop.Recipe(
        "sgd",
        "he",
        BATCH[network],
        1e-3,
        (0.5, 0.9),
        10,
        least_epochs=1,
        most_epochs=2,
        patience=2,
    )
    system, clock = build_system(network, {}, sorted(fold.label.unique())), Clock(path)
    with redirect_stderr(io.StringIO()):
        loop.train(system, magnitudes, fold, recipe, seed=0, checkpoint=clock)
    clock.remove()
    first_s, second_s = clock.ends_s
    return second_s - first_s


def tensors(network: str, magnitudes: Magnitudes, excerpts: pd.DataFrame):
    """Units, standardised, and their classes, as a bare loop has them in memory."""
    frames = build_system(network, {}, LABELS).unit_frames
    cut = [
        np.array(array[: len(array) // frames * frames]).reshape(-1, frames, BINS)
        for array in map(magnitudes.excerpt, excerpts.excerpt)
    ]
    units = torch.from_numpy(np.concatenate(cut))
    labels = [int(label) for label in excerpts.label]
    classes = torch.tensor(labels).repeat_interleave(torch.tensor([len(part) for part in cut]))
    return (units - units.mean((0, 1))) / units.std((0, 1)), classes


def bare_epoch(
    network: str, train_set: tuple[Tensor, Tensor], valid_set: tuple[Tensor, Tensor]
) -> float:
    """Seconds of the second epoch of the textbook's loop."""
    model, batch = bare.NETWORKS[network](), BATCH[network]
    optimiser = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.5)
    bare_pass(model, optimiser, train_set, valid_set, batch)
    start = time.perf_counter()
    bare_pass(model, optimiser, train_set, valid_set, batch)
    return time.perf_counter() - start


def bare_pass(model, optimiser, train_set, valid_set, batch: int) -> None:
    model.train()
    units, classes = train_set
    for chosen in torch.randperm(len(units)).split(batch):
        loss = cross_entropy(model(units[chosen]), classes[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.eval()
    with torch.no_grad():
        for units, classes in zip(*(part.split(batch) for part in valid_set), strict=True):
            int((model(units).argmax(dim=1) != classes).sum())


def epoch_seconds(magnitudes: Magnitudes, options: argparse.Namespace, seed: int) -> float:
    """Seconds that an epoch takes over ``options.batches`` minibatches, drawn by ``seed``."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    system = build_system(options.network, {}, LABELS)
    optimiser = torch.optim.SGD(system.network.parameters(), lr=1e-3, momentum=0.5)
    batch = BATCH[options.network]
    units = some_units(magnitudes, options.excerpts, system, options.batches * batch, rng)
    start = time.perf_counter()
    loop._train_epoch(system, units, batch, optimiser, rng)
    return time.perf_counter() - start


def some_units(magnitudes, excerpts, system, count, rng) -> loop.Units:
    """At most ``count`` units from all over the excerpts."""
    names = [str(excerpt) for excerpt in range(excerpts)]
    labels = [LABELS[excerpt % len(LABELS)] for excerpt in range(excerpts)]
    table = pd.DataFrame({"excerpt": names, "label": labels})
    units = loop.units_of(magnitudes, table, system)
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
