"""The paper's adversary: projected gradient descent on magnitudes, with momentum.

Kereliuk, Sturm and Larsen (2015) look for magnitudes that the system takes for the target
class, that are the magnitudes of a real waveform, and whose distance from the original's is
limited.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from music_adversaries.adversaries import constraints
from music_adversaries.adversaries.descent import Adversarial, Excerpts
from music_adversaries.audio import stft
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Settings:
    step: float
    """μ: the length of a step relative to the gradient of the cost summed over units."""
    most_iterations: int
    stop_confidence: float
    """An excerpt is done when its mean posterior of the target exceeds this."""
    consistency: bool
    """Whether every iterate, and the result, is the spectrum of a real waveform."""
    gradient: str = "exact"
    """``exact``, or ``as_published``: see `cost_gradient`."""
    snr_limit_db: float = -float("inf")
    """Least SNR between magnitudes; −inf for none."""


@dataclass
class _State(Excerpts):
    ends: Tensor
    """The part of the originals that synthesis does not restore: `stft.remainder`."""
    clean: Tensor
    """Magnitudes of the originals."""
    largest: Tensor
    """``(excerpts, 1, 1)``, the largest distance allowed from ``clean``."""
    spectrum: Tensor
    """The spectrum that gives the iterates their phases."""
    modulus: Tensor
    """Of ``spectrum``."""
    point: Tensor
    ahead: Tensor
    """``point``, extrapolated by the momentum."""


def attack(
    system: System,
    waveforms: Tensor,
    targets: Tensor,
    settings: Settings,
    progress: Callable[[int], object] = lambda done: None,
) -> list[Adversarial]:
    """Attack excerpts; `methods` describes the arguments and results.

    All results satisfy the constraints of the settings.
    """
    with torch.no_grad():
        spectrum = stft.analysis(waveforms)
        clean = stft.modulus(spectrum)
        state = _State.of(
            waveforms,
            targets,
            ends=stft.remainder(waveforms),
            clean=clean,
            largest=constraints.radius(clean, settings.snr_limit_db),
            spectrum=spectrum,
            modulus=clean,
            point=clean,
            ahead=clean,
        )
    results: dict[int, Adversarial] = {}
    inertia = 1.0
    for iteration in range(settings.most_iterations + 1):
        gradient, confidence = cost_gradient(
            system, state.ahead, state.targets, settings.gradient
        )
        due = confidence > settings.stop_confidence
        due |= iteration == settings.most_iterations
        done = _finish(system, state, due, settings, iteration, results)
        progress(int(done.sum()))
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
    """Gradient of the cross-entropy with ``targets``, summed over each excerpt's units.

    Takes magnitudes ``(excerpts, frames, bins)``; returns the gradient, of that shape, and
    the confidence ``(excerpts,)`` in the targets. ``as_published`` maps the gradient at the
    standardised magnitudes back with the inverse affine map, g/scale + mean, as the published
    code did for the CNN. This is not the chain rule; it is kept to test a claim both ways.
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
        slope[:, scores.shape[1] * system.unit_frames :] = 0  # frames beyond the last unit
    posterior = system.posterior(magnitudes, scores.detach())
    return slope, posterior.gather(1, targets[:, None])[:, 0]


@torch.no_grad()
def _descend(state: _State, gradient: Tensor, settings: Settings, momentum: float) -> None:
    """One iteration: gradient step, constraints, momentum (FISTA, Beck and Teboulle 2009)."""
    moved = torch.sub(state.ahead, gradient, alpha=settings.step).clamp_min_(0)
    if settings.consistency:
        spectrum = stft.with_phases(moved, state.spectrum, state.modulus)
        state.spectrum = stft.consistent(spectrum, state.ends)
        moved = state.modulus = stft.modulus(state.spectrum)
    moved = constraints.project_to_ball(moved, state.clean, state.largest)
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
    """Judge the points of excerpts that are ``due``; put those that are done into ``results``.

    Returns which excerpts are done. The descent goes on if the extrapolated iterate is
    confident and the point that satisfies the constraints is not.
    """
    done = torch.zeros_like(due)
    if not bool(due.any()):
        return done
    candidates = state.only(due)
    magnitudes, waveforms = _returned(
        candidates, settings.consistency, unchanged=iteration == 0
    )
    confidence = system.posterior(magnitudes).gather(1, candidates.targets[:, None])[:, 0]
    last = iteration == settings.most_iterations
    done[due] = finished = (confidence > settings.stop_confidence) | last
    for row in finished.nonzero()[:, 0].tolist():
        results[int(candidates.index[row])] = Adversarial(
            magnitudes[row].cpu().numpy(),
            waveforms[row].cpu().numpy(),
            float(confidence[row]),
            iteration,
        )
    return done


def _returned(state: _State, consistency: bool, unchanged: bool) -> tuple[Tensor, Tensor]:
    """Magnitudes that satisfy the constraints, and their waveforms."""
    if unchanged:
        return state.clean, state.originals
    spectrum = stft.with_phases(state.point, state.spectrum, state.modulus)
    waveforms = stft.synthesis(spectrum, state.originals)
    if not consistency:
        return state.point, waveforms
    waveforms = constraints.pull_into_ball(waveforms, state.originals, state.largest)
    return stft.magnitudes(waveforms), waveforms
