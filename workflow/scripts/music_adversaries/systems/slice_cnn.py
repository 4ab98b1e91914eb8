"""The slice system: a convolutional network over 100 frames (Kereliuk et al. 2015)."""

import torch
from torch import Tensor, nn

from music_adversaries.systems.spectral_convolution import SpectralConv2d


class Network(nn.Module):
    """Two convolutions with max-pooling and a dense layer of 50 units, all with ReLU."""

    unit_frames = 100

    def __init__(self, bins: int, classes: int):
        super().__init__()
        self.wide = SpectralConv2d(32, kernel_frames=4, kernel_bins=400)
        self.narrow = nn.Conv2d(32, 32, kernel_size=8)
        self.pool = nn.MaxPool2d(kernel_size=4, stride=2)
        with torch.no_grad():
            features = self._features(torch.zeros(1, self.unit_frames, bins)).shape[1]
        self.dense = nn.Linear(features, 50)
        self.scores = nn.Linear(50, classes)

    def forward(self, units: Tensor) -> Tensor:
        """Scores ``(batch, classes)`` of standardised slices ``(batch, 100, bins)``."""
        return self.scores(torch.relu(self.dense(self._features(units))))

    def _features(self, units: Tensor) -> Tensor:
        # Max-pooling is many times faster with channels last, with the same values.
        wide = self.wide(units).contiguous(memory_format=torch.channels_last)
        narrow = self.narrow(self.pool(torch.relu(wide)))
        return self.pool(torch.relu(narrow)).flatten(1)
