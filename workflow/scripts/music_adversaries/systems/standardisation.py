"""Standardisation per bin, a part of the system so that gradients flow through it."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

LEAST_DEVIATION = 0.05
"""Bins with a smaller standard deviation carry no information and are set to zero."""


class Standardisation(nn.Module):
    """(magnitude − mean) · scale per bin, where scale is 1/deviation, or 0 for masked bins."""

    mean: Tensor
    scale: Tensor

    def __init__(self, bins: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(bins))
        self.register_buffer("scale", torch.ones(bins))

    def set_moments(self, mean: np.ndarray, variance: np.ndarray) -> None:
        """Set the mean and variance ``(bins,)`` of the training set."""
        deviation = np.sqrt(variance)
        scale = np.where(deviation < LEAST_DEVIATION, 0, 1 / np.maximum(deviation, 1e-12))
        self.mean.copy_(torch.from_numpy(mean))
        self.scale.copy_(torch.from_numpy(scale))

    def forward(self, magnitudes: Tensor) -> Tensor:
        return (magnitudes - self.mean) * self.scale


def class_balanced_moments(
    excerpts: Iterable[tuple[str, np.ndarray]],
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance per bin with equal weights for all classes, however many frames.

    Takes pairs of a label and magnitudes ``(frames, bins)``, and returns two float64 arrays
    ``(bins,)``: the mean of the class means, and the mean of the variances within classes plus
    the variance of the class means (law of total variance). The published code took the
    variance *of* the class variances instead, which is not a scale.
    """
    sums: dict[str, list] = {}
    for label, magnitudes in excerpts:
        frames, first, second = sums.get(label, (0, 0.0, 0.0))
        magnitudes = np.asarray(magnitudes, dtype=np.float64)
        sums[label] = [
            frames + len(magnitudes),
            first + magnitudes.sum(axis=0),
            second + np.square(magnitudes).sum(axis=0),
        ]
    means = np.array([first / frames for frames, first, _ in sums.values()])
    squares = np.array([second / frames for frames, _, second in sums.values()])
    within = np.maximum(squares - np.square(means), 0)
    return means.mean(axis=0), within.mean(axis=0) + means.var(axis=0)
