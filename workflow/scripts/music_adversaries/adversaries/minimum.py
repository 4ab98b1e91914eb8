"""The smallest change of an excerpt whose written file is judged as the adversary wants.

Decoupled direction and norm (Rony et al. 2019): a change is turned down the gradient of a
cost, and given a norm that grows while the system resists and shrinks while it yields. What
differs here: the change is one of the waveform; what is judged at every iteration is the
excerpt in 16 bits; before the system first yields, the change grows by steps and is not
blown up; and the cost is how far the excerpt's own judgement is from where it turns
(`goals.boundary`), which spends nothing on units that are won or lost anyway, where the
cross-entropy of all units would.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Constraint,
    Grid,
    SnrBall,
    in_order,
    norms_of,
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

START_SNR_DB = 50.0
"""SNR at the first step, about; a change that is too large shrinks later."""
APPROACH = 0.5
"""Share of the iterations in which steps that all agree would lead from there to 0 dB.

Whoever has not yielded by then meets the steps of `STEP`."""
MOMENTUM = 0.75
"""Weight of the direction so far (Polyak 1964), until the system yields."""
STEP = 0.3
"""Norm of a step once the system has yielded, as a share of the change's, at first."""
NORM_STEP = 0.1
"""Share by which the norm shrinks or grows once the system has yielded, at first."""
LAST = 0.03
"""What is left of both in the end, as a share of what they were at first."""
BISECTIONS = 12
"""Halvings of the way to the best change, for the part of it that is enough."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    """The adversary's settings; the fields are the config's."""

    most_iterations: int
    masking_margin_db: float | str = NO_MARGIN
    """How far above the masking threshold a change may be; ``none`` for no such limit."""


@dataclass
class _State(Excerpts):
    changes: Tensor
    direction: Tensor
    norms: Tensor
    """``(excerpts, 1)``, those that ``changes`` are given."""
    best: Tensor
    """The change with the highest SNR so far that does what is wanted, before rounding."""
    best_norms: Tensor
    """``(excerpts, 1)``, of ``best`` as it is written; infinite where there is none yet."""

    @property
    def yielded(self) -> Tensor:
        """For which excerpts ``(excerpts,)`` the system has yielded."""
        return self.best_norms[:, 0] < math.inf


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Change waveforms ``(excerpts, samples)`` of one length as little as the goal allows.

    ``targets`` ``(excerpts,)`` are to be reached or left. Excerpts that need no change leave
    the batch at once, the rest after all iterations; ``progress`` is told how many left.
    Whatever is returned is on the 16-bit grid; where the system never yielded, it is the
    last that was tried.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    masking = masking_constraint(settings.masking_margin_db)
    limits = [*masking, *waveform_constraints(settings.snr_limit_db)]
    state = _State(
        index=torch.arange(len(waveforms), device=waveforms.device),
        originals=waveforms,
        targets=targets,
        changes=torch.zeros_like(waveforms),
        direction=torch.zeros_like(waveforms),
        norms=SnrBall(START_SNR_DB).radius(waveforms).to(waveforms),
        best=torch.zeros_like(waveforms),
        best_norms=torch.full_like(norms_of(waveforms), math.inf),
    )
    results: dict[int, Adversarial] = {}
    for iteration in range(settings.most_iterations):
        points = _written(limits, state, state.changes)
        gradient, posterior = slope(system, points, partial(_costs, goal, state))
        met = goal.met(posterior, state.targets)
        if iteration == 0:
            collect(results, state.only(met), points[met], posterior[met], iterations=0)
            progress(len(results))
            state, gradient, met = state.only(~met), gradient[~met], met[~met]
            if len(state.index) == 0:
                break
        else:
            _keep_best(state, points, met)
        _turn(state, gradient, met, iteration, settings.most_iterations)
        state.changes = in_order(limits, state.originals + state.changes, state.originals)
        state.changes -= state.originals
    if len(state.index) > 0:
        points, posterior = _shortened(system, goal, limits, state)
        collect(results, state, points, posterior, settings.most_iterations)
        progress(len(state.index))
    return [results[number] for number in range(len(waveforms))]


def _costs(goal: Goal, state: _State, scores: Tensor) -> Tensor:
    """The cost that is due for each excerpt ``(excerpts,)``."""
    return torch.where(
        state.yielded,
        boundary(goal, scores, state.targets),
        approach(goal, scores, state.targets),
    )


def _written(limits: Sequence[Constraint], state: _State, changes: Tensor) -> Tensor:
    """The changed excerpts as they would be read back."""
    return satisfying([*limits, Grid()], state.originals + changes, state.originals)


def _keep_best(state: _State, points: Tensor, met: Tensor) -> None:
    norms = norms_of(points - state.originals)
    better = met[:, None] & (norms < state.best_norms)
    state.best = torch.where(better, state.changes, state.best)
    state.best_norms = torch.where(better, norms, state.best_norms)


def _turn(
    state: _State, gradient: Tensor, met: Tensor, iteration: int, most_iterations: int
) -> None:
    """One iteration: down the gradient, and to the norm that the system's answer asks for."""
    falling = LAST + (1 - LAST) * cosine(iteration, most_iterations)
    growth = 10 ** (START_SNR_DB / 20 / (APPROACH * most_iterations))
    yielded = state.yielded[:, None]
    towards = growth - 1 if iteration < APPROACH * most_iterations else STEP * falling
    steps = torch.where(yielded, STEP * falling, towards) * state.norms
    downhill = -of_norm(gradient, 1.0)
    state.direction = torch.where(yielded, downhill, MOMENTUM * state.direction + downhill)
    moved = state.changes + of_norm(state.direction, steps)
    near = 1 + NORM_STEP * falling * torch.where(met[:, None], -1, 1)
    reached = torch.maximum(norms_of(moved).to(moved), state.norms)
    state.norms = torch.where(yielded, state.norms * near, reached)
    state.changes = torch.where(yielded, of_norm(moved, state.norms), moved)


@torch.no_grad()
def _shortened(
    system: System, goal: Goal, limits: Sequence[Constraint], state: _State
) -> tuple[Tensor, Tensor]:
    """The best points, by bisection as near to the originals as still does; their judgement.

    Of excerpts that never yielded, the last change that was tried, or what of it does.
    """
    changes = torch.where(state.yielded[:, None], state.best, state.changes)
    points = _written(limits, state, changes)
    posterior = system.judge(points)
    low, high = torch.zeros_like(state.norms), torch.ones_like(state.norms)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        nearer = _written(limits, state, middle * changes)
        judged = system.judge(nearer)
        enough = goal.met(judged, state.targets)[:, None]
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
        points = torch.where(enough, nearer, points)
        posterior = torch.where(enough, judged, posterior)
    return points, posterior
