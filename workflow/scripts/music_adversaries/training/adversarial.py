"""Perturbations of units for adversarial training.

A perturbation takes a system with dropout off, units of magnitudes ``(batch, unit_frames,
bins)``, their true classes ``(batch,)`` and a generator, and returns perturbed units. Each unit
is perturbed independently: its SNR between magnitudes is at least ``snr_db``, and its
magnitudes stay non-negative. Units of silence stay as they are.
"""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from music_adversaries.systems.system import System

TINY = 1e-30
PGD_REACH = 2.5
"""The total length of the steps of `pgd`, in radii of the ball: enough to cross it."""
SINGLE_STEP_REACH = 1.25
"""The step of `single_step`, in radii of the ball (Wong, Rice and Kolter 2020)."""
LEAP = 0.1
"""The rise of the error rate under `pgd`, a share of units, that indicates overfitting."""


def noise(
    system: System, units: Tensor, classes: Tensor, generator: torch.Generator, snr_db: float
) -> Tensor:
    """Units with white Gaussian noise of exactly the SNR ``snr_db``.

    Noise that would make a magnitude negative is added with the opposite sign, which leaves
    its norm as it is. System and classes are ignored.
    """
    return units + _noise(units, generator, radius(units, snr_db))


def single_step(
    system: System, units: Tensor, classes: Tensor, generator: torch.Generator, snr_db: float
) -> Tensor:
    """Units after one step up the loss from a random start (Wong, Rice and Kolter 2020).

    Their step is along the sign of the gradient in the L∞ ball; this one is along the gradient
    in the L2 ball.
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
    """Units after projected ascent of the loss from a random start (Madry et al. 2018)."""
    return _ascend(system, units, classes, generator, snr_db, [PGD_REACH / steps] * steps)


def passes_of_pgd(steps: int) -> int:
    """Passes per minibatch in training with `pgd`: one per step, and one for the weights."""
    return steps + 1


def overfitted(history: pd.DataFrame) -> bool:
    """Whether the last epoch shows catastrophic overfitting (Wong, Rice and Kolter 2020).

    The system has then learnt to mask the gradient of the single step: compared with the best
    epoch so far, the error under `pgd` has risen by more than `LEAP`, and the error under
    `single_step` by less than half as much.

    Args:
        history: a row per epoch, with ``error_valid_pgd`` and ``error_valid_single_step``.
    """
    if len(history) < 2:
        return False
    errors = history[["error_valid_pgd", "error_valid_single_step"]]
    best = errors["error_valid_pgd"].iloc[:-1].argmin()
    rise, rise_of_single_step = errors.iloc[-1] - errors.iloc[best]
    return bool(rise > LEAP and rise_of_single_step < rise / 2)


def radius(units: Tensor, snr_db: float) -> Tensor:
    """Norms ``(batch, 1, 1)`` of changes of ``units`` with the SNR ``snr_db``."""
    return _norms(units) * 10 ** (-snr_db / 20)


def _ascend(
    system: System,
    units: Tensor,
    classes: Tensor,
    generator: torch.Generator,
    snr_db: float,
    steps: Sequence[float],
) -> Tensor:
    """Units after ``steps`` up the loss, in radii of the ball, each projected back into it.

    The start is a random point, in any direction at any share of the radius.
    """
    largest = radius(units, snr_db)
    share = torch.rand(largest.shape, generator=generator, device=units.device)
    point = units + _noise(units, generator, share * largest)
    for step in steps:
        point = point + _of_norm(_gradient(system, point, classes), step * largest)
        # The projection moves points towards the units, so that they stay non-negative.
        change = point.clamp_min(0) - units
        point = units + change * (largest / _norms(change).clamp_min(TINY)).clamp_max(1)
    return point


def _noise(units: Tensor, generator: torch.Generator, norms: Tensor) -> Tensor:
    """White noise of norms ``(batch, 1, 1)`` that makes no magnitude negative."""
    drawn = torch.randn(units.shape, generator=generator, device=units.device)
    change = _of_norm(drawn, norms)
    return torch.where(units + change < 0, -change, change)


def _gradient(system: System, units: Tensor, classes: Tensor) -> Tensor:
    """Gradient of the cross-entropy with the true classes, summed over units."""
    with torch.enable_grad():
        point = units.detach().requires_grad_(True)
        loss = cross_entropy(system(point).squeeze(1), classes, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, point)
    return gradient


def _of_norm(changes: Tensor, norms: Tensor) -> Tensor:
    """Changes scaled to ``norms`` ``(batch, 1, 1)``; zeros stay."""
    return changes / _norms(changes).clamp_min(TINY) * norms


def _norms(changes: Tensor) -> Tensor:
    # In float64, since the squares of a very small gradient vanish in float32.
    norms = torch.linalg.vector_norm(changes, dim=(-2, -1), keepdim=True, dtype=torch.float64)
    return norms.to(changes)
