"""Cost against the number of excerpts, and the memory of jobs beyond what is mapped.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/scale.py --folder /tmp

For every size: the features of so many excerpts of 30 s, in shards of at most 200; a training
of one epoch on them, moments and validation included, of a small DNN; the 2015 adversary and
`waveform` on as many excerpts of 3 s, one iteration each. What is fitted, in every turn through
all sizes, is processor time, in a process that has done the same with four excerpts before: log
cost on log size. It is fitted for time in user mode as well: the kernel's share of what is
written depends on how much of the memory lies free. There are 100 different files, each as
often as it takes. Memory is anonymous memory, looked at every
5 ms from outside, so without the shards, which are mapped; besides the above, that of the 2015
adversary on a test set of excerpts of 30 s, a quarter of the greatest size, which end where
they begin. Needs 2.65 MB of disk an excerpt.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import soundfile
from trees import music

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.experiment import allocator

SHARD_EXCERPTS = 200
FILES = 100
LABELS = [str(number) for number in range(10)]
NETWORK = "frame_dnn", {"hidden_units": [50, 50, 50]}
RECIPE = {
    **{"optimiser": "sgd", "initialisation": "he", "batch": 1200, "learning_rate": 0.01},
    **{"momentum": (0.5, 0.5), "ramp_epochs": 1, "least_epochs": 1, "most_epochs": 1},
    "patience": 1,
}
PROJECTED = {"method": "paper", "step": 0.1, "consistency": True}
ATTACKS = {
    "the 2015 adversary": {**PROJECTED, "most_iterations": 1, "stop_confidence": 0.99},
    "`waveform`": {
        **{"method": "waveform", "step": 0.1, "most_iterations": 1, "stop_confidence": 0.99}
    },
}
AT_ONCE = "the 2015 adversary, over before its first iteration"
LARGEST_EXPONENT, MOST_GIB = 1.05, 1.5


class Spent(NamedTuple):
    """Processor time in s, and how much of it in user mode."""

    all_s: float
    user_s: float


# Each way imports what it needs itself, in the process that is measured.
def features(folder: Path, size: int) -> None:
    from music_adversaries.datasets.fingerprints import fingerprint
    from music_adversaries.datasets.inspection import inspect_file
    from music_adversaries.datasets.magnitude_shards import magnitudes_of, write_shard

    def extracted(number):
        found = inspect_file(folder / f"{number % FILES}.wav")
        magnitudes = magnitudes_of(found.waveform)
        return {"excerpt": str(number), "fingerprint": fingerprint(magnitudes)}, magnitudes

    for shard, first in zip(shards(folder, size), range(0, size, SHARD_EXCERPTS), strict=True):
        numbers = range(first, min(first + SHARD_EXCERPTS, size))
        write_shard(map(extracted, numbers), shard)


def training(folder: Path, size: int) -> None:
    from music_adversaries.datasets.magnitude_shards import Magnitudes
    from music_adversaries.systems.system import build_system
    from music_adversaries.training.loop import Recipe, train

    numbers = np.arange(size)
    fold = pd.DataFrame({"excerpt": numbers.astype(str), "split": "train"})
    fold["label"] = [LABELS[number % 10] for number in numbers]
    fold.loc[numbers % 4 == 1, "split"] = "valid"
    fold.loc[numbers % 4 == 2, "split"] = "test"
    magnitudes = Magnitudes(shards(folder, size))
    train(build_system(*NETWORK, LABELS), magnitudes, fold, Recipe(**RECIPE), seed=1)


def attack(name: str, pattern: str, folder: Path, size: int) -> None:
    from music_adversaries.adversaries.batches import attack_excerpts
    from music_adversaries.adversaries.methods import settings_of
    from music_adversaries.audio.files import Excerpts, write_float_wav
    from music_adversaries.systems.system import build_system

    system = build_system(*NETWORK, LABELS).eval().requires_grad_(False)
    originals = Excerpts([folder / pattern.format(n % FILES) for n in range(size)])
    targets = [LABELS[number % 10] for number in range(size)]
    at_once = {**ATTACKS["the 2015 adversary"], "stop_confidence": 0}
    settings = settings_of(ATTACKS.get(name, at_once), 15)
    for _, _, waveform in attack_excerpts(system, originals, targets, settings):
        write_float_wav(folder / "adversarial.wav", waveform)


def shards(folder: Path, size: int) -> list[Path]:
    return [folder / f"{size}_{first}.npy" for first in range(0, size, SHARD_EXCERPTS)]


def main():
    options = parse_options()
    os.environ.update(allocator.ENVIRONMENT)  # as jobs have it
    work = {"features": (features, ()), "a training epoch": (training, ())}
    work |= {name: (attack, (name, "short{}.wav")) for name in ATTACKS}
    spent = {name: [] for name in work}
    peaks = dict.fromkeys(work, 0.0)
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place)
        write_files(folder)
        for turn in range(options.repetitions):
            print(f"turn {turn + 1} of {options.repetitions}", file=sys.stderr)
            for found in spent.values():
                found.append([])
            for size in options.sizes:
                for name, (way, arguments) in work.items():
                    cost, peak = measured(way, *arguments, folder, size)
                    spent[name][-1].append(cost)
                    peaks[name] = max(peaks[name], peak)
                for shard in shards(folder, size):
                    shard.unlink()
        tested = max(options.sizes) // 4
        peaks[f"{AT_ONCE}, {tested} × 30 s"] = measured(
            attack, AT_ONCE, "{}.wav", folder, tested
        )[1]
    report(options, spent, peaks)


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000, 3000])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--folder", help="where shards are put for a while")
    parser.add_argument("--rows", action="store_true", help="rows of all.py's table alone")
    return parser.parse_args()


def write_files(folder: Path) -> None:
    for number in range(FILES):
        waveform = music((number,), 30, SAMPLE_RATE)
        soundfile.write(folder / f"{number}.wav", waveform, SAMPLE_RATE, subtype="PCM_16")
        short = waveform[: 3 * SAMPLE_RATE]
        soundfile.write(folder / f"short{number}.wav", short, SAMPLE_RATE, subtype="PCM_16")


def measured(way: Callable, *arguments) -> tuple[Spent, float]:
    """What ``way(*arguments)`` takes of a new process, and its peak in GiB."""
    with ProcessPoolExecutor(1, get_context("spawn")) as worker:
        process = worker.submit(os.getpid).result()
        *others, size = arguments
        if way is training:
            worker.submit(features, *others, 4).result()
        worker.submit(timed, way, *others, 4).result()
        job = worker.submit(timed, way, *others, size)
        peak = 0.0
        while not job.done():
            peak = max(peak, anonymous_gib(process))
            time.sleep(0.005)
        return job.result(), peak


def timed(way: Callable, *arguments) -> Spent:
    import torch

    torch.set_num_threads(1)
    before = os.times()
    way(*arguments)
    after = os.times()
    user, system = after.user - before.user, after.system - before.system
    return Spent(user + system, user)


def anonymous_gib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) / 2**20


def exponents(sizes: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """The slopes of log cost on log size of each column of ``costs``."""
    return np.polyfit(np.log(sizes), np.log(costs), 1)[0]


def of_turns(found: np.ndarray) -> str:
    return f"{np.median(found):.2f} ({found.min():.2f} … {found.max():.2f})"


def report(options, spent: dict[str, list[list[Spent]]], peaks: dict[str, float]) -> None:
    """Print rows; of each way ``spent`` holds its turns, each with what every size cost."""
    sizes = np.array(options.sizes)
    against = f"a straight line over {' '.join(map(str, sizes))} excerpts"
    for name, turns in spent.items():
        both, user = np.array([exponents(sizes, np.array(turn)) for turn in turns]).T
        found = f"{of_turns(both)}; in user mode {of_turns(user)}"
        print(f"| {name}, exponent | {against} | ≤ {LARGEST_EXPONENT} | {found} |")
        if not options.rows:
            both, user = 1000 * np.median(turns, axis=0).T / sizes
            print(f"{name}, ms an excerpt: {both.round(2)}, in user mode {user.round(2)}")
    for name, peak in peaks.items():
        what = f"peak memory in GiB: {name}"
        print(f"| {what} | beyond the memory map | ≤ {MOST_GIB} | {peak:.2f} |")


if __name__ == "__main__":
    main()
