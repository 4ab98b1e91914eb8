"""Projected gradient descent on waveforms, against Foolbox, ART and torchattacks.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
        python benchmarks/peers.py results/studio/…/model.safetensors FILE … --snr 30 40

In an environment of its own, which has `benchmarks/peers-requirements.txt` besides the
project's. Every way gets the same system, excerpts, targets (the class after the one that
the excerpt is judged as), SNR limit and most iterations, and is judged alike: on its
waveform in 16 bits, whose SNR must not be below the limit. `waveform` and `pgd`
have their own steps and stop once an excerpt is judged as its target; those of the peers,
which never stop early, are as long as the first of `waveform`.

Prints how many excerpts reached their target, how many gradients that took, and the processor
time of one gradient, with all that goes with it, and second of audio as a ratio to a bare
forward and backward pass. Ours judge every point as they take its gradient, the last included:
one gradient more than they count iterations.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.adversaries import constraints, methods
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt
from music_adversaries.experiment.configuration import complete
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import System

SLACK_DB = 0.01
"""By how much an SNR may be below the limit: peers keep it to float32's rounding."""


class Judgement(torch.nn.Module):
    """A system as peers want one: waveforms ``(excerpts, samples)`` to logits."""

    def __init__(self, system: System):
        super().__init__()
        self.system = system
        self.eval()  # peers leave a model in the mode in which they found it

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        scores = self.system(self.system.front_end(waveforms))
        return scores.log_softmax(dim=-1).logsumexp(dim=-2)


def ours(name: str) -> Callable:
    adversary = complete({"datasets": {"made": {"loader": "studio"}}})["adversaries"][name]

    def attack(system, waveform, target, snr_db, iterations):
        settings = methods.settings_of({**adversary, "most_iterations": iterations}, snr_db)
        (found,) = methods.attack_of(settings)(
            system, torch.from_numpy(waveform)[None], torch.tensor([target]), settings
        )
        return found.waveform, found.iterations + 1

    return attack


def peer(attack: Callable) -> Callable:
    def alone(system, waveform, target, snr_db, iterations):
        batch = torch.from_numpy(waveform)[None], torch.tensor([target])
        largest = radius(waveform, snr_db)
        found = attack(Judgement(system), *batch, largest, STEP, iterations)
        return found[0].numpy(), iterations

    return alone


def foolbox(model, waveforms, targets, largest, step, iterations):
    import foolbox as peer

    attack = peer.attacks.L2ProjectedGradientDescentAttack(
        rel_stepsize=step, steps=iterations, random_start=False
    )
    criterion = peer.criteria.TargetedMisclassification(targets)
    bounded = peer.PyTorchModel(model, bounds=(-1, 1))
    _, (found,), _ = attack(bounded, waveforms, criterion, epsilons=[largest])
    return found


def art(model, waveforms, targets, largest, step, iterations):
    from art.attacks.evasion import ProjectedGradientDescentPyTorch
    from art.estimators.classification import PyTorchClassifier

    classes = len(model.system.labels)
    classifier = PyTorchClassifier(
        model,
        loss=torch.nn.CrossEntropyLoss(),
        input_shape=waveforms.shape[1:],
        nb_classes=classes,
        clip_values=(-1, 1),
        device_type="cpu",
    )
    attack = ProjectedGradientDescentPyTorch(
        classifier,
        norm=2,
        eps=largest,
        eps_step=step * largest,
        max_iter=iterations,
        targeted=True,
        verbose=False,
    )
    wanted = np.eye(classes)[targets.numpy()]
    return torch.from_numpy(attack.generate(waveforms.numpy(), wanted))


def torchattacks(model, waveforms, targets, largest, step, iterations):
    """Its points are images from 0 to 1, of height 1: half as large as waveforms."""
    import torchattacks as peer

    attack = peer.PGDL2(
        torch.nn.Sequential(FromImages(), model).eval(),
        eps=largest / 2,
        alpha=step * largest / 2,
        steps=iterations,
        random_start=False,
    )
    attack.set_device(waveforms.device)
    attack.set_mode_targeted_by_label(quiet=True)
    images = (waveforms[:, None, None] + 1) / 2
    return FromImages()(attack(images, targets))


class FromImages(torch.nn.Module):
    """Waveforms ``(excerpts, samples)`` of `torchattacks`' images."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return 2 * images[:, 0, 0] - 1


PEERS = {
    "Foolbox L2 PGD": foolbox,
    "ART L2 PGD": art,
    "torchattacks PGDL2": torchattacks,
}
"""Take a `Judgement`, waveforms ``(excerpts, samples)``, targets ``(excerpts,)``, the largest
norm of a change, a step as a share of it and iterations; return waveforms."""
STEP = 0.2
"""Of a peer, as a share of the radius: `waveform`'s first."""
WAYS = {
    "waveform": ours("waveform"),
    "pgd": ours("pgd"),
    **{name: peer(attack) for name, attack in PEERS.items()},
}


def radius(waveform: np.ndarray, snr_db: float) -> float:
    ball = constraints.SnrBall(snr_db)
    return float(ball.radius(torch.from_numpy(waveform)[None])) * (1 - constraints.ROUNDING)


def main():
    options = parse_options()
    torch.set_num_threads(1)
    system = load_system(options.model)
    excerpts = [read_excerpt(file, options.seconds) for file in options.files]
    targets = [(label(system, excerpt) + 1) % len(system.labels) for excerpt in excerpts]
    bare = bare_seconds(system, excerpts[0])
    print(f"{len(excerpts)} excerpts, {options.iterations} iterations; a bare forward and")
    print(f"backward pass takes {1000 * bare:.2f} ms of processor time a second of audio\n")
    print("| SNR limit dB | way | reached | below the limit | gradients | × bare pass |")
    print("| --- | --- | --- | --- | --- | --- |")
    for snr_db in options.snr:
        for name, way in WAYS.items():
            runs = [
                measure(way, system, excerpt, target, snr_db, options.iterations)
                for excerpt, target in zip(excerpts, targets, strict=True)
            ]
            reached, broken, gradients, times = (
                np.array(column) for column in zip(*runs, strict=True)
            )
            print(
                f"| {snr_db:g} | {name} | {reached.sum()} of {len(runs)} | {broken.sum()} |"
                f" {gradients.mean():.0f} | {np.median(times):.2f} |",
                flush=True,
            )


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path, help="a trained system of a run")
    parser.add_argument("files", type=Path, nargs="+", help="audio to attack")
    parser.add_argument("--snr", type=float, nargs="+", default=[30.0], help="limits in dB")
    parser.add_argument("--iterations", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each file")
    return parser.parse_args()


@torch.no_grad()
def label(system: System, waveform: np.ndarray) -> int:
    magnitudes = system.front_end(torch.from_numpy(waveform)[None])
    return int(system.posterior(magnitudes)[0].argmax())


def measure(way, system, excerpt, target, snr_db, iterations):
    """Whether the target was reached, whether the limit was broken, gradients, × bare pass.

    The bare pass is taken anew beside every attack, since a machine's speed changes.
    """
    bare = bare_seconds(system, excerpt)
    start = time.process_time()
    found, done = way(system, excerpt, target, snr_db, iterations)
    seconds = time.process_time() - start
    written = constraints.Grid().project(torch.from_numpy(found)[None], None)[0].numpy()
    reached = label(system, written) == target
    broken = stft.waveform_snr_db(excerpt, found) < snr_db - SLACK_DB
    length = len(excerpt) / 22050
    return reached and not broken, broken, done, seconds / done / length / bare


def bare_seconds(system: System, excerpt: np.ndarray) -> float:
    """Processor time in s of a pass through front end and system, a second of audio."""
    point, passes = torch.from_numpy(excerpt)[None], 8
    start = time.process_time()
    for _ in range(passes):
        leaf = point.clone().requires_grad_(True)
        torch.autograd.grad(system(system.front_end(leaf)).sum(), leaf)
    return (time.process_time() - start) / passes / (len(excerpt) / 22050)


if __name__ == "__main__":
    main()
