"""Projections on what an adversarial spectrum must satisfy (Kereliuk et al. 2015)."""

import math

import torch
from torch import Tensor

from music_adversaries import spectra

ROUNDING = 1e-5
TINY = 1e-30


def radius(original: Tensor, snr_limit_db: float) -> Tensor:
    """Largest norm of a perturbation of ``original`` ``(excerpts, frames, bins)``.

    Shape ``(excerpts, 1, 1)``; infinite without a limit (``snr_limit_db`` of −inf). A
    hair less than the limit says, so that float32 rounding does not break it.
    """
    norm = torch.linalg.vector_norm(original, dim=(-2, -1), keepdim=True)
    if snr_limit_db == -math.inf:
        return torch.full_like(norm, math.inf)
    return norm * 10 ** (-snr_limit_db / 20) * (1 - ROUNDING)


def project_to_ball(magnitudes: Tensor, original: Tensor, largest: Tensor) -> Tensor:
    """The nearest magnitudes whose distance from ``original`` is at most ``largest``."""
    distance = torch.linalg.vector_norm(magnitudes - original, dim=(-2, -1), keepdim=True)
    outside = distance > largest
    # A silent original has a ball of radius 0: whatever is outside goes back to it.
    excess = torch.where(outside, distance / largest.clamp_min(TINY) - 1, 0)
    return (magnitudes + excess * original) / (1 + excess)


BISECTIONS = 12


def pull_into_ball(waveform: Tensor, original: Tensor, largest: Tensor) -> Tensor:
    """The waveform between ``original`` and ``waveform`` that goes as far as the ball lets.

    Takes and returns ``(excerpts, samples)``. Magnitudes are no linear function of the
    waveform, so that the share of the way to go is found by bisection, starting from a
    share that is always inside: by the triangle inequality, the magnitudes' distance is at
    most the norm of the perturbation's own spectrum times the share.
    """
    start = spectra.magnitudes(original)
    change = waveform - original

    def distance(share: Tensor) -> Tensor:
        moved = spectra.magnitudes(original + share * change)
        return torch.linalg.vector_norm(moved - start, dim=(-2, -1))[:, None]

    limit = largest[:, :, 0]
    whole_way = torch.ones_like(limit)
    if bool((distance(whole_way) <= limit).all()):
        return waveform
    bound = torch.linalg.vector_norm(spectra.magnitudes(change), dim=(-2, -1))[:, None]
    low = torch.minimum(limit / bound.clamp_min(TINY), whole_way)
    low = torch.where(distance(whole_way) <= limit, whole_way, low)
    high = whole_way
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        inside = distance(middle) <= limit
        low = torch.where(inside, middle, low)
        high = torch.where(inside, high, middle)
    return original + low * change
