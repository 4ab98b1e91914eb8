"""One step along the sign of the gradient (Goodfellow, Shlens and Szegedy 2015).

A baseline that any iterative search should beat.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries import constraints, descent
from music_adversaries.adversaries.descent import Adversarial
from music_adversaries.adversaries.goals import Goal, plain
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
    goal: str = "reach"
    """To ``reach`` the target, or to ``leave`` it."""
    snr_limit_db: float = -math.inf
    """SNR between waveforms after the step; 0 dB for −inf."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Change every sample by the same amount, up or down; for arguments see `methods`.

    The step is as long as the SNR limit allows, or slightly shorter if the range of samples or
    the 16-bit grid reduces it. Excerpts that already meet the goal are not changed.
    """
    goal = Goal(settings.goal, stop_confidence=0.0)
    limits = constraints.waveform_constraints(settings.snr_limit_db)
    originals = constraints.written(limits, waveforms, waveforms)
    gradient, before = descent.slope(system, originals, partial(plain, goal, targets=targets))
    length = descent.largest_norms(waveforms, settings.snr_limit_db)
    step = descent.of_norm(gradient.sign(), length)
    points = constraints.written(limits, waveforms - step, waveforms)
    with torch.no_grad():
        after = system.judge(points)
    met = goal.met(before, targets).tolist()
    unchanged = descent.results_of(originals, before, targets, iterations=0)
    changed = descent.results_of(points, after, targets, iterations=1)
    progress(len(waveforms))
    return [unchanged[n] if met[n] else changed[n] for n in range(len(waveforms))]
