"""The paper's adversary: projected gradient descent on magnitudes, with momentum.

Kereliuk, Sturm and Larsen (2015): find magnitudes that the
system takes for the target class, that are the magnitudes of a real waveform, and whose
distance from the original's is limited.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from music_adversaries.adversaries import constraints
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
    """The adversary's settings; the fields are the config's."""

    step: float
    """μ: how far to go along the gradient of the cost summed over units."""
    most_iterations: int
    stop_confidence: float
    """An excerpt is done when its mean posterior of the target exceeds this."""
    consistency: bool
    """Whether every iterate, and what is returned, is the spectrum of a real waveform."""
    gradient: str = "exact"
    """``exact``, or ``as_published``: see `cost_gradient`."""
    snr_limit_db: float = -float("inf")
    """Least SNR between magnitudes; −inf for none."""


@dataclass
class Adversarial:
    """What the adversary returns for one excerpt."""

    magnitudes: np.ndarray
    """``(frames, bins)``, what satisfies the constraints and is judged before the WAV."""
    waveform: np.ndarray
    """``(samples,)``, its resynthesis."""
    confidence: float
    """Mean posterior of the target, of ``magnitudes``."""
    iterations: int


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Push waveforms ``(excerpts, samples)`` of one length towards ``targets`` ``(excerpts,)``.

    Excerpts leave the batch as they are done; ``progress`` is told how many left. Every
    returned point satisfies the settings' constraints, whether or not it succeeded.
    """
    with torch.no_grad():
        spectrum = stft.analysis(waveforms)
        original = stft.modulus(spectrum)
        state = _State(
            index=torch.arange(len(waveforms), device=waveforms.device),
            waveforms=waveforms,
            ends=stft.remainder(waveforms),
            original=original,
            targets=targets,
            largest=constraints.radius(original, settings.snr_limit_db),
            spectrum=spectrum,
            modulus=original,
            point=original,
            ahead=original,
        )
    results: dict[int, Adversarial] = {}
    inertia = 1.0
    for iteration in range(settings.most_iterations + 1):
        gradient, confidence = cost_gradient(
            system, state.ahead, state.targets, settings.gradient
        )
        last = iteration == settings.most_iterations
        due = torch.full_like(state.targets, last, dtype=torch.bool)
        due |= confidence > settings.stop_confidence
        done = _finish(system, state, due, settings, iteration, results)
        progress(int(done.sum()))
        if bool(done.any()):
            state, gradient = state.only(~done), gradient[~done]
        if len(state.index) == 0:
            break
        inertia_next = (1 + (1 + 4 * inertia**2) ** 0.5) / 2
        _descend(state, gradient, settings, (inertia - 1) / inertia_next)
        inertia = inertia_next
    return [results[number] for number in range(len(waveforms))]


def cost_gradient(
    system: System, magnitudes: Tensor, targets: Tensor, gradient: str = "exact"
) -> tuple[Tensor, Tensor]:
    """Gradient of the cross-entropy towards ``targets``, summed over each excerpt's units.

    Takes magnitudes ``(excerpts, frames, bins)``; returns the gradient of that shape, and
    the confidence ``(excerpts,)`` in the targets. ``as_published`` maps the gradient at
    the standardised magnitudes back with the inverse affine map, g/scale + mean, as the
    published code did for the CNN: not the chain rule, kept to test a claim both ways.
    """
    if gradient == "as_published":
        with torch.no_grad():
            point = system.standardisation(magnitudes)
        score = system.score_standardised
    else:
        point, score = magnitudes.detach(), system
    point.requires_grad_(True)
    scores = score(point)
    wanted = targets[:, None].expand(scores.shape[:2])
    cost = cross_entropy(scores.flatten(0, 1), wanted.flatten(), reduction="sum")
    (slope,) = torch.autograd.grad(cost, point)
    if gradient == "as_published":
        scale, mean = system.standardisation.scale, system.standardisation.mean
        slope = torch.where(scale > 0, slope / scale.clamp_min(1e-12) + mean, 0)
        slope[:, scores.shape[1] * system.unit_frames :] = 0  # frames that fill no unit
    posterior = system.posterior(magnitudes, scores.detach())
    confidence = posterior.gather(1, targets[:, None])[:, 0]
    return slope, confidence


@dataclass
class _State:
    """The excerpts that are not done yet; every field has them as its first dimension."""

    index: Tensor
    waveforms: Tensor
    ends: Tensor
    """What no two frames cover: see `stft.remainder`."""
    original: Tensor
    targets: Tensor
    largest: Tensor
    spectrum: Tensor
    """That whose phases the iterates have."""
    modulus: Tensor
    """Of ``spectrum``."""
    point: Tensor
    ahead: Tensor

    def only(self, kept: Tensor) -> "_State":
        if bool(kept.all()):
            return self
        return _State(**{name: value[kept] for name, value in vars(self).items()})


@torch.no_grad()
def _descend(state: _State, gradient: Tensor, settings: Settings, momentum: float) -> None:
    """One iteration: gradient step, constraints, momentum (FISTA, Beck and Teboulle 2009)."""
    moved = torch.sub(state.ahead, gradient, alpha=settings.step).clamp_min_(0)
    if settings.consistency:
        spectrum = stft.with_phases(moved, state.spectrum, state.modulus)
        state.spectrum = stft.consistent(spectrum, state.ends)
        moved = state.modulus = stft.modulus(state.spectrum)
    moved = constraints.project_to_ball(moved, state.original, state.largest)
    state.ahead = torch.lerp(state.point, moved, 1 + momentum)
    state.point = moved


@torch.no_grad()
def _finish(
    system: System,
    state: _State,
    due: Tensor,
    settings: Settings,
    iteration: int,
    results: dict[int, Adversarial],
) -> Tensor:
    """Judge what would be returned for the excerpts that are ``due``; keep what stands.

    Returns which excerpts are done: the iterate ahead may be confident where the point
    that satisfies the constraints is not, and then the descent goes on.
    """
    done = torch.zeros_like(due)
    if not bool(due.any()):
        return done
    some = state.only(due)
    magnitudes, waveforms = _returned(some, settings.consistency, unchanged=iteration == 0)
    confidence = system.posterior(magnitudes).gather(1, some.targets[:, None])[:, 0]
    last = iteration == settings.most_iterations
    stands = (confidence > settings.stop_confidence) | last
    done[due] = stands
    for row in stands.nonzero()[:, 0].tolist():
        results[int(some.index[row])] = Adversarial(
            magnitudes=magnitudes[row].cpu().numpy(),
            waveform=waveforms[row].cpu().numpy(),
            confidence=float(confidence[row]),
            iterations=iteration,
        )
    return done


def _returned(state: _State, consistency: bool, unchanged: bool) -> tuple[Tensor, Tensor]:
    """Magnitudes that satisfy the constraints, and the waveform that goes with them."""
    if unchanged:
        return state.original, state.waveforms
    spectrum = stft.with_phases(state.point, state.spectrum, state.modulus)
    waveforms = stft.synthesis(spectrum, state.waveforms)
    if not consistency:
        return state.point, waveforms
    waveforms = constraints.pull_into_ball(waveforms, state.waveforms, state.largest)
    return stft.magnitudes(waveforms), waveforms
