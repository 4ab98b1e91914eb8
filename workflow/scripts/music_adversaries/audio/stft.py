"""The front end: short-time spectra, their inverse, consistency and signal-to-noise ratio.

Frame ``n`` covers samples ``HOP * n … HOP * n + WINDOW - 1``; nothing is padded
(Kereliuk et al. 2015). Every function takes leading batch dimensions.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

WINDOW = 1024
"""Samples of the Hann window: 46 ms at 22 050 Hz."""
HOP = WINDOW // 2
BINS = WINDOW // 2 + 1
EDGE = 1024
"""Samples left out at either end when waveforms are compared."""
LEAST = 1e-18
"""Magnitudes up to this are taken for 0: float32 keeps few digits of their squares."""
NO_FRAMES = np.empty((0, BINS), dtype=np.float32)
"""Magnitudes of nothing."""


def frame_count(samples: int) -> int:
    """Number of whole frames in ``samples`` samples."""
    return max(0, 1 + (samples - WINDOW) // HOP)


def span(first: int, frames: int) -> tuple[int, int]:
    """The first sample, and the one after the last, of ``frames`` frames from ``first`` on."""
    return first * HOP, (first + frames - 1) * HOP + WINDOW


def analysis(waveform: Tensor) -> Tensor:
    """Spectrum ``(…, frames, bins)``, complex, of a waveform ``(…, samples)``."""
    return torch.fft.rfft(_Frames.apply(waveform) * _window(waveform.dtype, waveform.device))


def magnitudes(waveform: Tensor) -> Tensor:
    """Magnitudes ``(…, frames, bins)`` of a waveform ``(…, samples)``.

    The gradient of a magnitude of 0 is 0, which is among the subgradients.
    """
    return _Magnitudes.apply(waveform)


def modulus(spectrum: Tensor) -> Tensor:
    """Absolute values of a complex ``spectrum``, in a third of the time of `Tensor.abs`.

    Squares too small for their type are 0, in float32 those of values below 1e-22.
    """
    squares = torch.view_as_real(spectrum).square()
    return (squares[..., 0] + squares[..., 1]).sqrt_()


def overlap_add(spectrum: Tensor, samples: int) -> Tensor:
    """Waveform ``(…, samples)`` nearest to ``spectrum`` ``(…, frames, bins)``.

    The least-squares inverse of Griffin and Lim (1984): frames weighted with the window,
    added, and divided by the summed squared window, which is between 0.5 and 1 where two
    frames overlap. In the half frame at either end one frame fades out alone. The divisor
    there is that of two frames, since a smaller one would amplify any change to a click.
    """
    window = _synthesis_window(spectrum.real.dtype, spectrum.device)
    return _added(torch.fft.irfft(spectrum, n=WINDOW).mul_(window), samples)


def synthesis(spectrum: Tensor, original: Tensor) -> Tensor:
    """Waveform ``(…, samples)`` whose spectrum is nearest to ``spectrum``.

    It is the waveform ``original`` ``(…, samples)`` plus the overlap-added difference of
    spectra, so that samples not covered by two frames (the half frame at either end, and the
    tail that fills no frame) fade to the original instead of to zero.
    """
    difference = spectrum - analysis(original)
    return original + overlap_add(difference, original.shape[-1])


def remainder(original: Tensor) -> Tensor:
    """The part of a waveform ``(…, samples)`` that `overlap_add` does not restore: its ends."""
    return original - overlap_add(analysis(original), original.shape[-1])


def consistent(spectrum: Tensor, ends: Tensor) -> Tensor:
    """The spectrum of a real waveform nearest to ``spectrum``: one Griffin-Lim step.

    The waveform is that of `synthesis`. Of its original, only the `remainder` ``ends``
    ``(…, samples)`` is needed, which is the same in every step.
    """
    return analysis(overlap_add(spectrum, ends.shape[-1]).add_(ends))


def with_phases(magnitude: Tensor, spectrum: Tensor, modulus: Tensor) -> Tensor:
    """The spectrum with this ``magnitude`` and the phases of ``spectrum``.

    ``modulus`` is that of ``spectrum``; where it is at most `LEAST`, the phase is 0.
    """
    turned = spectrum * (magnitude / modulus.clamp_min(LEAST))
    if modulus.numel() > 0 and bool(modulus.amin() > LEAST):
        return turned  # nearly always; `torch.where` takes longer than everything above
    return torch.where(modulus > LEAST, turned, magnitude)


def snr_db(signal: Tensor, changed: Tensor, dims: int) -> Tensor:
    """Signal-to-noise ratio in dB, 20 log10(‖signal‖ / ‖changed − signal‖).

    Norms are taken over the last ``dims`` dimensions; infinite where nothing changed.
    """
    over = tuple(range(-dims, 0))
    level = torch.linalg.vector_norm(signal.double(), dim=over)
    noise = torch.linalg.vector_norm((changed - signal).double(), dim=over)
    return 20 * torch.log10(level / noise)


def waveform_snr_db(original: np.ndarray, changed: np.ndarray) -> float:
    """SNR in dB between waveforms ``(samples,)``, without `EDGE` samples at either end."""
    before, after = (torch.from_numpy(each[EDGE:-EDGE]) for each in (original, changed))
    return float(snr_db(before, after, dims=1))


class _Frames(torch.autograd.Function):
    """Frames ``(…, frames, WINDOW)`` of a waveform ``(…, samples)``, by `Tensor.unfold`.

    Its gradient adds halves of frames, in a fraction of the time that torch takes for frames of
    any hop.
    """

    @staticmethod
    def forward(context: Any, waveform: Tensor) -> Tensor:
        context.samples = waveform.shape[-1]
        return waveform.unfold(-1, WINDOW, HOP)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        return _added(gradient, context.samples)


class _Magnitudes(torch.autograd.Function):
    """`modulus` of `analysis`.

    Its gradient uses a transform to real frames, half as long as torch's complex one. It cannot
    be differentiated again.
    """

    @staticmethod
    def forward(context: Any, waveform: Tensor) -> Tensor:
        spectrum = analysis(waveform)
        magnitude = modulus(spectrum)
        context.samples = waveform.shape[-1]
        context.save_for_backward(spectrum, magnitude)
        return magnitude

    @staticmethod
    @once_differentiable
    def backward(context: Any, gradient: Tensor) -> Tensor:
        spectrum, magnitude = context.saved_tensors
        kind = magnitude.dtype, magnitude.device
        # The inverse counts each bin that has a mirror image twice.
        share = (gradient * _bin_weights(*kind)).div_(magnitude.clamp_min(LEAST))
        frames = torch.fft.irfft(spectrum * share, n=WINDOW, norm="forward")
        return _added(frames.mul_(_window(*kind)), context.samples)


def _added(frames: Tensor, samples: int) -> Tensor:
    """Overlap-added sum ``(…, samples)`` of frames ``(…, frames, WINDOW)``."""
    count = frames.shape[-2]
    waveform = frames.new_zeros((*frames.shape[:-2], samples))
    # With a hop of half a window, overlap-adding is adding two rows of half frames.
    halves = waveform[..., : (count + 1) * HOP].unflatten(-1, (count + 1, HOP))
    halves[..., :-1, :] += frames[..., :HOP]
    halves[..., 1:, :] += frames[..., HOP:]
    return waveform


@cache
def _window(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.hann_window(WINDOW, dtype=dtype, device=device)


@cache
def _synthesis_window(dtype: torch.dtype, device: torch.device) -> Tensor:
    """The window divided by the summed squared window of two frames."""
    window = _window(dtype, device)
    squared = window.square()
    return window / (squared[:HOP] + squared[HOP:]).repeat(2)


@cache
def _bin_weights(dtype: torch.dtype, device: torch.device) -> Tensor:
    """For each bin, one over the number of its occurrences in a two-sided spectrum."""
    weights = torch.full((BINS,), 0.5, dtype=dtype, device=device)
    weights[0] = weights[-1] = 1
    return weights
