"""Noise at an SNR: the control beside every adversary.

It knows nothing of the system or of the target. What an adversary does beyond noise of the
same SNR is its own doing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries.constraints import (
    Grid,
    satisfying,
    waveform_constraints,
)
from music_adversaries.adversaries.descent import largest_norms, of_norm, results_of
from music_adversaries.adversaries.draws import generator_of
from music_adversaries.adversaries.paper import Adversarial
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
    """The control's settings; the fields are the config's."""

    colour: str
    """``white``, or ``spectrum`` for that of the excerpt, frame by frame."""
    seed: int
    snr_limit_db: float = -math.inf
    """SNR between waveforms; 0 dB for −inf."""


@torch.no_grad()
def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Add noise to waveforms ``(excerpts, samples)`` of one length, however they are judged.

    The SNR is the limit, but for what the samples' range and the 16-bit grid take off the
    noise. ``targets`` ``(excerpts,)`` matter for the confidence alone, and iterations are 0;
    ``progress`` is told how many are done.
    """
    noise = COLOURS[settings.colour](waveforms, settings.seed)
    added = of_norm(noise, largest_norms(waveforms, settings.snr_limit_db))
    limits = [*waveform_constraints(settings.snr_limit_db), Grid()]
    points = satisfying(limits, waveforms + added, waveforms)
    posterior = system.judge(points)
    progress(len(waveforms))
    return results_of(points, posterior, targets, iterations=0)


def white_noise(waveforms: Tensor, seed: int) -> Tensor:
    """Gaussian noise of the shape of ``waveforms`` ``(excerpts, samples)``."""
    draws = [generator_of(each, seed).standard_normal(len(each)) for each in waveforms]
    return torch.from_numpy(np.stack(draws)).to(waveforms)


def spectrum_noise(waveforms: Tensor, seed: int) -> Tensor:
    """Noise with the short-time magnitudes of ``waveforms`` and random phases.

    Of the same shape ``(excerpts, samples)``; frames overlap, so that its own magnitudes
    scatter around those that it was given.
    """
    spectrum = stft.analysis(waveforms)
    turns = [generator_of(each, seed).random(spectrum.shape[1:]) for each in waveforms]
    phases = 2 * torch.pi * torch.from_numpy(np.stack(turns)).to(waveforms)
    return stft.overlap_add(torch.polar(spectrum.abs(), phases), waveforms.shape[-1])


COLOURS = {"white": white_noise, "spectrum": spectrum_noise}
"""Noise by what the config calls its colour."""
