"""An adversary whose iterate is the waveform, at a least SNR.

Projected gradient descent (Madry et al. 2018) on samples: the magnitudes are
differentiated through the short-time Fourier transform, so that no iterate has to be made
the spectrum of a waveform again, as in `paper`. Every iterate is judged as it
would be written, in 16 bits, and the first that meets the goal is returned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Grid,
    SnrBall,
    in_order,
    satisfying,
    waveform_constraints,
)
from music_adversaries.adversaries.descent import (
    Excerpts,
    WaveformSettings,
    collect,
    cosine,
    of_norm,
    slope,
)
from music_adversaries.adversaries.goals import Goal, approach, boundary
from music_adversaries.adversaries.masking import masking_constraint
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.snr_limits import NO_MARGIN
from music_adversaries.systems.system import System

MOMENTUM = 0.75
"""Weight of the direction so far (Polyak 1964)."""
LOUDEST_STEPS_DB = 20.0
"""The SNR limit below which steps grow no longer: from a ball of 0 dB, with steps to match, a
DNN was missed in two excerpts of six that yielded at 20 dB."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    """The adversary's settings; the fields are the config's."""

    step: float
    """Norm of the first step, as a share of the ball's radius; it falls to 0 in the end."""
    most_iterations: int
    masking_margin_db: float | str = NO_MARGIN
    """How far above the masking threshold a change may be; ``none`` for no such limit."""


@dataclass
class _State(Excerpts):
    iterates: Tensor
    direction: Tensor
    radius: Tensor
    """``(excerpts, 1)``, of which steps are a share."""


def as_written(
    system: System,
    points: Tensor,
    cost: Callable[[Tensor], Tensor],
    met: Callable[[Tensor], Tensor],
    iteration: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """How `attack` looks at ``points`` ``(excerpts, samples)``: as the files themselves.

    ``cost`` is that of scores, ``met`` says of posteriors ``(excerpts, classes)`` whether they
    meet the goal. Returns a gradient of the points' shape, their posterior, and which
    excerpts ``(excerpts,)`` are done.
    """
    gradient, posterior = slope(system, points, cost)
    return gradient, posterior, met(posterior)


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
    look: Callable[..., tuple[Tensor, Tensor, Tensor]] = as_written,
) -> list[Adversarial]:
    """Push waveforms ``(excerpts, samples)`` of one length towards ``targets`` ``(excerpts,)``.

    With the goal ``leave``, away from them. Excerpts leave the batch as they are done;
    ``progress`` is told how many left. Whatever is returned satisfies the SNR limit and is
    on the 16-bit grid, whether or not it succeeded. Another ``look`` than `as_written`, of the
    same arguments, makes another adversary of it.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    masking = masking_constraint(settings.masking_margin_db)
    limits = [*masking, *waveform_constraints(settings.snr_limit_db)]
    ball = SnrBall(max(settings.snr_limit_db, LOUDEST_STEPS_DB))
    radii = [*(limit.radius(waveforms) for limit in masking), ball.radius(waveforms)]
    state = _State(
        index=torch.arange(len(waveforms), device=waveforms.device),
        originals=waveforms,
        targets=targets,
        iterates=waveforms,
        direction=torch.zeros_like(waveforms),
        radius=torch.stack(radii).amin(dim=0).to(waveforms),
    )
    results: dict[int, Adversarial] = {}
    for iteration in range(settings.most_iterations + 1):
        points = satisfying([*limits, Grid()], state.iterates, state.originals)
        # First with all units in view, then for what the label still lacks.
        cost = approach if 2 * iteration < settings.most_iterations else boundary
        gradient, posterior, done = look(
            system,
            points,
            partial(cost, goal, targets=state.targets),
            partial(goal.met, targets=state.targets),
            iteration,
        )
        done |= iteration == settings.most_iterations
        progress(int(done.sum()))
        if bool(done.any()):
            collect(results, state.only(done), points[done], posterior[done], iteration)
            state, gradient = state.only(~done), gradient[~done]
        if len(state.index) == 0:
            break
        state.direction = MOMENTUM * state.direction - of_norm(gradient, 1.0)
        length = settings.step * cosine(iteration, settings.most_iterations) * state.radius
        moved = state.iterates + of_norm(state.direction, length)
        state.iterates = in_order(limits, moved, state.originals)
    return [results[number] for number in range(len(waveforms))]
