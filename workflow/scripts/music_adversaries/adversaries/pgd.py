"""Projected gradient descent of the textbook (Madry et al. 2018), on the waveform, in L2.

A baseline: steps of constant length down the gradient of the units' cross-entropy, without
momentum or schedule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from music_adversaries.adversaries import descent
from music_adversaries.adversaries.constraints import waveform_constraints
from music_adversaries.adversaries.descent import Adversarial, Iterates, WaveformSettings
from music_adversaries.adversaries.goals import Goal, plain
from music_adversaries.adversaries.noise import white_noise
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings(WaveformSettings):
    step: float
    """Norm of every step, as a share of the ball's radius."""
    most_iterations: int
    random_start: bool
    """Whether the first step leads to a random point of the ball, not down the gradient."""
    seed: int
    """The seed of the random start."""


@dataclass
class _State(Iterates):
    radius: Tensor
    """``(excerpts, 1)``, of the ball; without a limit, that of 0 dB."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Attack excerpts; `methods` describes the arguments and results.

    All results satisfy the SNR limit and are on the 16-bit grid.
    """
    goal = Goal(settings.goal, settings.stop_confidence)

    def look(points: Tensor, targets: Tensor, _: int) -> tuple[Tensor, Tensor, Tensor]:
        gradient, posterior = descent.slope(
            system, points, partial(plain, goal, targets=targets)
        )
        return gradient, posterior, goal.met(posterior, targets)

    def move(state: _State, gradient: Tensor, iteration: int) -> Tensor:
        if iteration == 0 and settings.random_start:
            # On the surface, near which almost all volume of so high-dimensional a ball is.
            noise = white_noise(state.originals, settings.seed)
            return state.originals + descent.of_norm(noise, state.radius)
        return state.iterates - descent.of_norm(gradient, settings.step * state.radius)

    radius = descent.largest_norms(waveforms, settings.snr_limit_db)
    state = _State.of(waveforms, targets, iterates=waveforms, radius=radius)
    limits = waveform_constraints(settings.snr_limit_db)
    return descent.descend(state, limits, settings.most_iterations, look, move, progress)
