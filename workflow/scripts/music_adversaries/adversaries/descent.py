"""What adversaries whose iterate is the waveform share: excerpts, gradients, results."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from music_adversaries import spectra
from music_adversaries.adversaries.constraints import norms_of
from music_adversaries.adversaries.projected_gradient import Adversarial
from music_adversaries.systems import System


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


def of_norm(changes: Tensor, norms: Tensor | float) -> Tensor:
    """Changes ``(excerpts, samples)`` scaled to ``norms`` ``(excerpts, 1)``; zeros stay."""
    now = norms_of(changes).to(changes)
    # Divided first, since a gradient may be as small as float32 goes.
    return torch.where(now > 0, changes / now, 0.0) * norms


def cosine(iteration: int, most_iterations: int) -> float:
    """A step's share of the first: 1, falling along half a cosine to 0 at the end."""
    return (1 + math.cos(math.pi * iteration / most_iterations)) / 2


def result(point: Tensor, confidence: Tensor, iterations: int) -> Adversarial:
    """What an attack returns of an excerpt that ended at ``point`` ``(samples,)``."""
    return Adversarial(
        magnitudes=spectra.magnitudes(point).cpu().numpy(),
        waveform=point.cpu().numpy(),
        confidence=float(confidence),
        iterations=iterations,
    )
