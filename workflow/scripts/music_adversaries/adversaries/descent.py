"""Code that adversaries share: excerpts, norms, gradients, results, and projected descent."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Constraint,
    SnrBall,
    in_order,
    quick_norms_of,
    written,
)
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass
class Adversarial:
    """The result of an attack on one excerpt."""

    magnitudes: np.ndarray
    """``(frames, bins)``, those that were judged before the WAV was written."""
    waveform: np.ndarray
    """``(samples,)``"""
    confidence: float
    """Mean posterior of the target, for ``magnitudes``."""
    iterations: int


@dataclass(frozen=True, kw_only=True)
class WaveformSettings:
    """The settings that iterative adversaries on the waveform have in common."""

    stop_confidence: float
    """Mean posterior that the wanted class has to exceed, besides being the label."""
    goal: str = "reach"
    """To ``reach`` the target, or to ``leave`` it."""
    snr_limit_db: float = -math.inf
    """Least SNR between waveforms; −inf for none."""


@dataclass
class Excerpts:
    """Excerpts that are attacked together, along the first dimension of every field."""

    index: Tensor
    originals: Tensor
    targets: Tensor

    @classmethod
    def of(cls, waveforms: Tensor, targets: Tensor, **fields: Tensor) -> Self:
        """The excerpts ``waveforms`` ``(excerpts, samples)``, with the fields of a subclass."""
        index = torch.arange(len(waveforms), device=waveforms.device)
        return cls(index, waveforms, targets, **fields)

    def only(self, kept: Tensor) -> Self:
        """The excerpts for which ``kept`` ``(excerpts,)`` is true."""
        if bool(kept.all()):
            return self
        return type(self)(**{name: value[kept] for name, value in vars(self).items()})


@dataclass
class Iterates(Excerpts):
    """The state of `descend`; adversaries may add fields."""

    iterates: Tensor


State = TypeVar("State", bound=Iterates)


def descend(
    state: State,
    limits: Sequence[Constraint],
    most_iterations: int,
    look: Callable[[Tensor, Tensor, int], tuple[Tensor, Tensor, Tensor]],
    move: Callable[[State, Tensor, int], Tensor],
    progress: Callable[[int], object],
) -> list[Adversarial]:
    """Projected descent until the goal is met, or for ``most_iterations``.

    Every iterate is judged as it would be written, in 16 bits. An excerpt leaves the batch
    when it is done. All results satisfy ``limits``, successful or not. ``look`` takes points
    ``(excerpts, samples)``, their targets and the iteration, and returns a gradient of the
    points' shape, posteriors ``(excerpts, classes)``, and which excerpts are done. ``move``
    takes the state, the gradient and the iteration, and returns the next iterates, which are
    then projected onto the limits.
    """
    results: dict[int, Adversarial] = {}
    for iteration in range(most_iterations + 1):
        points = written(limits, state.iterates, state.originals)
        gradient, posterior, done = look(points, state.targets, iteration)
        done = done | (iteration == most_iterations)
        collect(results, state.only(done), points[done], posterior[done], iteration)
        progress(int(done.sum()))
        state, gradient = state.only(~done), gradient[~done]
        if len(state.index) == 0:
            break
        state.iterates = in_order(limits, move(state, gradient, iteration), state.originals)
    return [results[number] for number in sorted(results)]


def slope(
    system: System,
    waveforms: Tensor,
    cost: Callable[[Tensor], Tensor],
    before: Callable[[Tensor], Tensor] = lambda waveforms: waveforms,
) -> tuple[Tensor, Tensor]:
    """Gradient of ``cost`` at waveforms ``(excerpts, samples)``, and their posteriors.

    ``cost`` takes the system's scores ``(excerpts, units, classes)`` and returns costs
    ``(excerpts,)``; ``before`` transforms the waveforms before the system judges them.
    Returns the gradient, of the waveforms' shape, and the posteriors ``(excerpts, classes)``.
    A magnitude of 0 has no gradient; torch takes 0, which is one of its subgradients.
    """
    point = waveforms.detach().requires_grad_(True)
    magnitudes = system.front_end(before(point))
    scores = system(magnitudes)
    (gradient,) = torch.autograd.grad(cost(scores).sum(), point)
    return gradient, system.posterior(magnitudes.detach(), scores.detach())


def largest_norms(originals: Tensor, snr_limit_db: float) -> Tensor:
    """Norms ``(excerpts, 1)`` of the largest changes of ``(excerpts, samples)``.

    Without a limit (−inf), these are the norms at 0 dB, for methods that need some norm.
    """
    limit_db = 0.0 if snr_limit_db == -math.inf else snr_limit_db
    return SnrBall(limit_db).radius(originals).to(originals)


def of_norm(changes: Tensor, norms: Tensor | float) -> Tensor:
    """Changes ``(excerpts, samples)`` scaled to ``norms`` ``(excerpts, 1)``; zeros stay."""
    now = quick_norms_of(changes).to(changes)
    # Divided first, since a gradient may be as small as float32 allows.
    return changes / torch.where(now > 0, now, torch.inf) * norms


def cosine(iteration: int, most_iterations: int) -> float:
    """The length of a step relative to the first: half a cosine from 1 to 0."""
    return (1 + math.cos(math.pi * iteration / most_iterations)) / 2


def results_of(
    points: Tensor, posterior: Tensor, targets: Tensor, iterations: int
) -> list[Adversarial]:
    """The results of attacks that end at ``points`` ``(excerpts, samples)``.

    ``posterior`` ``(excerpts, classes)`` is the judgement of these points.
    """
    confidences = posterior.gather(1, targets[:, None])[:, 0].tolist()
    return [
        Adversarial(
            stft.magnitudes(point).cpu().numpy(), point.cpu().numpy(), confidence, iterations
        )
        for point, confidence in zip(points, confidences, strict=True)
    ]


def collect(
    results: dict[int, Adversarial],
    done: Excerpts,
    points: Tensor,
    posterior: Tensor,
    iterations: int,
) -> None:
    """Put the results of the excerpts that are ``done`` into ``results``, by their index."""
    found = results_of(points, posterior, done.targets, iterations)
    results.update(zip(done.index.tolist(), found, strict=True))
