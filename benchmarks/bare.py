"""The networks as one writes them first: PyTorch's layers, and nothing about memory."""

from collections.abc import Callable

from torch import nn

BINS = 513
CLASSES = 10


def dnn() -> nn.Module:
    return nn.Sequential(
        *(nn.Flatten(), nn.Linear(BINS, 500), nn.ReLU(), nn.Dropout(0.25)),
        *(nn.Linear(500, 500), nn.ReLU(), nn.Dropout(0.25)),
        *(nn.Linear(500, 500), nn.ReLU(), nn.Linear(500, CLASSES)),
    )


def cnn() -> nn.Module:
    return nn.Sequential(
        *(nn.Unflatten(1, (1, -1)), nn.Conv2d(1, 32, (4, 400)), nn.ReLU(), nn.MaxPool2d(4, 2)),
        *(nn.Conv2d(32, 32, 8), nn.ReLU(), nn.MaxPool2d(4, 2), nn.Flatten()),
        *(nn.Linear(32 * 19 * 23, 50), nn.ReLU(), nn.Linear(50, CLASSES)),
    )


NETWORKS: dict[str, Callable[[], nn.Module]] = {"frame_dnn": dnn, "slice_cnn": cnn}
"""By the names of what they stand beside."""
