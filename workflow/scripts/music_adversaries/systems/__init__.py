"""Systems: what maps the magnitudes of excerpts to class scores, and their safe files.

A system is a `System`: a standardisation and a network. A network is any
`torch.nn.Module` built as ``Network(bins, classes, **options)`` that has an attribute
``unit_frames`` and maps standardised units ``(batch, unit_frames, bins)`` to scores
``(batch, classes)``.
"""

import json
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from music_adversaries.errors import InputError
from music_adversaries.spectra import BINS
from music_adversaries.systems.frame_dnn import FrameDNN
from music_adversaries.systems.slice_cnn import SliceCNN
from music_adversaries.systems.standardisation import Standardisation
from music_adversaries.whole import whole

NETWORKS = {"frame_dnn": FrameDNN, "slice_cnn": SliceCNN}
"""Networks by the name that the config gives them."""


class System(nn.Module):
    """Standardisation, then a network on units of ``unit_frames`` frames, not overlapping."""

    def __init__(self, network: nn.Module, labels: list[str]):
        super().__init__()
        self.standardisation = Standardisation(BINS)
        self.network = network
        self.labels = labels

    @property
    def unit_frames(self) -> int:
        """Frames that the network judges at once."""
        return self.network.unit_frames

    def forward(self, magnitudes: Tensor) -> Tensor:
        """Scores ``(excerpts, units, classes)`` of ``(excerpts, frames, bins)``."""
        return self.score_standardised(self.standardisation(magnitudes))

    def score_standardised(self, standardised: Tensor) -> Tensor:
        """Scores of magnitudes that are standardised already, shapes as in `forward`."""
        count = standardised.shape[-2] // self.unit_frames
        cut = standardised[:, : count * self.unit_frames]
        units = cut.reshape(-1, self.unit_frames, cut.shape[-1])
        return self.network(units).unflatten(0, (len(cut), count))


def build_system(network: str, options: dict, labels: list[str]) -> System:
    """An untrained system of the network called ``network`` in `NETWORKS`."""
    return System(NETWORKS[network](bins=BINS, classes=len(labels), **options), labels)


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
        save_file(tensors, model)
        json_file.write_text(text + "\n", encoding="utf-8")


def load_system(path: str | Path) -> System:
    """Read a system of `save_system`, ready to judge (dropout off, parameters fixed).

    Raises `InputError` where the files are missing, damaged or do not fit each other.
    """
    path = Path(path)
    try:
        description = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if not isinstance(description["labels"], list):
            raise ValueError("its labels are no list")
        system = build_system(
            description["network"], description["options"], description["labels"]
        )
        system.load_state_dict(load_file(path))
    except (
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        TypeError,
        SafetensorError,
    ) as error:
        raise InputError(
            f"The trained system {path} cannot be loaded ({' '.join(str(error).split())}):"
            " train it again."
        ) from error
    return system.eval().requires_grad_(False)
