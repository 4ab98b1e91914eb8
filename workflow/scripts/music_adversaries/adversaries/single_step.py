"""One step along the sign of the gradient (Goodfellow, Shlens and Szegedy 2015).

A baseline: whatever claims to search better has to do better than this.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Grid,
    satisfying,
    waveform_constraints,
)
from music_adversaries.adversaries.descent import largest_norms, of_norm, results_of, slope
from music_adversaries.adversaries.goals import Goal, plain
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
    """The adversary's settings; the fields are the config's."""

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
    """Change every sample of ``(excerpts, samples)`` by as much, up or down.

    ``targets`` ``(excerpts,)`` are to be reached or left. The step is as long as the SNR
    limit allows, but for what the samples' range and the 16-bit grid take off it. Excerpts
    that need no change get none; ``progress`` is told how many are done.
    """
    goal = Goal(settings.goal, stop_confidence=0.0)
    limits = [*waveform_constraints(settings.snr_limit_db), Grid()]
    originals = satisfying(limits, waveforms, waveforms)
    gradient, before = slope(system, originals, partial(plain, goal, targets=targets))
    step = of_norm(gradient.sign(), largest_norms(waveforms, settings.snr_limit_db))
    points = satisfying(limits, waveforms - step, waveforms)
    with torch.no_grad():
        after = system.judge(points)
    met = goal.met(before, targets).tolist()
    unchanged = results_of(originals, before, targets, iterations=0)
    changed = results_of(points, after, targets, iterations=1)
    progress(len(waveforms))
    return [unchanged[n] if met[n] else changed[n] for n in range(len(waveforms))]
