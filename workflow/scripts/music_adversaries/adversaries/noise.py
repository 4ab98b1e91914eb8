"""Noise at a given SNR: the control for every adversary.

It depends neither on the system nor on the target. An adversary has to do better than noise
of the same SNR.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries import constraints, descent
from music_adversaries.adversaries.descent import Adversarial
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
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
    """Add noise to all waveforms; for arguments see `methods`.

    The SNR is the limit, or slightly higher if the range of samples or the 16-bit grid reduces
    the noise. Targets matter only for the confidence; iterations are 0.
    """
    noise = COLOURS[settings.colour](waveforms, settings.seed)
    added = descent.of_norm(noise, descent.largest_norms(waveforms, settings.snr_limit_db))
    limits = constraints.waveform_constraints(settings.snr_limit_db)
    points = constraints.written(limits, waveforms + added, waveforms)
    posterior = system.judge(points)
    progress(len(waveforms))
    return descent.results_of(points, posterior, targets, iterations=0)


def generator_of(waveform: Tensor, seed: int) -> np.random.Generator:
    """A generator seeded with ``seed`` and the samples of a waveform ``(samples,)``.

    So an excerpt's random numbers do not depend on its batch.
    """
    digest = hashlib.sha256(waveform.cpu().numpy().tobytes()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest)])


def white_noise(waveforms: Tensor, seed: int) -> Tensor:
    """Gaussian noise of the shape of ``waveforms`` ``(excerpts, samples)``."""
    draws = [generator_of(each, seed).standard_normal(len(each)) for each in waveforms]
    return torch.from_numpy(np.stack(draws)).to(waveforms)


def spectrum_noise(waveforms: Tensor, seed: int) -> Tensor:
    """Noise with the short-time magnitudes of ``waveforms`` and random phases.

    Of the same shape ``(excerpts, samples)``. As frames overlap, its magnitudes scatter around
    those of the waveforms.
    """
    spectrum = stft.analysis(waveforms)
    turns = [generator_of(each, seed).random(spectrum.shape[1:]) for each in waveforms]
    phases = 2 * torch.pi * torch.from_numpy(np.stack(turns)).to(waveforms)
    return stft.overlap_add(torch.polar(spectrum.abs(), phases), waveforms.shape[-1])


COLOURS = {"white": white_noise, "spectrum": spectrum_noise}
"""Noise by its name in the config."""
