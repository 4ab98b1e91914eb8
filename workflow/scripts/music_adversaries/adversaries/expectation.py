"""An adversary on the waveform that survives transformations of music files.

The gradient is an expectation over transformations (Athalye et al. 2018): the mean of the
gradients for the file itself and after some transformations, drawn anew in each iteration.
Judgements that already meet the goal are left out of the mean, since one that meets it by far
would outweigh another that nearly meets it. An excerpt is done when the file itself and all
transformations drawn in that iteration meet the goal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries import waveform
from music_adversaries.adversaries.descent import Adversarial, slope
from music_adversaries.audio.transformations import Transformation, adjoint, transform
from music_adversaries.systems.system import System


@dataclass(frozen=True, kw_only=True)
class Settings(waveform.Settings):
    """Those of `waveform`, and two more; the SNR limit applies before transformations."""

    transformations: list[Transformation]
    """Those from which an iteration draws, each at most once."""
    draws: int
    """The number of transformations per iteration, at most all of them."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """As `waveform.attack`, with the judgement of `after_transformations`."""
    judge = partial(after_transformations, settings.transformations, settings.draws)
    return waveform.attack(system, waveforms, targets, settings, progress, judge)


def after_transformations(
    transformations: list[Transformation],
    draws: int,
    system: System,
    points: Tensor,
    cost: Callable[[Tensor], Tensor],
    met: Callable[[Tensor], Tensor],
    iteration: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """As `waveform.as_written`, with the mean gradient; done if all judgements meet the goal.

    The posterior is that of the points themselves. The draws depend only on the iteration, so
    that an excerpt's result does not depend on the batch.
    """
    gradient, posterior, done = waveform.as_written(system, points, cost, met, iteration)
    total = torch.where(done[:, None], 0.0, gradient)
    drawn = np.random.default_rng(iteration).permutation(len(transformations))[:draws]
    for number in drawn:
        before = partial(
            _Transformed.apply, transformation=transformations[number], seed=iteration
        )
        gradient, judged = slope(system, points, cost, before)
        is_met = met(judged)
        total = total + torch.where(is_met[:, None], 0.0, gradient)
        done = done & is_met
    return total / (1 + len(drawn)), posterior, done


class _Transformed(torch.autograd.Function):
    """Transformed waveforms ``(excerpts, samples)``; the gradient is that of `adjoint`.

    Computed on the CPU, as codecs need. Noise from ``seed`` is the same for each excerpt.
    """

    @staticmethod
    def forward(
        ctx: Any, waveforms: Tensor, transformation: Transformation, seed: int
    ) -> Tensor:
        ctx.transformation = transformation
        return _of_each(
            lambda each: transform(each, transformation, np.random.default_rng(seed)), waveforms
        )

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        back = _of_each(lambda each: adjoint(each, ctx.transformation), gradient)
        return back, None, None


def _of_each(change: Callable[[np.ndarray], np.ndarray], waveforms: Tensor) -> Tensor:
    changed = [change(each) for each in waveforms.detach().cpu().numpy()]
    return torch.from_numpy(np.stack(changed)).to(waveforms)
