"""A black-box adversary, which sees only posteriors: random search in frequency bands.

As in the Square Attack (Andriushchenko et al. 2020), random local changes within the ball are
kept if they bring the judgement nearer to the goal. A change is local in frequency: a band of
the excerpt's spectrum is made louder or quieter, or noise is added in it. It lasts as long as
the excerpt, since all units of the excerpt vote.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries import constraints, descent
from music_adversaries.adversaries.descent import Adversarial, Excerpts, WaveformSettings
from music_adversaries.adversaries.goals import Goal
from music_adversaries.adversaries.noise import generator_of
from music_adversaries.audio import stft
from music_adversaries.systems.system import System

WIDEST = 128
"""Bins of the widest band, 2.8 kHz; widths are drawn evenly on a logarithmic scale."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    step: float
    """Norm of each trial, as a share of the ball's radius."""
    most_queries: int
    """Judgements per excerpt, including that of the unchanged excerpt."""
    seed: int


@dataclass
class _State(Excerpts):
    radius: Tensor
    """``(excerpts, 1)``, of the ball; without a limit, that of 0 dB."""
    changes: Tensor
    """The best changes so far, before rounding."""
    points: Tensor
    """The excerpts with these changes, as they were judged."""
    posterior: Tensor
    """The judgement of `points`."""


@torch.no_grad()
def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Attack excerpts; `methods` describes the arguments and results.

    All results satisfy the SNR limit and are on the 16-bit grid, on which all points are
    judged. Iterations are the number of trials, one less than that of judgements.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    limits = constraints.waveform_constraints(settings.snr_limit_db)
    generators = [generator_of(each, settings.seed) for each in waveforms]
    points = constraints.written(limits, waveforms, waveforms)
    state = _State.of(
        waveforms,
        targets,
        radius=descent.largest_norms(waveforms, settings.snr_limit_db),
        changes=torch.zeros_like(waveforms),
        points=points,
        posterior=system.judge(points),
    )
    results: dict[int, Adversarial] = {}
    for tried in range(settings.most_queries):
        if tried > 0:
            drawn = [generators[number] for number in state.index.tolist()]
            trial = _bands(state.originals, drawn)
            _try(
                system,
                goal,
                limits,
                state,
                descent.of_norm(trial, settings.step * state.radius),
            )
        done = goal.met(state.posterior, state.targets) | (tried == settings.most_queries - 1)
        finished = state.only(done)
        descent.collect(results, finished, finished.points, finished.posterior, tried)
        progress(int(done.sum()))
        state = state.only(~done)
        if len(state.index) == 0:
            break
    return [results[number] for number in range(len(waveforms))]


def _try(
    system: System,
    goal: Goal,
    limits: Sequence[constraints.Constraint],
    state: _State,
    trial: Tensor,
) -> None:
    """Add ``trial`` ``(excerpts, samples)`` to the changes unless it makes an excerpt worse."""
    tried = state.originals + state.changes + trial
    moved = constraints.in_order(limits, tried, state.originals)
    points = constraints.written(limits, moved, state.originals)
    posterior = system.judge(points)
    before = goal.margin_of(state.posterior, state.targets)
    better = (goal.margin_of(posterior, state.targets) >= before)[:, None]
    state.changes = torch.where(better, moved - state.originals, state.changes)
    state.points = torch.where(better, points, state.points)
    state.posterior = torch.where(better, posterior, state.posterior)


def _bands(originals: Tensor, generators: Sequence[np.random.Generator]) -> Tensor:
    """For each of ``(excerpts, samples)``, a random band of its spectrum or noise in a band."""
    spectrum = stft.analysis(originals)
    chosen = torch.zeros_like(spectrum)
    for excerpt, generator in enumerate(generators):
        width = round(WIDEST ** generator.random())
        first = generator.integers(stft.BINS - width + 1)
        band = spectrum[excerpt, :, first : first + width]
        if generator.random() < 0.5:
            part = band * float(generator.choice([-1, 1]))
        else:
            turns = torch.from_numpy(generator.random(band.shape)).to(originals)
            part = torch.polar(torch.ones_like(turns), 2 * torch.pi * turns)
        chosen[excerpt, :, first : first + width] = part
    return stft.overlap_add(chosen, originals.shape[-1])
