"""A convolution with a kernel nearly as wide as its input, by Fourier transforms.

The CNN's first kernels span 400 of 513 bins, for which a direct convolution is slow. The
kernel is cut along frequency into pieces, each of which is correlated with its own stretch of
the input by short transforms; the products are summed before one inverse transform (partitioned
convolution, Stockham 1966). The result is that of `nn.Conv2d` up to float32 rounding, at a
fraction of the time, also in backward passes.
"""

import torch
from scipy.fft import next_fast_len
from torch import Tensor, nn

PIECE_BINS = 100
"""One of the fastest divisors of 400 in `benchmarks/convolution.py`."""


class SpectralConv2d(nn.Module):
    """Convolution of one input channel with kernels ``(channels, 1, frames, bins)``."""

    def __init__(self, channels: int, kernel_frames: int, kernel_bins: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, 1, kernel_frames, kernel_bins))
        self.bias = nn.Parameter(torch.zeros(channels))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, units: Tensor) -> Tensor:
        """Map ``(batch, frames, bins)`` to ``(batch, channels, frames', bins')``."""
        kernel_frames, kernel_bins = self.weight.shape[2:]
        batch, frames, bins = units.shape
        out_frames, out_bins = frames - kernel_frames + 1, bins - kernel_bins + 1
        piece = PIECE_BINS if kernel_bins % PIECE_BINS == 0 else kernel_bins
        stretch = out_bins + piece - 1
        length = next_fast_len(stretch, real=True)
        taps = kernel_frames * kernel_bins // piece

        stretches = units.unfold(-1, stretch, piece)
        spectra = torch.fft.rfft(stretches, n=length).unfold(1, kernel_frames, 1)
        pieces = self.weight[:, 0].unflatten(-1, (-1, piece))
        kernels = torch.fft.rfft(pieces, n=length).conj()

        # One matrix product per frequency: positions × taps, taps × channels.
        left = spectra.permute(3, 0, 1, 2, 4).reshape(-1, batch * out_frames, taps)
        right = kernels.permute(3, 2, 1, 0).reshape(-1, taps, len(self.bias))
        product = torch.bmm(left, right).unflatten(1, (batch, out_frames))
        result = torch.fft.irfft(product.permute(1, 3, 2, 0), n=length)[..., :out_bins]
        return result + self.bias[:, None, None]
