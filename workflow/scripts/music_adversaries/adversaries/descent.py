"""What adversaries on the waveform share: excerpts, norms, gradients, results."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import SnrBall, quick_norms_of
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass(frozen=True, kw_only=True)
class WaveformSettings:
    """What adversaries on the waveform are told besides what is their own."""

    stop_confidence: float
    """Mean posterior that the wanted class has to exceed, besides being the label."""
    goal: str = "reach"
    """To ``reach`` the target, or to ``leave`` it."""
    snr_limit_db: float = -math.inf
    """Least SNR between waveforms; −inf for none."""


@dataclass
class Excerpts:
    """Excerpts that are attacked together; every field has them as its first dimension."""

    index: Tensor
    originals: Tensor
    targets: Tensor

    def only(self, kept: Tensor) -> Self:
        """Those where ``kept`` ``(excerpts,)`` is true."""
        if bool(kept.all()):
            return self
        return type(self)(**{name: value[kept] for name, value in vars(self).items()})


def slope(
    system: System,
    waveforms: Tensor,
    cost: Callable[[Tensor], Tensor],
    before: Callable[[Tensor], Tensor] = lambda waveforms: waveforms,
) -> tuple[Tensor, Tensor]:
    """Gradient of ``cost`` at waveforms ``(excerpts, samples)``, and how they are judged.

    ``cost`` takes the scores ``(excerpts, units, classes)`` that the system gives and
    returns costs ``(excerpts,)``; ``before`` is what happens to waveforms before the system,
    which judges what comes of it. Returns the gradient, of the waveforms' shape, and the
    system's posterior ``(excerpts, classes)``. Where a magnitude is 0 it has no gradient,
    and torch takes 0, which is among its subgradients.
    """
    point = waveforms.detach().requires_grad_(True)
    magnitudes = system.front_end(before(point))
    scores = system(magnitudes)
    (gradient,) = torch.autograd.grad(cost(scores).sum(), point)
    return gradient, system.posterior(magnitudes.detach(), scores.detach())


def largest_norms(originals: Tensor, snr_limit_db: float) -> Tensor:
    """Norms ``(excerpts, 1)`` of the largest changes of ``(excerpts, samples)``.

    Without a limit (−inf), those of a change as strong as the excerpt, at 0 dB: what has one
    length needs some length.
    """
    limit_db = 0.0 if snr_limit_db == -math.inf else snr_limit_db
    return SnrBall(limit_db).radius(originals).to(originals)


def of_norm(changes: Tensor, norms: Tensor | float) -> Tensor:
    """Changes ``(excerpts, samples)`` scaled to ``norms`` ``(excerpts, 1)``; zeros stay."""
    now = quick_norms_of(changes).to(changes)
    # Divided first, since a gradient may be as small as float32 goes.
    return changes / torch.where(now > 0, now, torch.inf) * norms


def cosine(iteration: int, most_iterations: int) -> float:
    """A step's share of the first: 1, falling along half a cosine to 0 at the end."""
    return (1 + math.cos(math.pi * iteration / most_iterations)) / 2


def results_of(
    points: Tensor, posterior: Tensor, targets: Tensor, iterations: int
) -> list[Adversarial]:
    """What an attack returns of excerpts that ended at ``points`` ``(excerpts, samples)``.

    ``posterior`` ``(excerpts, classes)`` is the judgement of these points.
    """
    confidence = posterior.gather(1, targets[:, None])[:, 0]
    return [
        Adversarial(
            magnitudes=stft.magnitudes(point).cpu().numpy(),
            waveform=point.cpu().numpy(),
            confidence=float(sure),
            iterations=iterations,
        )
        for point, sure in zip(points, confidence, strict=True)
    ]


def collect(
    results: dict[int, Adversarial],
    done: Excerpts,
    points: Tensor,
    posterior: Tensor,
    iterations: int,
) -> None:
    """Put what is returned of the excerpts that are ``done`` into ``results``, by index."""
    found = results_of(points, posterior, done.targets, iterations)
    results.update(zip(done.index.tolist(), found, strict=True))
