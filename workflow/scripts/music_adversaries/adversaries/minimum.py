"""The smallest change of an excerpt whose written file meets the adversary's goal.

Decoupled direction and norm (Rony et al. 2019): a change is turned down the gradient of a
cost, and its norm grows while the system resists and shrinks once it is fooled. Differences
from the original: the change is one of the waveform; every iteration judges the excerpt in 16
bits; until the system is fooled, the change grows by steps and is not rescaled; and the cost
is the distance of the excerpt's own judgement from the decision boundary (`goals.boundary`),
which ignores units that are won or lost in any case, unlike the cross-entropy of all units.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from music_adversaries.adversaries import constraints, descent
from music_adversaries.adversaries.constraints import Constraint, norms_of
from music_adversaries.adversaries.descent import Adversarial, Excerpts, WaveformSettings
from music_adversaries.adversaries.goals import Goal, approach, boundary
from music_adversaries.adversaries.masking import masking_constraint
from music_adversaries.snr_limits import NO_MARGIN
from music_adversaries.systems.system import System

START_SNR_DB = 50.0
"""SNR of the first step, about; a change that is too large shrinks later."""
APPROACH = 0.5
"""Share of the iterations in which steps in one direction would lead from there to 0 dB.

After that, steps against systems that are not fooled have the length of `STEP`."""
MOMENTUM = 0.75
"""Weight of the previous direction (Polyak 1964), until the system is fooled."""
STEP = 0.3
"""Initial norm of a step after the system was fooled, as a share of the change's norm."""
NORM_STEP = 0.1
"""Initial share by which the norm shrinks or grows after the system was fooled."""
LAST = 0.03
"""Share of `STEP` and `NORM_STEP` that is left in the last iteration."""
BISECTIONS = 12
"""Bisections in the search for the smallest sufficient share of the best change."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    most_iterations: int
    masking_margin_db: float | str = NO_MARGIN
    """How far above the masking threshold a change may be; ``none`` for no such limit."""


@dataclass
class _State(Excerpts):
    changes: Tensor
    direction: Tensor
    norms: Tensor
    """``(excerpts, 1)``, of ``changes``."""
    best: Tensor
    """The change with the highest SNR so far that meets the goal, before rounding."""
    best_norms: Tensor
    """``(excerpts, 1)``, of ``best`` as it is written; infinite if there is none yet."""

    @property
    def fooled(self) -> Tensor:
        """For which excerpts ``(excerpts, 1)`` a change that meets the goal was found."""
        return self.best_norms < math.inf

    def written(self, limits: Sequence[Constraint], changes: Tensor) -> Tensor:
        """The excerpts with ``changes``, as they would be read back."""
        return constraints.written(limits, self.originals + changes, self.originals)


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Attack excerpts; `methods` describes the arguments and results.

    All results satisfy the SNR limit and are on the 16-bit grid. Excerpts that need no change
    leave the batch at once, the others after all iterations. If the system was never fooled,
    the result is the last change that was tried.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    masking = masking_constraint(settings.masking_margin_db)
    limits = [*masking, *constraints.waveform_constraints(settings.snr_limit_db)]
    state = _State.of(
        waveforms,
        targets,
        changes=torch.zeros_like(waveforms),
        direction=torch.zeros_like(waveforms),
        norms=constraints.SnrBall(START_SNR_DB).radius(waveforms).to(waveforms),
        best=torch.zeros_like(waveforms),
        best_norms=torch.full_like(norms_of(waveforms), math.inf),
    )
    results: dict[int, Adversarial] = {}
    for iteration in range(settings.most_iterations):
        points = state.written(limits, state.changes)
        gradient, posterior = descent.slope(system, points, partial(_costs, goal, state))
        met = goal.met(posterior, state.targets)
        if iteration == 0:
            descent.collect(results, state.only(met), points[met], posterior[met], iterations=0)
            progress(len(results))
            state, gradient, met = state.only(~met), gradient[~met], met[~met]
            if len(state.index) == 0:
                break
        else:
            _keep_best(state, points, met)
        _turn(state, gradient, met, iteration, settings.most_iterations)
        state.changes = constraints.in_order(
            limits, state.originals + state.changes, state.originals
        )
        state.changes -= state.originals
    if len(state.index) > 0:
        points, posterior = _shortened(system, goal, limits, state)
        descent.collect(results, state, points, posterior, settings.most_iterations)
        progress(len(state.index))
    return [results[number] for number in range(len(waveforms))]


def _costs(goal: Goal, state: _State, scores: Tensor) -> Tensor:
    """`boundary` for excerpts ``(excerpts,)`` of a fooled system, `approach` for the others."""
    near = boundary(goal, scores, state.targets)
    return torch.where(state.fooled[:, 0], near, approach(goal, scores, state.targets))


def _keep_best(state: _State, points: Tensor, met: Tensor) -> None:
    norms = norms_of(points - state.originals)
    better = met[:, None] & (norms < state.best_norms)
    state.best = torch.where(better, state.changes, state.best)
    state.best_norms = torch.where(better, norms, state.best_norms)


def _turn(
    state: _State, gradient: Tensor, met: Tensor, iteration: int, most_iterations: int
) -> None:
    """One iteration: a step down the gradient, and the norm that follows from ``met``."""
    falling = LAST + (1 - LAST) * descent.cosine(iteration, most_iterations)
    growth = 10 ** (START_SNR_DB / 20 / (APPROACH * most_iterations))
    towards = growth - 1 if iteration < APPROACH * most_iterations else STEP * falling
    steps = torch.where(state.fooled, STEP * falling, towards) * state.norms
    downhill = -descent.of_norm(gradient, 1.0)
    with_momentum = MOMENTUM * state.direction + downhill
    state.direction = torch.where(state.fooled, downhill, with_momentum)
    moved = state.changes + descent.of_norm(state.direction, steps)
    near = 1 + NORM_STEP * falling * torch.where(met[:, None], -1, 1)
    reached = torch.maximum(norms_of(moved).to(moved), state.norms)
    state.norms = torch.where(state.fooled, state.norms * near, reached)
    state.changes = torch.where(state.fooled, descent.of_norm(moved, state.norms), moved)


@torch.no_grad()
def _shortened(
    system: System, goal: Goal, limits: Sequence[Constraint], state: _State
) -> tuple[Tensor, Tensor]:
    """The best points, moved towards the originals by bisection, and their posteriors.

    For excerpts of a system that was never fooled, the last change takes the place of the best.
    """
    changes = torch.where(state.fooled, state.best, state.changes)
    points = state.written(limits, changes)
    posterior = system.judge(points)
    low, high = torch.zeros_like(state.norms), torch.ones_like(state.norms)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        nearer = state.written(limits, middle * changes)
        judged = system.judge(nearer)
        enough = goal.met(judged, state.targets)[:, None]
        low, high = torch.where(enough, low, middle), torch.where(enough, middle, high)
        points = torch.where(enough, nearer, points)
        posterior = torch.where(enough, judged, posterior)
    return points, posterior
