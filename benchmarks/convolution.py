"""The CNN's first layer: a direct convolution against pieces by Fourier transform.

Prints milliseconds per slice on one thread, medians over interleaved repetitions, and the
ratio to `torch.nn.functional.conv2d`, for each piece width that divides the kernel.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import conv2d

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.systems import spectral_convolution

PIECES = (400, 200, 100, 80, 50)
TASKS = ("forward", "gradient of weights", "gradient of input")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=10, help="slices in a batch")
    parser.add_argument("--repetitions", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    layer = spectral_convolution.SpectralConv2d(32, kernel_frames=4, kernel_bins=400)
    slices = torch.randn(options.slices, 100, 513)
    ways = {"direct": direct} | {f"pieces of {bins}": in_pieces(bins) for bins in PIECES}
    for task in TASKS:
        times = {name: [] for name in ways}
        for _ in range(options.repetitions + 1):
            for name, way in ways.items():
                times[name].append(seconds(way, layer, slices, task))
        medians = {name: np.median(spent[1:]) / len(slices) for name, spent in times.items()}
        for name, median in medians.items():
            ratio = median / medians["direct"]
            print(f"{task:20} {name:15} {1000 * median:7.2f} ms/slice {ratio:6.2f} ×")


def direct(layer, slices):
    return conv2d(slices[:, None], layer.weight, layer.bias)


def in_pieces(bins):
    def way(layer, slices):
        spectral_convolution.PIECE_BINS = bins
        return layer(slices)

    return way


def seconds(way, layer, slices, task):
    layer.requires_grad_(task == "gradient of weights")
    slices = slices.clone().requires_grad_(task == "gradient of input")
    start = time.perf_counter()
    result = way(layer, slices)
    if task != "forward":
        result.square().sum().backward()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
