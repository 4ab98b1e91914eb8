"""The time until every excerpt reaches its target, against Foolbox, ART and torchattacks.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/reach.py --rows

In the environment of `peers.py`. Renders 60 excerpts of the studio and trains a DNN on others,
by other artists; or takes ``--model`` and ``--files``. Targets are drawn from the classes that
an excerpt is not judged as. All ways attack the same batches, one thread, and are judged alike:
on the waveform in 16 bits, whose SNR must not be below the limit. Excerpts that neither
`waveform` nor a peer of many small steps reaches are left out beforehand.

`waveform`, as the config has it by default, stops by itself. The peers do not: each gets the
cheapest pair of `ITERATIONS` and `STEPS` with which it reaches all targets, and the run with
these alone is timed, not the search for them; all three take the same steps, so the search of
one begins where that of another ended. Since Foolbox and torchattacks take one radius a
batch, all excerpts are brought to one level beforehand, for all ways.
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import torch
from peers import PEERS, SLACK_DB, Judgement, radius
from ratios import HEADER, in_turn, row
from torch import Tensor

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.adversaries import constraints, methods
from music_adversaries.adversaries.batches import equal_batches
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.experiment.configuration import complete
from music_adversaries.studio import GENRES, plan_tracks, render_track
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import System, build_system
from music_adversaries.training.loop import Recipe, train

ARTISTS, ATTACKED, VALIDATING = 7, 3, 1
"""Of a genre, a track each; how many are attacked, and how many of the rest validate."""
TRACK_S = 6.0
STEPS = (0.05, 0.1, 0.2, 0.4)
"""Shares of the radius, for the peers."""
ITERATIONS = (4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128)
CONFIG = complete({"datasets": {"made": {"loader": "studio"}}})


@dataclass(frozen=True)
class Task:
    """What all ways are given."""

    system: System
    waveforms: Tensor
    """``(excerpts, samples)``, of one level."""
    targets: Tensor
    snr_db: float

    def only(self, some: Tensor | list[int]) -> Self:
        return replace(self, waveforms=self.waveforms[some], targets=self.targets[some])

    def batches(self) -> list[Self]:
        """The batches in which the project attacks."""
        samples = self.waveforms.shape[1]
        return [self.only(some) for some in equal_batches([samples] * len(self.waveforms))]

    @torch.no_grad()
    def reached(self, found: Tensor) -> Tensor:
        """Which excerpts ``(excerpts,)`` are judged as their target within the SNR limit."""
        as_file = [constraints.SampleRange(), constraints.Grid()]
        written = constraints.in_order(as_file, found, self.waveforms)
        labels = self.system.posterior(self.system.front_end(written)).argmax(dim=-1)
        inner = slice(stft.EDGE, -stft.EDGE)
        snr_db = stft.snr_db(self.waveforms[:, inner], found[:, inner], dims=1)
        return (labels == self.targets) & (snr_db >= self.snr_db - SLACK_DB)


Way = Callable[[Task], Tensor]
"""Takes a batch, returns waveforms ``(excerpts, samples)``."""


def ours(batch: Task) -> Tensor:
    settings = methods.settings_of(CONFIG["adversaries"]["waveform"], batch.snr_db)
    attack = methods.attack_of(settings)
    found = attack(batch.system, batch.waveforms, batch.targets, settings)
    return torch.from_numpy(np.stack([each.waveform for each in found]))


def peer(name: str, iterations: int, step: float) -> Way:
    def way(batch: Task) -> Tensor:
        model = Judgement(batch.system)
        largest = radius(batch.waveforms[0].numpy(), batch.snr_db)
        return PEERS[name](model, batch.waveforms, batch.targets, largest, step, iterations)

    return way


def main():
    options = parse_options()
    torch.set_num_threads(1)
    if options.model:
        system = load_system(options.model)
        excerpts = [read_excerpt(file, options.seconds) for file in options.files]
    else:
        system, excerpts = made()
    waveforms = torch.from_numpy(of_one_level(np.stack(excerpts)))
    task = Task(system, waveforms, drawn_targets(system, waveforms), options.snr)
    task = task.only(within_reach(task))
    if not reaches_all(ours, task):
        raise SystemExit("A peer reached targets that `waveform` did not reach.")
    ways = {"waveform": ours}
    runs = list(itertools.product(ITERATIONS, STEPS))
    for name in PEERS:
        runs = cheapest(task, name, runs)
        iterations, step = runs[0]
        ways[f"{name}, {iterations} steps of {step:g}"] = peer(name, iterations, step)
    timed = {name: partial(seconds_of, way, task) for name, way in ways.items()}
    report(options, in_turn(timed, options.repetitions), len(task.targets), len(excerpts))


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", action="store_true", help="print the row of all.py alone")
    parser.add_argument("--model", type=Path, help="a trained system of a run")
    parser.add_argument("--files", type=Path, nargs="+", help="audio to attack, with --model")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each file")
    parser.add_argument("--snr", type=float, default=25.0, help="the limit in dB")
    parser.add_argument("--repetitions", type=int, default=5)
    return parser.parse_args()


def made() -> tuple[System, list[np.ndarray]]:
    """A DNN and excerpts, of half a track each, by artists that it was not trained on."""
    plan = plan_tracks(GENRES, ARTISTS, 1, {}, seed=1)
    number = plan.groupby("label").cumcount()
    tracks = {
        track.file: render_track(track.genre, track.artist, track.track, "none", TRACK_S, 1)
        for track in plan.itertuples()
    }
    attacked = plan.file[number < ATTACKED]
    halves = [half for file in attacked for half in np.split(tracks[file], 2)]
    fold = plan.assign(excerpt=plan.file, split="train")
    fold.loc[number < ATTACKED + VALIDATING, "split"] = "valid"
    return trained(fold[number >= ATTACKED], tracks), halves


def trained(fold: pd.DataFrame, tracks: dict[str, np.ndarray]) -> System:
    config = CONFIG["architectures"]["dnn"]
    system = build_system(config["network"], config["options"], sorted(set(fold.label)))
    rows = (
        ({"excerpt": file}, stft.magnitudes(torch.from_numpy(tracks[file])).numpy())
        for file in fold.excerpt
    )
    with tempfile.TemporaryDirectory() as folder:
        shard = Path(folder) / "magnitudes.npy"
        write_shard(rows, shard)
        recipe = Recipe(**CONFIG["recipes"][config["recipe"]])
        train(system, Magnitudes([shard]), fold, recipe, seed=1)
    return system.requires_grad_(False)


def of_one_level(waveforms: np.ndarray) -> np.ndarray:
    """Waveforms ``(excerpts, samples)`` with one radius, as loud as the samples' range lets."""
    radii = np.array([[radius(waveform, 0.0)] for waveform in waveforms])
    peaks = np.abs(waveforms).max(axis=1, keepdims=True)
    return (waveforms / radii * (radii / peaks).min()).astype(np.float32)


def drawn_targets(system: System, waveforms: Tensor) -> Tensor:
    """Classes ``(excerpts,)`` that the waveforms ``(excerpts, samples)`` are not judged as."""
    labels = Judgement(system)(waveforms).argmax(dim=-1)
    others = np.random.default_rng(1).integers(1, len(system.labels), len(labels))
    return (labels + torch.from_numpy(others)) % len(system.labels)


def within_reach(task: Task) -> Tensor:
    """Which excerpts ``(excerpts,)`` `waveform` reaches, or else a peer of many small steps."""
    reached = torch.cat([batch.reached(ours(batch)) for batch in task.batches()])
    if not bool(reached.all()):
        patient = peer(next(iter(PEERS)), max(ITERATIONS), min(STEPS))
        rest = task.only(~reached)
        reached[~reached] = torch.cat([each.reached(patient(each)) for each in rest.batches()])
    return reached


def cheapest(task: Task, name: str, runs: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Those of ``runs`` (iterations, step) from the first on with which all is reached."""
    for number, (iterations, step) in enumerate(runs):
        if reaches_all(peer(name, iterations, step), task):
            return runs[number:]
    raise SystemExit(f"{name} does not reach all targets in {runs[-1][0]} iterations.")


def reaches_all(way: Way, task: Task) -> bool:
    return all(bool(batch.reached(way(batch)).all()) for batch in task.batches())


def seconds_of(way: Way, task: Task) -> float:
    """Processor time in s that a way takes for all batches."""
    start = time.process_time()
    for batch in task.batches():
        way(batch)
    return time.process_time() - start


def report(
    options: argparse.Namespace, seconds: dict[str, list[float]], attacked: int, offered: int
) -> None:
    mine, *peers = seconds
    best = min(peers, key=lambda name: statistics.median(seconds[name]))
    if not options.rows:
        print(
            f"{attacked} of {offered} excerpts within reach at {options.snr:g} dB, all reached"
        )
        print("\n| way | processor time s: median (least … most) |\n| --- | --- |")
        for name, spent in seconds.items():
            spread = f"{min(spent):.2f} … {max(spent):.2f}"
            print(f"| {name} | {statistics.median(spent):.2f} ({spread}) |")
        print(f"\n{HEADER}")
    what = f"time to reach 100 % success at {options.snr:g} dB on {attacked} excerpts"
    print(row(what, best, "≤ 0.5", seconds[mine], seconds[best]))


if __name__ == "__main__":
    main()
