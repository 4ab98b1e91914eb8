"""Whether a system's gradients are such that an adversary can follow them.

Where the gradient is zero, or says nothing of how the cost goes on, adversaries fail against
a system that is no more robust for it (Athalye, Carlini and Wagner 2018; Carlini et al.
2019). Two costs are looked at: the cross-entropy of the paper's adversary, and the distance
to where the label turns, which the others go down.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from music_adversaries.adversaries.descent import slope
from music_adversaries.adversaries.goals import Goal, boundary
from music_adversaries.audio import stft
from music_adversaries.progress import counted
from music_adversaries.systems.system import System

STEPS_SNR_DB = (140, 80)
"""SNRs of the changes by which costs are differenced: one so small that the difference is
the derivative if anything is, and one just below what 16 bits can hold."""


def summed_cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy ``(excerpts,)`` of the target, summed over units (Kereliuk et al. 2015)."""
    wanted = targets[:, None].expand(scores.shape[:2])
    return cross_entropy(scores.transpose(1, 2), wanted, reduction="none").sum(dim=-1)


COSTS: dict[str, Callable[..., Tensor]] = {
    "cross_entropy": summed_cross_entropy,
    "boundary": partial(boundary, Goal("reach", stop_confidence=0.0)),
}
"""Costs ``(excerpts,)`` of scores ``(excerpts, units, classes)`` and targets."""


def check_gradients(
    system: System, waveforms: Sequence[np.ndarray], targets: Sequence[str]
) -> Iterator[tuple[int, dict]]:
    """The gradients at each of ``waveforms`` ``(samples,)`` of the costs of its target label.

    Yields a waveform's position and a row for each of `COSTS`: ``predicted_clean``, the
    label as it is; ``cost``; ``gradient_norm``, Euclidean, in nats over a full scale of 1;
    ``zero_share``, the share of the samples that the system hears where the gradient is
    exactly 0; and for each of `STEPS_SNR_DB` ``difference_error_*db``, by what share of the
    norm the cost's central difference along the gradient departs from it. The gradient is
    the one in float32 that adversaries follow, the difference is taken in float64. A forest
    has the gradients of the DNN whose activations it takes.
    """
    exact = copy.deepcopy(system).double()
    pairs = counted(list(zip(waveforms, targets, strict=True)), "excerpts")
    for number, (waveform, label) in enumerate(pairs):
        point = torch.from_numpy(waveform)[None].to(system.device)
        target = torch.tensor([system.labels.index(label)], device=system.device)
        for name, cost in COSTS.items():
            towards = partial(cost, targets=target)
            gradient, posterior = slope(system, point, towards)
            heard = gradient[0, : heard_samples(system, len(waveform))]
            about = {"predicted_clean": system.labels[int(posterior.argmax())], "cost": name}
            figures = {
                "gradient_norm": float(torch.linalg.vector_norm(gradient.double())),
                "zero_share": float((heard == 0).double().mean()),
            }
            errors = {
                f"difference_error_{step}db": difference_error(
                    exact, point, gradient, towards, step
                )
                for step in STEPS_SNR_DB
            }
            yield number, {**about, **figures, **errors}


def heard_samples(system: System, samples: int) -> int:
    """How many of so many samples reach a unit of the system: whole units of whole frames."""
    frames = stft.frame_count(samples) // system.unit_frames * system.unit_frames
    return stft.span(0, frames)[1]


@torch.no_grad()
def difference_error(
    exact: System,
    point: Tensor,
    gradient: Tensor,
    cost: Callable[[Tensor], Tensor],
    step_snr_db: float,
) -> float:
    """``|d − n| / n``: of the ``cost``'s central difference d along a gradient of norm n.

    ``point`` and ``gradient`` are ``(1, samples)``; ``exact`` is the system in float64. NaN
    where the norm is 0, infinite or NaN.
    """
    point, gradient = point.double(), gradient.double()
    norm = float(torch.linalg.vector_norm(gradient))
    if norm == 0 or not math.isfinite(norm):
        return math.nan
    length = float(torch.linalg.vector_norm(point)) * 10 ** (-step_snr_db / 20)
    change = length / norm * gradient
    above, below = (
        float(cost(exact(exact.front_end(point + sign * change)))) for sign in (1, -1)
    )
    return abs((above - below) / (2 * length) - norm) / norm
