"""An adversary on the waveform, within an SNR limit.

Projected gradient descent (Madry et al. 2018) on samples, with momentum and falling steps. The
gradient is propagated through the short-time Fourier transform, so that iterates need not be
made consistent as in `paper`. The first iterate that meets the goal is returned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries import descent
from music_adversaries.adversaries.constraints import SnrBall, waveform_constraints
from music_adversaries.adversaries.descent import Adversarial, Iterates, WaveformSettings
from music_adversaries.adversaries.goals import Goal, approach, boundary
from music_adversaries.adversaries.masking import masking_constraint
from music_adversaries.snr_limits import NO_MARGIN
from music_adversaries.systems.system import System

MOMENTUM = 0.75
"""Weight of the previous direction (Polyak 1964)."""
LOUDEST_STEPS_DB = 20.0
"""The SNR limit below which steps do not grow further. With steps in proportion to a ball of
0 dB, attacks on a DNN failed for two of the six excerpts that succeeded at 20 dB."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    step: float
    """Norm of the first step, as a share of the ball's radius; it falls to 0 in the end."""
    most_iterations: int
    masking_margin_db: float | str = NO_MARGIN
    """How far above the masking threshold a change may be; ``none`` for no such limit."""


@dataclass
class _State(Iterates):
    direction: Tensor
    radius: Tensor
    """``(excerpts, 1)``, the radius to which steps are proportional."""


def as_written(
    system: System,
    points: Tensor,
    cost: Callable[[Tensor], Tensor],
    met: Callable[[Tensor], Tensor],
    iteration: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Judge ``points`` ``(excerpts, samples)`` as they are.

    ``cost`` takes scores and returns costs ``(excerpts,)``; ``met`` says whether posteriors
    ``(excerpts, classes)`` meet the goal. Returns a gradient of the points' shape, the
    posteriors, and which excerpts ``(excerpts,)`` are done.
    """
    gradient, posterior = descent.slope(system, points, cost)
    return gradient, posterior, met(posterior)


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
    judge: Callable[..., tuple[Tensor, Tensor, Tensor]] = as_written,
) -> list[Adversarial]:
    """Attack excerpts; `methods` describes the arguments and results.

    All results satisfy the SNR limit and are on the 16-bit grid. Another ``judge``, with the
    arguments and results of `as_written`, makes another adversary.
    """
    goal = Goal(settings.goal, settings.stop_confidence)

    def look(points: Tensor, targets: Tensor, iteration: int) -> tuple[Tensor, Tensor, Tensor]:
        # First a cost that moves all units, then one of only those that decide the label.
        cost = approach if 2 * iteration < settings.most_iterations else boundary
        met = partial(goal.met, targets=targets)
        return judge(system, points, partial(cost, goal, targets=targets), met, iteration)

    def move(state: _State, gradient: Tensor, iteration: int) -> Tensor:
        state.direction = MOMENTUM * state.direction - descent.of_norm(gradient, 1.0)
        share = settings.step * descent.cosine(iteration, settings.most_iterations)
        return state.iterates + descent.of_norm(state.direction, share * state.radius)

    masking = masking_constraint(settings.masking_margin_db)
    ball = SnrBall(max(settings.snr_limit_db, LOUDEST_STEPS_DB))
    radii = [*(limit.radius(waveforms) for limit in masking), ball.radius(waveforms)]
    state = _State.of(
        waveforms,
        targets,
        iterates=waveforms,
        direction=torch.zeros_like(waveforms),
        radius=torch.stack(radii).amin(dim=0).to(waveforms),
    )
    limits = [*masking, *waveform_constraints(settings.snr_limit_db)]
    return descent.descend(state, limits, settings.most_iterations, look, move, progress)
