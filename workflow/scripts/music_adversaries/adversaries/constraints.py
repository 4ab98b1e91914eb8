"""Projections on what an adversarial spectrum must satisfy (section IV of the paper)."""

import torch
from torch import Tensor

from music_adversaries import spectra


def radius(original: Tensor, snr_limit_db: float) -> Tensor:
    """Largest norm of a perturbation of ``original`` ``(excerpts, frames, bins)``.

    Shape ``(excerpts, 1, 1)``; infinite without a limit (``snr_limit_db`` of −inf).
    """
    norm = torch.linalg.vector_norm(original, dim=(-2, -1), keepdim=True)
    return norm * 10 ** (-snr_limit_db / 20)


def project_to_ball(magnitudes: Tensor, original: Tensor, largest: Tensor) -> Tensor:
    """The nearest magnitudes whose distance from ``original`` is at most ``largest``."""
    distance = torch.linalg.vector_norm(magnitudes - original, dim=(-2, -1), keepdim=True)
    excess = (distance / largest - 1).clamp_min(0)
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

    limit = largest[:, :, 0] * (1 - 1e-5)  # room for float32 rounding
    whole_way = torch.ones_like(limit)
    if bool((distance(whole_way) <= limit).all()):
        return waveform
    bound = torch.linalg.vector_norm(spectra.magnitudes(change), dim=(-2, -1))[:, None]
    low = torch.minimum(limit / bound.clamp_min(1e-30), whole_way)
    low = torch.where(distance(whole_way) <= limit, whole_way, low)
    high = whole_way
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        inside = distance(middle) <= limit
        low = torch.where(inside, middle, low)
        high = torch.where(inside, high, middle)
    return original + low * change
