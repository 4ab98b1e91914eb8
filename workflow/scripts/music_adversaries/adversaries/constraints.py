"""Constraints on adversarial excerpts.

Magnitudes are projected for the paper's adversary (Kereliuk et al. 2015). For the other
adversaries, waveforms satisfy constraints that are applied in order: `SnrBall`, `SampleRange`,
`Grid`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from music_adversaries.audio import stft

ROUNDING = 1e-5
TINY = 1e-30
BISECTIONS = 12
BLOCK = 256
"""Samples over which squares are summed in float32."""
FAINT = 1e-12
"""Norms up to this are computed in float64, since float32 cannot hold their squares."""
FULL_SCALE = 2**15
"""16-bit steps from 0 to full scale, as `files.write_wav` writes them."""
SHORTENING = 1e-5
"""Share by which `satisfying` first shortens a change; it doubles until nothing is left."""


def radius(original: Tensor, snr_limit_db: float) -> Tensor:
    """Largest norm ``(excerpts, 1, 1)`` of a change of ``(excerpts, frames, bins)``.

    Infinite without a limit (``snr_limit_db`` of −inf); slightly less than the limit allows,
    so that float32 rounding does not break it.
    """
    norm = torch.linalg.vector_norm(original, dim=(-2, -1), keepdim=True)
    if snr_limit_db == -math.inf:
        return torch.full_like(norm, math.inf)
    return norm * 10 ** (-snr_limit_db / 20) * (1 - ROUNDING)


def project_to_ball(magnitudes: Tensor, original: Tensor, largest: Tensor) -> Tensor:
    """The nearest magnitudes whose distance from ``original`` is at most ``largest``."""
    distance = torch.linalg.vector_norm(magnitudes - original, dim=(-2, -1), keepdim=True)
    share = torch.where(distance > largest, largest / distance, 1)
    return torch.lerp(original, magnitudes, share)


def pull_into_ball(waveform: Tensor, original: Tensor, largest: Tensor) -> Tensor:
    """The point between ``original`` and ``waveform`` that is as far as the ball allows.

    Takes and returns ``(excerpts, samples)``; the ball is one of magnitudes, of the radius
    ``largest`` ``(excerpts, 1, 1)``. Magnitudes are not linear in the waveform, so the share
    of the change is found by bisection. It starts from a share that is always inside: by the
    triangle inequality, the distance of the magnitudes is at most the share times the norm of
    the spectrum of the whole change.
    """
    start = stft.magnitudes(original)
    change = waveform - original

    def distance(share: Tensor) -> Tensor:
        moved = stft.magnitudes(original + share * change)
        return torch.linalg.vector_norm(moved - start, dim=(-2, -1))[:, None]

    limit = largest[:, :, 0]
    high = torch.ones_like(limit)
    fits = distance(high) <= limit
    if bool(fits.all()):
        return waveform
    bound = torch.linalg.vector_norm(stft.magnitudes(change), dim=(-2, -1))[:, None]
    low = torch.where(fits, high, torch.minimum(limit / bound.clamp_min(TINY), high))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        inside = distance(middle) <= limit
        low = torch.where(inside, middle, low)
        high = torch.where(inside, high, middle)
    return original + low * change


def norms_of(waveforms: Tensor) -> Tensor:
    """Norms ``(excerpts, 1)`` of ``(excerpts, samples)``, in float64."""
    return torch.linalg.vector_norm(waveforms, dim=-1, keepdim=True, dtype=torch.float64)


def quick_norms_of(waveforms: Tensor) -> Tensor:
    """`norms_of` with a relative error of at most 1e-6, in a fifth of the time."""
    whole = waveforms.shape[-1] // BLOCK * BLOCK
    blocks = waveforms[..., :whole].unflatten(-1, (-1, BLOCK))
    rest = torch.linalg.vector_norm(waveforms[..., whole:], dim=-1, keepdim=True)
    norms = norms_of(torch.cat([torch.linalg.vector_norm(blocks, dim=-1), rest], dim=-1))
    held = (norms > FAINT) & (norms < math.inf)
    return norms if bool(held.all()) else norms_of(waveforms)


class Constraint(Protocol):
    """A set of waveforms ``(excerpts, samples)`` near originals of that shape."""

    def project(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        """The nearest waveforms in the set."""

    def holds(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        """Which excerpts ``(excerpts,)`` are in the set."""


@dataclass(frozen=True)
class SnrBall:
    """Waveforms whose SNR is at least ``limit_db``, excerpt by excerpt.

    The norm of the change is over all samples, that of the signal leaves out `stft.EDGE`
    samples at either end. So both the SNR of the whole waveforms and the reported SNR, which
    leaves these samples out of both norms, keep the limit.
    """

    limit_db: float

    def radius(self, originals: Tensor, norms: Callable = norms_of) -> Tensor:
        """Largest norm ``(excerpts, 1)`` of a change, in float64, computed with ``norms``."""
        inner = originals[..., stft.EDGE : -stft.EDGE]
        return norms(inner) * 10 ** (-self.limit_db / 20)

    def project(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        norms = quick_norms_of(waveforms - originals)
        # Slightly inside: half for the error of the norms, half for the rounding of samples.
        largest = (1 - ROUNDING / 2) * self.radius(originals, quick_norms_of)
        if bool((norms <= largest).all()):
            return waveforms
        share = torch.where(norms > largest, (1 - ROUNDING / 2) * largest / norms, 1)
        return torch.lerp(originals, waveforms, share.to(waveforms))

    def holds(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        return (norms_of(waveforms - originals) <= self.radius(originals))[:, 0]


class SampleRange:
    """Waveforms whose samples 16 bits can represent: −1 ≤ x < 1."""

    def project(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        return waveforms.clamp(-1, 1 - 1 / FULL_SCALE)

    def holds(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        # Several times as fast as comparing every sample, or as torch's `aminmax`.
        return (waveforms.amin(dim=-1) >= -1) & (waveforms.amax(dim=-1) <= 1 - 1 / FULL_SCALE)


class Grid:
    """Waveforms on the 16-bit grid: a written file is read back bit for bit."""

    def project(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        return (waveforms * FULL_SCALE).round_().div_(FULL_SCALE)

    def holds(self, waveforms: Tensor, originals: Tensor) -> Tensor:
        apart = self.project(waveforms, originals).sub_(waveforms)
        return apart.abs_().amax(dim=-1) == 0


def waveform_constraints(snr_limit_db: float) -> list[Constraint]:
    """The constraints of every iterate: the SNR limit, if any, and the range of samples."""
    ball = [] if snr_limit_db == -math.inf else [SnrBall(snr_limit_db)]
    return [*ball, SampleRange()]


def in_order(constraints: Sequence[Constraint], waveforms: Tensor, originals: Tensor) -> Tensor:
    """``waveforms`` projected onto one constraint after the other."""
    for constraint in constraints:
        waveforms = constraint.project(waveforms, originals)
    return waveforms


def satisfying(
    constraints: Sequence[Constraint], waveforms: Tensor, originals: Tensor
) -> Tensor:
    """Waveforms near ``waveforms`` that satisfy all ``constraints``.

    Projection onto a later constraint may break an earlier one: rounding, for instance, may
    leave the ball. In that case, the change is projected onto the first constraint and then
    shortened until all constraints hold. If nothing is left of the change, the projected
    original is returned, whether or not it satisfies all.
    """
    found = in_order(constraints, waveforms, originals)
    if bool(_all_hold(constraints, found, originals).all()):
        return found
    change = in_order(constraints[:1], waveforms, originals) - originals
    shortening = SHORTENING
    while bool((broken := ~_all_hold(constraints, found, originals)).any()):
        shorter = originals + max(0.0, 1 - shortening) * change
        again = in_order(constraints, shorter, originals)
        found = torch.where(broken[:, None], again, found)
        if shortening >= 1:
            break
        shortening *= 2
    return found


def written(constraints: Sequence[Constraint], waveforms: Tensor, originals: Tensor) -> Tensor:
    """``waveforms`` as they are read back from 16-bit files that satisfy ``constraints``."""
    return satisfying([*constraints, Grid()], waveforms, originals)


def _all_hold(
    constraints: Sequence[Constraint], waveforms: Tensor, originals: Tensor
) -> Tensor:
    held = [constraint.holds(waveforms, originals) for constraint in constraints]
    return torch.stack(held).all(dim=0)
