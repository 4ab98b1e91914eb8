"""An adversary that sees posteriors alone: random search, a band of frequencies at a time.

As the Square Attack (Andriushchenko et al. 2020), it tries random local changes within the
ball and keeps those that bring the judgement nearer to what is wanted. Local is here a band of
the excerpt's spectrum, which is made louder or quieter, or gets noise. Bands last as long as
the excerpt, since all of its units vote.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Constraint,
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
)
from music_adversaries.adversaries.draws import generator_of
from music_adversaries.adversaries.goals import Goal
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.audio import stft
from music_adversaries.systems.system import System

WIDEST = 128
"""Bins of the widest band, 2.8 kHz; the logarithms of widths are drawn evenly."""


@dataclass(frozen=True)
class Settings(WaveformSettings):
    """The adversary's settings; the fields are the config's."""

    step: float
    """Norm of what is tried, as a share of the ball's radius."""
    most_queries: int
    """Judgements that an excerpt may cost, that of the excerpt as it is included."""
    seed: int


@dataclass
class _State(Excerpts):
    radius: Tensor
    """``(excerpts, 1)``, of which steps are a share; without a limit, that of 0 dB."""
    changes: Tensor
    """What is kept so far, before rounding."""
    points: Tensor
    """The excerpts with it, as they were judged."""
    posterior: Tensor
    """Their judgement."""

    def keep(self, better: Tensor, **found: Tensor) -> None:
        """Take over what was ``found`` where it is ``better`` ``(excerpts,)``."""
        for name, value in found.items():
            setattr(self, name, torch.where(better[:, None], value, getattr(self, name)))


@torch.no_grad()
def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Push waveforms ``(excerpts, samples)`` of one length towards ``targets`` ``(excerpts,)``.

    With the goal ``leave``, away from them. What is judged is what would be written.
    Excerpts leave the batch as they are done; ``progress`` is told how many left. Whatever
    is returned satisfies the SNR limit and is on the 16-bit grid; its iterations are the
    changes that were tried, one less than the judgements.
    """
    goal = Goal(settings.goal, settings.stop_confidence)
    limits = waveform_constraints(settings.snr_limit_db)
    generators = [generator_of(each, settings.seed) for each in waveforms]
    points = satisfying([*limits, Grid()], waveforms, waveforms)
    state = _State(
        index=torch.arange(len(waveforms), device=waveforms.device),
        originals=waveforms,
        targets=targets,
        radius=largest_norms(waveforms, settings.snr_limit_db),
        changes=torch.zeros_like(waveforms),
        points=points,
        posterior=system.judge(points),
    )
    results: dict[int, Adversarial] = {}
    for tried in range(settings.most_queries):
        if tried > 0:
            drawn = [generators[number] for number in state.index.tolist()]
            _try(system, goal, limits, state, _bands(state.originals, drawn), settings.step)
        done = goal.met(state.posterior, state.targets) | (tried == settings.most_queries - 1)
        finished = state.only(done)
        collect(results, finished, finished.points, finished.posterior, tried)
        progress(int(done.sum()))
        state = state.only(~done)
        if len(state.index) == 0:
            break
    return [results[number] for number in range(len(waveforms))]


def _try(
    system: System,
    goal: Goal,
    limits: Sequence[Constraint],
    state: _State,
    bands: Tensor,
    step: float,
) -> None:
    """Add ``bands`` ``(excerpts, samples)`` to the changes, and keep what is no worse."""
    moved = state.originals + state.changes + of_norm(bands, step * state.radius)
    moved = in_order(limits, moved, state.originals)
    points = satisfying([*limits, Grid()], moved, state.originals)
    posterior = system.judge(points)
    before, after = (
        goal.margin_of(judgement, state.targets) for judgement in (state.posterior, posterior)
    )
    changes = moved - state.originals
    state.keep(after >= before, changes=changes, points=points, posterior=posterior)


def _bands(originals: Tensor, generators: Sequence[np.random.Generator]) -> Tensor:
    """A random band of each of ``(excerpts, samples)``, or noise in that band."""
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
