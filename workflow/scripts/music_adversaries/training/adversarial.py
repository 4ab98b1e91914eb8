"""What units are perturbed by while a system is trained on them.

Every function takes a system with dropout off, units of magnitudes ``(batch, unit_frames,
bins)``, their true classes ``(batch,)`` and a generator, and returns units in their place. A
unit is changed by itself: its SNR between magnitudes is ``snr_db`` or more, and none of its
magnitudes is negative. A unit of silence stays as it is.
"""

import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from music_adversaries.systems.system import System

TINY = 1e-30
PGD_REACH = 2.5
"""All steps of `pgd` together, in radii of the ball: to its far side and somewhat beyond."""
SINGLE_STEP_REACH = 1.25
"""The step of `single_step`, in radii of the ball (Wong, Rice and Kolter 2020)."""
LEAP = 0.1
"""A rise of an error rate that counts as a leap: ten units of a hundred."""


def noise(
    system: System, units: Tensor, classes: Tensor, generator: torch.Generator, snr_db: float
) -> Tensor:
    """Units with white Gaussian noise, of exactly the SNR ``snr_db``.

    Where noise would make a magnitude negative it is added with the other sign, which
    leaves its norm what it is. System and classes do not matter.
    """
    return units + _noise(units, generator, radius(units, snr_db))


def single_step(
    system: System, units: Tensor, classes: Tensor, generator: torch.Generator, snr_db: float
) -> Tensor:
    """One step up the gradient of the loss from a random start (Wong, Rice and Kolter 2020).

    Theirs is a signed step within bounds on every sample; this is along the gradient, as
    its ball is Euclidean.
    """
    return _ascend(system, units, classes, generator, snr_db, [SINGLE_STEP_REACH])


def pgd(
    system: System,
    units: Tensor,
    classes: Tensor,
    generator: torch.Generator,
    snr_db: float,
    steps: int,
) -> Tensor:
    """Projected ascent of the loss from a random start (Madry et al. 2018)."""
    return _ascend(system, units, classes, generator, snr_db, [PGD_REACH / steps] * steps)


def passes_of_pgd(steps: int) -> int:
    """Passes forward and backward that training on `pgd` makes with each minibatch.

    One for each step, and one for the weights. Passes for validation are not counted, and
    that a step needs no gradient of the weights is not either.
    """
    return steps + 1


def overfitted(history: pd.DataFrame) -> bool:
    """Whether the last epoch shows catastrophic overfitting (Wong, Rice and Kolter 2020).

    The system has then learnt to mask the single step that it is trained on: beside the
    epoch that was the best so far, the error under `pgd` has risen by more than `LEAP`, and
    the error under `single_step` by less than half as much.

    Args:
        history: a row an epoch, with ``error_valid_pgd`` and ``error_valid_single_step``.
    """
    if len(history) < 2:
        return False
    errors = history[["error_valid_pgd", "error_valid_single_step"]]
    best = errors["error_valid_pgd"].iloc[:-1].argmin()
    rise, rise_of_single_step = errors.iloc[-1] - errors.iloc[best]
    return bool(rise > LEAP and rise_of_single_step < rise / 2)


def radius(units: Tensor, snr_db: float) -> Tensor:
    """Norms ``(batch, 1, 1)`` of changes of ``units`` that have the SNR ``snr_db``."""
    return _norms(units) * 10 ** (-snr_db / 20)


def _ascend(
    system: System,
    units: Tensor,
    classes: Tensor,
    generator: torch.Generator,
    snr_db: float,
    steps: list[float],
) -> Tensor:
    """Go up the loss by ``steps``, in radii of the ball, each projected back into it."""
    largest = radius(units, snr_db)
    point = _random_start(units, generator, largest)
    for step in steps:
        point = point + _of_norm(_gradient(system, point, classes), step * largest)
        point = _into_ball(point.clamp_min(0), units, largest)
    return point


def _random_start(units: Tensor, generator: torch.Generator, largest: Tensor) -> Tensor:
    """Points of the ball at random: any direction, any share of the radius."""
    share = torch.rand(largest.shape, generator=generator, device=units.device)
    return units + _noise(units, generator, share * largest)


def _noise(units: Tensor, generator: torch.Generator, norms: Tensor) -> Tensor:
    """White noise of given norms ``(batch, 1, 1)`` that makes no magnitude negative."""
    drawn = torch.randn(units.shape, generator=generator, device=units.device)
    change = _of_norm(drawn, norms)
    return torch.where(units + change < 0, -change, change)


def _into_ball(points: Tensor, units: Tensor, largest: Tensor) -> Tensor:
    """The nearest points at most ``largest`` from ``units``; on the way to them, so ≥ 0."""
    change = points - units
    return units + change * (largest / _norms(change).clamp_min(TINY)).clamp_max(1)


def _gradient(system: System, units: Tensor, classes: Tensor) -> Tensor:
    """Of the cross-entropy towards the true classes, summed over units."""
    with torch.enable_grad():
        point = units.detach().requires_grad_(True)
        loss = cross_entropy(system(point).squeeze(1), classes, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, point)
    return gradient


def _of_norm(changes: Tensor, norms: Tensor) -> Tensor:
    """Changes scaled to ``norms`` ``(batch, 1, 1)``; zeros stay."""
    return changes / _norms(changes).clamp_min(TINY) * norms


def _norms(changes: Tensor) -> Tensor:
    # In float64, since the gradient of a loss that is almost nothing is lost when squared.
    norms = torch.linalg.vector_norm(changes, dim=(-2, -1), keepdim=True, dtype=torch.float64)
    return norms.to(changes)
