"""Projected gradient descent as it is commonly told (Madry et al. 2018), in the L2 ball.

A baseline, on the waveform: steps of one length down the gradient of the units'
cross-entropy, without momentum or schedule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Grid,
    in_order,
    satisfying,
    waveform_constraints,
)
from music_adversaries.adversaries.descent import (
    Excerpts,
    WaveformSettings,
    collect,
    largest_norms,
    of_norm,
    slope,
)
from music_adversaries.adversaries.goals import Goal, plain
from music_adversaries.adversaries.noise import white_noise
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings(WaveformSettings):
    """The adversary's settings; the fields are the config's."""

    step: float
    """Norm of every step, as a share of the ball's radius."""
    most_iterations: int
    random_start: bool
    """Whether the first step leads to a random point of the ball, and not down the gradient."""
    seed: int
    """Of the random start."""


@dataclass
class _State(Excerpts):
    iterates: Tensor
    radius: Tensor
    """``(excerpts, 1)``, of which steps are a share; without a limit, that of 0 dB."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Push waveforms ``(excerpts, samples)`` of one length towards ``targets`` ``(excerpts,)``.

    With the goal ``leave``, away from them. Every iterate is judged as it would be written,
    and excerpts leave the batch as they are done; ``progress`` is told how many left.
    Whatever is returned satisfies the SNR limit and is on the 16-bit grid.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    limits = waveform_constraints(settings.snr_limit_db)
    state = _State(
        index=torch.arange(len(waveforms), device=waveforms.device),
        originals=waveforms,
        targets=targets,
        iterates=waveforms,
        radius=largest_norms(waveforms, settings.snr_limit_db),
    )
    results: dict[int, Adversarial] = {}
    for iteration in range(settings.most_iterations + 1):
        points = satisfying([*limits, Grid()], state.iterates, state.originals)
        gradient, posterior = slope(system, points, partial(plain, goal, targets=state.targets))
        done = goal.met(posterior, state.targets) | (iteration == settings.most_iterations)
        collect(results, state.only(done), points[done], posterior[done], iteration)
        progress(int(done.sum()))
        state, gradient = state.only(~done), gradient[~done]
        if len(state.index) == 0:
            break
        if iteration == 0 and settings.random_start:
            moved = _random_start(state, settings.seed)
        else:
            moved = state.iterates - of_norm(gradient, settings.step * state.radius)
        state.iterates = in_order(limits, moved, state.originals)
    return [results[number] for number in range(len(waveforms))]


def _random_start(state: _State, seed: int) -> Tensor:
    """Points on the balls' surface: in so many dimensions hardly any lie below it."""
    return state.originals + of_norm(white_noise(state.originals, seed), state.radius)
