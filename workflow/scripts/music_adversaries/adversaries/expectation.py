"""An adversary on the waveform that survives transformations of music files.

The gradient is an expectation over transformations (Athalye et al. 2018): the mean of that of
the file itself and those after some transformations, drawn anew in each iteration.
Judgements that meet the goal already are left out of the mean, since one that is met by far
would outweigh another that is nearly met. An excerpt is done when the file itself and all
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
    """Those of `waveform`, whose SNR limit holds before any transformation, and two more."""

    transformations: list[Transformation]
    """From which are drawn, each at most once in an iteration."""
    draws: int
    """Transformations in an iteration; all of them if there are no more."""


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
    """As `waveform.as_written`: the mean gradient, and which excerpts all judgements agree on.

    The posterior is that of the points themselves. The draws depend on the iteration alone, so
    that an excerpt's result does not depend on the batch.
    """
    gradient, posterior, done = waveform.as_written(system, points, cost, met, iteration)
    total = torch.where(done[:, None], 0.0, gradient)
    drawn = np.random.default_rng(iteration).permutation(len(transformations))[:draws]
    for number in drawn:
        before = partial(_Through.apply, transformation=transformations[number], seed=iteration)
        gradient, judged = slope(system, points, cost, before)
        won = met(judged)
        total = total + torch.where(won[:, None], 0.0, gradient)
        done = done & won
    return total / (1 + len(drawn)), posterior, done


class _Through(torch.autograd.Function):
    """The real transformation of waveforms ``(excerpts, samples)``; backward, its adjoint.

    On the CPU, where codecs are. Noise is drawn from ``seed``, the same for each excerpt.
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
