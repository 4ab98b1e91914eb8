"""Checks whether an adversary can follow a system's gradients.

If the gradient is zero, or does not predict the cost, adversaries fail although the system is
not robust: its gradients are masked (Athalye, Carlini and Wagner 2018; Carlini et al. 2019).
Two costs are checked: the cross-entropy of the paper's adversary, and the distance to the
decision boundary, which the other adversaries minimise.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries.descent import slope
from music_adversaries.adversaries.goals import Goal, boundary, units_cross_entropy
from music_adversaries.audio import stft
from music_adversaries.progress import counted
from music_adversaries.systems.system import System

STEPS_SNR_DB = (140, 80)
"""SNRs of the changes for finite differences: one so small that the difference should equal
the derivative, and one just below the resolution of 16 bits."""


def summed_cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy ``(excerpts,)`` of the targets, summed over units, as in the paper."""
    return units_cross_entropy(scores, targets).sum(dim=-1)


COSTS: dict[str, Callable[..., Tensor]] = {
    "cross_entropy": summed_cross_entropy,
    "boundary": partial(boundary, Goal("reach", stop_confidence=0.0)),
}
"""Costs ``(excerpts,)`` of scores ``(excerpts, units, classes)`` and targets."""


def check_gradients(
    system: System, waveforms: Sequence[np.ndarray], targets: Sequence[str]
) -> Iterator[tuple[int, dict]]:
    """The gradients of the costs at each of ``waveforms`` ``(samples,)``, for its target label.

    Yields a waveform's position and a row for each of `COSTS`: ``predicted_clean``, the
    label without an attack; ``cost``; ``gradient_norm``, Euclidean, in nats per full scale;
    ``zero_share``, the share of the samples in units where the gradient is exactly 0; and for
    each of `STEPS_SNR_DB` ``difference_error_*db``, the `difference_error`. The gradient is
    the one in float32 that adversaries follow, the difference is computed in float64. For a
    forest, the gradients are those of the DNN whose activations it uses.
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
            row = {
                "predicted_clean": system.labels[int(posterior.argmax())],
                "cost": name,
                "gradient_norm": float(torch.linalg.vector_norm(gradient.double())),
                "zero_share": float((heard == 0).double().mean()),
            }
            for step in STEPS_SNR_DB:
                error = difference_error(exact, point, gradient, towards, step)
                row[f"difference_error_{step}db"] = error
            yield number, row


def heard_samples(system: System, samples: int) -> int:
    """The number of samples that whole units cover, of an excerpt of ``samples`` samples."""
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
    """``|d − n| / n`` for the central difference d of ``cost`` along a gradient of norm n.

    ``point`` and ``gradient`` are ``(1, samples)``; ``exact`` is the system in float64. NaN
    if the norm is 0, infinite or NaN.
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
