"""The frame system: a dense network that classifies single frames (Kereliuk et al. 2015)."""

from collections.abc import Sequence

from torch import Tensor, nn


class Network(nn.Module):
    """Dense ReLU layers, with dropout on the inputs of all hidden layers but the first."""

    unit_frames = 1

    def __init__(
        self,
        bins: int,
        classes: int,
        hidden_units: Sequence[int] = (500, 500, 500),
        dropout: float = 0.25,
    ):
        super().__init__()
        layers: list[nn.Module] = []
        inputs = bins
        for index, units in enumerate(hidden_units):
            if index > 0:
                layers.append(nn.Dropout(dropout))
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            inputs = units
        self.layers = nn.Sequential(*layers, nn.Linear(inputs, classes))

    def forward(self, units: Tensor) -> Tensor:
        """Scores ``(batch, classes)`` of standardised frames ``(batch, 1, bins)``."""
        return self.layers(units.squeeze(1))

    def activations(self, frames: Tensor) -> list[Tensor]:
        """The outputs ``(…, units)`` of all hidden layers for standardised ``(…, bins)``."""
        found = []
        for layer in list(self.layers)[:-1]:
            frames = layer(frames)
            if isinstance(layer, nn.ReLU):
                found.append(frames)
        return found
