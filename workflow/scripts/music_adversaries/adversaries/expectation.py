"""The adversary on the waveform that shall survive what happens to music files.

The gradient is the expectation over transformations (Athalye et al. 2018): the mean of that
at the file itself and those after some transformations, drawn anew at each iteration. What is
judged as wanted already has no part in it: else one transformation that is won by much would
outweigh another that is hardly lost. An excerpt is done when the file itself and all that was
drawn with it are judged as wanted: what was not drawn in that iteration need not be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries import waveform
from music_adversaries.adversaries.descent import slope
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.audio.transformations import Transformation, adjoint, transform
from music_adversaries.systems.system import System


@dataclass(frozen=True, kw_only=True)
class Settings(waveform.Settings):
    """Those of `waveform`, whose SNR limit holds before any transformation, and two more."""

    transformations: list[Transformation]
    """What is drawn from, each no more than once an iteration."""
    draws: int
    """Transformations in an iteration; all of them where there are no more."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """As `waveform.attack`, in view of the transformations."""
    look = partial(expected, settings.transformations, settings.draws)
    return waveform.attack(system, waveforms, targets, settings, progress, look)


def expected(
    transformations: list[Transformation],
    draws: int,
    system: System,
    points: Tensor,
    cost: Callable[[Tensor], Tensor],
    met: Callable[[Tensor], Tensor],
    iteration: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Like `waveform.as_written`: the mean gradient, and who is done by all judgements.

    The posterior is that of the points themselves. What is drawn depends on the iteration
    alone, so that an excerpt's result does not depend on those beside it.
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
    """The real transformation of waveforms ``(excerpts, samples)``, and backward its adjoint.

    On the CPU, as codecs are. Noise is drawn from ``seed``, the same for each excerpt.
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
