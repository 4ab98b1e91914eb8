"""Systems, which map the magnitudes of excerpts to class scores.

A `System` is a standardisation and a network. A network is any `torch.nn.Module` built as
``Network(bins, classes, **options)`` that has an attribute ``unit_frames`` and maps
standardised units ``(batch, unit_frames, bins)`` to scores ``(batch, classes)``. Plugins are
checked before they are used (`systems.plugin`). Files of systems are read by
`systems.loading`.
"""

import importlib
import json
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import save
from torch import Tensor, nn

from music_adversaries.atomic_writes import whole
from music_adversaries.audio import SAMPLE_RATE, stft
from music_adversaries.audio.stft import BINS
from music_adversaries.plugins import is_plugin
from music_adversaries.systems.plugin import build_plugin
from music_adversaries.systems.standardisation import Standardisation
from music_adversaries.systems.voting import vote

NETWORKS = ("frame_dnn", "slice_cnn")
"""Modules beside this one, each with a class `Network`, as plugins have."""


class System(nn.Module):
    """A standardisation and a network on non-overlapping units of ``unit_frames`` frames."""

    sample_rate_hz = SAMPLE_RATE

    def __init__(self, network: nn.Module, labels: list[str]):
        super().__init__()
        self.standardisation = Standardisation(BINS)
        self.network = network
        self.labels = labels

    @property
    def unit_frames(self) -> int:
        """Frames in a unit, which the network classifies."""
        return cast(int, self.network.unit_frames)

    @property
    def device(self) -> torch.device:
        """The device of the parameters."""
        return self.standardisation.mean.device

    def judge(self, waveforms: Tensor) -> Tensor:
        """Mean posteriors ``(excerpts, classes)`` of waveforms ``(excerpts, samples)``.

        At `sample_rate_hz`. Every judgement of audio goes through this method.
        """
        return self.posterior(self.front_end(waveforms))

    def front_end(self, waveforms: Tensor) -> Tensor:
        """The input of `forward` for waveforms ``(excerpts, samples)``: their magnitudes."""
        return stft.magnitudes(waveforms)

    def forward(self, magnitudes: Tensor) -> Tensor:
        """Scores ``(excerpts, units, classes)`` of ``(excerpts, frames, bins)``."""
        return self.score_standardised(self.standardisation(magnitudes))

    def score_standardised(self, standardised: Tensor) -> Tensor:
        """Scores of standardised magnitudes, with shapes as in `forward`."""
        count = standardised.shape[-2] // self.unit_frames
        cut = standardised[:, : count * self.unit_frames]
        units = cut.reshape(-1, self.unit_frames, cut.shape[-1])
        return self.network(units).unflatten(0, (len(cut), count))

    def posterior(self, magnitudes: Tensor, scores: Tensor | None = None) -> Tensor:
        """Mean posteriors ``(excerpts, classes)`` of ``(excerpts, frames, bins)``.

        ``scores`` are the result of `forward`, if it is already known.
        """
        return vote(self(magnitudes) if scores is None else scores)


def build_system(network: str, options: dict, labels: list[str]) -> System:
    """An untrained system with a network of `NETWORKS`, or with that of a plugin.

    No other network is imported, so that an edit to a network reruns only its own systems.

    Raises:
        InputError: a plugin has no network that can be trained.
        KeyError: there is no such network.
    """
    if is_plugin(network):
        return System(build_plugin(network, options, len(labels)), labels)
    if network not in NETWORKS:
        raise KeyError(network)
    make = importlib.import_module(f"{__package__}.{network}").Network
    return System(make(bins=BINS, classes=len(labels), **options), labels)


def save_system(system: System, path: str | Path, description: dict) -> None:
    """Write parameters to ``path`` (safetensors) and ``description`` to JSON beside it.

    ``description`` holds at least ``network`` and ``options``; the labels are added.
    """
    path = Path(path)
    text = json.dumps({**description, "labels": system.labels}, indent=2, ensure_ascii=False)
    with whole(path) as model, whole(path.with_suffix(".json")) as json_file:
        tensors = {
            name: value.contiguous().cpu() for name, value in system.state_dict().items()
        }
        model.write_bytes(save(tensors))  # `save_file` would make it unreadable for others
        json_file.write_text(text + "\n", encoding="utf-8")
