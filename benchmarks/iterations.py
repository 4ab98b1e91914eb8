"""What an iteration of an adversary costs, beside a bare pass through the system attacked.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/iterations.py

The bare pass is the system's scores of magnitudes and their gradient there: of the very same
network for the DNN; for the CNN of one written with `torch.nn.Conv2d`, with the same weights.
Systems are untrained and excerpts are noise, which costs as much as music; nobody may succeed,
so that all excerpts stay for all iterations. Prints processor time of one thread in ms, medians
over interleaved repetitions, and the ratios to the bare pass; then what a second of audio costs
in excerpts of mixed lengths and of one, and with `--half` what autocast to 16 bits would save.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import bare
import numpy as np
import torch
from ratios import in_turn, row
from torch import Tensor

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.adversaries import paper, waveform
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.audio import stft
from music_adversaries.experiment.allocator import ENVIRONMENT
from music_adversaries.systems.system import System, build_system

RATE = 22050
LABELS = [str(number) for number in range(10)]
NEVER = 1.0
"""A confidence that no excerpt exceeds."""
TARGETS = {
    ("frame_dnn", "2015"): "≤ 1.2",
    ("frame_dnn", "waveform"): "≤ 1.3",
    ("slice_cnn", "2015"): "≤ 0.6",
    ("slice_cnn", "waveform"): "≤ 0.6",
}
NAMES = {"frame_dnn": "DNN", "slice_cnn": "CNN"}
BARE = {
    "frame_dnn": "bare forward + backward",
    "slice_cnn": "bare forward + input gradient by PyTorch's defaults",
}
PASSES = {"frame_dnn": 10, "slice_cnn": 2}
"""Of which a measurement is the mean."""
MIXED_S = np.linspace(4, 12, 9)
"""Seconds of excerpts whose mean is that of the default run's."""


def main():
    options = parse_options()
    keep_memory()
    torch.set_num_threads(1)
    for network in NAMES:
        times = iteration_times(network, options)
        report_iterations(network, times, options)
    report_lengths(lengths_times(options), options)
    if options.half:
        report_half(options)


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", action="store_true", help="of the table of ratios alone")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the excerpt")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--half", action="store_true", help="autocast too")
    return parser.parse_args()


def keep_memory() -> None:
    """Start again with the allocator's settings of the workflow's jobs, which are read once."""
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ENVIRONMENT)


def noise(seconds: float) -> Tensor:
    """Excerpts ``(1, samples)`` in 16 bits."""
    generator = torch.Generator().manual_seed(0)
    samples = 0.1 * torch.randn(1, round(seconds * RATE), generator=generator)
    return torch.round(samples * 2**15) / 2**15


def untrained(network: str, waveforms: Tensor) -> System:
    torch.manual_seed(0)
    system = build_system(network, {}, LABELS).eval().requires_grad_(False)
    frames = stft.magnitudes(waveforms).flatten(0, 1).double()
    system.standardisation.set_moments(frames.mean(0).numpy(), frames.var(0).numpy())
    return system


def by_defaults(system: System, magnitudes: Tensor) -> System:
    """The system with the CNN's network as one writes it first, which must score alike."""
    if not hasattr(system.network, "narrow"):
        return system
    network = bare.cnn().eval()
    network.unit_frames = system.network.unit_frames
    for own, bares in zip(system.network.parameters(), network.parameters(), strict=True):
        bares.data = own.data
    plain = System(network, LABELS).requires_grad_(False)
    plain.standardisation = system.standardisation
    torch.testing.assert_close(plain(magnitudes), system(magnitudes), rtol=1e-3, atol=1e-3)
    return plain


def settings_of(adversary: str, iterations: int):
    if adversary == "waveform":
        return waveform.Settings(
            step=0.2, most_iterations=iterations, stop_confidence=NEVER, snr_limit_db=25.0
        )
    return paper.Settings(
        step=0.1,
        most_iterations=iterations,
        stop_confidence=NEVER,
        consistency=True,
        snr_limit_db=15.0,
    )


ATTACKS = {"2015": paper.attack, "waveform": waveform.attack}


def iteration_times(network: str, options: argparse.Namespace) -> dict[str, list[float]]:
    """Seconds of the bare pass and of each adversary's iteration."""
    waveforms = noise(options.seconds)
    magnitudes = stft.magnitudes(waveforms)
    system = untrained(network, waveforms)
    bare = by_defaults(system, magnitudes)
    ways = {"bare": partial(pass_seconds, bare, magnitudes, PASSES[network])}
    for name in ATTACKS:
        ways[name] = partial(iteration_seconds, name, system, waveforms, PASSES[network])
    return in_turn(ways, options.repetitions)


def pass_seconds(system: System, magnitudes: Tensor, passes: int) -> float:
    start = time.process_time()
    for _ in range(passes):
        input_gradient(system, magnitudes)
    return (time.process_time() - start) / passes


def input_gradient(system: System, magnitudes: Tensor) -> Tensor:
    point = magnitudes.clone().requires_grad_(True)
    return torch.autograd.grad(system(point).sum(), point)[0]


def iteration_seconds(name: str, system: System, waveforms: Tensor, iterations: int) -> float:
    """Between the first iteration and the last, without what is done once an excerpt.

    The adversary tells its progress when a gradient has been taken and judged.
    """
    told: list[float] = []
    settings = settings_of(name, iterations + 1)
    targets = torch.zeros(len(waveforms), dtype=torch.long)
    ATTACKS[name](
        system, waveforms, targets, settings, lambda done: told.append(time.process_time())
    )
    return (told[iterations] - told[0]) / iterations


def report_iterations(
    network: str, times: dict[str, list[float]], options: argparse.Namespace
) -> None:
    for name in ATTACKS:
        what = f"one iteration of the {name} adversary, {NAMES[network]}"
        target = TARGETS[network, name]
        print(row(what, BARE[network], target, times[name], times["bare"]), flush=True)
    if not options.rows:
        for name, seconds in times.items():
            print(f"{NAMES[network]}, {name}: {milliseconds(seconds)} ms")


def milliseconds(seconds: Sequence[float]) -> str:
    ms = [1000 * each for each in seconds]
    return f"{statistics.median(ms):.1f} ({min(ms):.1f} … {max(ms):.1f})"


def lengths_times(options: argparse.Namespace) -> dict[str, list[float]]:
    """Seconds that as much audio takes in excerpts of mixed lengths and of one length."""
    system = untrained("frame_dnn", noise(options.seconds))
    ways: dict[str, Callable[[], float]] = {}
    for name, lengths in (
        ("mixed", MIXED_S),
        ("equal", np.full(len(MIXED_S), MIXED_S.mean())),
    ):
        excerpts = [noise(seconds)[0].numpy() for seconds in lengths]
        ways[name] = partial(attack_seconds, system, excerpts)
    return in_turn(ways, options.repetitions)


def attack_seconds(system: System, excerpts: list[np.ndarray]) -> float:
    start = time.process_time()
    targets = [LABELS[0]] * len(excerpts)
    for _ in attack_excerpts(system, excerpts, targets, settings_of("2015", 5)):
        pass
    return time.process_time() - start


def report_lengths(times: dict[str, list[float]], options: argparse.Namespace) -> None:
    print(
        row(
            "a second of audio in excerpts of mixed lengths, DNN, 2015",
            "in excerpts of one length",
            "≤ 1.10",
            times["mixed"],
            times["equal"],
        ),
        flush=True,
    )
    if not options.rows:
        for name, seconds in times.items():
            print(f"{name} lengths, {MIXED_S.sum():.0f} s: {milliseconds(seconds)} ms")


def report_half(options: argparse.Namespace) -> None:
    """Bare passes by autocast beside those in float32, and how far gradients turn."""
    waveforms = noise(options.seconds)
    magnitudes = stft.magnitudes(waveforms)
    for network, passes in PASSES.items():
        system = untrained(network, waveforms)
        ways = {"float32": partial(pass_seconds, system, magnitudes, passes)}
        for dtype in (torch.bfloat16, torch.float16):
            half = partial(in_half, dtype, pass_seconds, system, magnitudes, passes)
            ways[str(dtype).removeprefix("torch.")] = half
        times = in_turn(ways, options.repetitions)
        for name, seconds in times.items():
            ratios = [one / other for one, other in zip(seconds, times["float32"], strict=True)]
            print(f"{NAMES[network]}, {name}: {statistics.median(ratios):.2f} × float32")
        exact = input_gradient(system, magnitudes)
        for dtype in (torch.bfloat16, torch.float16):
            turned = in_half(dtype, input_gradient, system, magnitudes)
            error = float((turned - exact).norm() / exact.norm())
            print(f"{NAMES[network]}, {dtype}: gradient off by {100 * error:.2g} %")


def in_half(dtype: torch.dtype, call: Callable, *arguments):
    with torch.autocast("cpu", dtype=dtype):
        return call(*arguments)


if __name__ == "__main__":
    main()
