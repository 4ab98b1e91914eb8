"""The front end: short-time spectra, their inverse, consistency and signal-to-noise ratio.

Frame ``n`` covers samples ``HOP * n … HOP * n + WINDOW - 1``; nothing is padded
(Kereliuk et al. 2015). Every function takes leading batch dimensions.
"""

from functools import cache

import numpy as np
import torch
from torch import Tensor

WINDOW = 1024
"""Samples of the Hann window: 46 ms at 22 050 Hz."""
HOP = WINDOW // 2
BINS = WINDOW // 2 + 1
EDGE = 1024
"""Samples left out at either end when waveforms are compared."""


NO_FRAMES = np.empty((0, BINS), dtype=np.float32)
"""Magnitudes of nothing."""


def frame_count(samples: int) -> int:
    """Number of whole frames in ``samples`` samples."""
    return max(0, 1 + (samples - WINDOW) // HOP)


def span(first: int, frames: int) -> tuple[int, int]:
    """The samples, from … to (excluded), that so many frames from ``first`` on cover."""
    return first * HOP, (first + frames - 1) * HOP + WINDOW


def analysis(waveform: Tensor) -> Tensor:
    """Spectrum ``(…, frames, bins)``, complex, of a waveform ``(…, samples)``."""
    return torch.fft.rfft(_Frames.apply(waveform) * _hann(waveform))


class _Frames(torch.autograd.Function):
    """Frames ``(…, frames, WINDOW)`` of a waveform ``(…, samples)``, by `Tensor.unfold`.

    Its gradient is added up by halves of frames, in a fraction of the time that torch takes
    for frames of any hop.
    """

    @staticmethod
    def forward(context, waveform: Tensor) -> Tensor:
        context.samples = waveform.shape[-1]
        return waveform.unfold(-1, WINDOW, HOP)

    @staticmethod
    def backward(context, gradient: Tensor) -> Tensor:
        return _added(gradient, context.samples)


def magnitudes(waveform: Tensor) -> Tensor:
    """Magnitudes ``(…, frames, bins)`` of a waveform ``(…, samples)``."""
    return analysis(waveform).abs()


def overlap_add(spectrum: Tensor, samples: int) -> Tensor:
    """Waveform ``(…, samples)`` nearest to ``spectrum`` ``(…, frames, bins)``.

    The least-squares inverse of Griffin and Lim (1984): frames weighted with the window,
    added, and divided by the summed squared window, which runs between 0.5 and 1 where two
    frames overlap. In the half frame at either end one frame fades out alone; the divisor
    goes on as if there were two, since dividing by less would blow any change up to a click.
    """
    window = _hann(spectrum.real)
    frames = torch.fft.irfft(spectrum, n=WINDOW) * window
    squared = window.square()
    divisor = (squared[:HOP] + squared[HOP:]).repeat(-(-samples // HOP))[:samples]
    return _added(frames, samples) / divisor


def _added(frames: Tensor, samples: int) -> Tensor:
    """Sum ``(…, samples)`` of ``(…, frames, WINDOW)``, each at its place."""
    count = frames.shape[-2]
    waveform = frames.new_zeros((*frames.shape[:-2], samples))
    # With a hop of half a window, overlap-adding is adding two rows of half frames.
    waveform[..., : count * HOP] += frames[..., :HOP].flatten(-2)
    waveform[..., HOP : (count + 1) * HOP] += frames[..., HOP:].flatten(-2)
    return waveform


def synthesis(spectrum: Tensor, original: Tensor) -> Tensor:
    """Waveform ``(…, samples)`` whose spectrum is nearest to ``spectrum``.

    It departs from the waveform ``original`` ``(…, samples)`` by the overlap-added
    difference of spectra, so that samples which no two frames cover (the half frame at
    either end, and the tail that fills no frame) fade to the original instead of to zero.
    """
    difference = spectrum - analysis(original)
    return original + overlap_add(difference, original.shape[-1])


def consistent(spectrum: Tensor, original: Tensor) -> Tensor:
    """The spectrum of a real waveform nearest to ``spectrum``: one Griffin-Lim step."""
    return analysis(synthesis(spectrum, original))


def unit_phase(spectrum: Tensor) -> Tensor:
    """``spectrum`` divided by its magnitude; 1 where it is zero."""
    magnitude = spectrum.abs()
    return torch.where(magnitude > 0, spectrum / magnitude.clamp_min(1e-30), 1.0)


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
    inner = slice(EDGE, -EDGE)
    return float(
        snr_db(torch.from_numpy(original[inner]), torch.from_numpy(changed[inner]), dims=1)
    )


def _hann(like: Tensor) -> Tensor:
    return _window(like.dtype, like.device)


@cache
def _window(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.hann_window(WINDOW, dtype=dtype, device=device)
