"""Trained systems from their files, without pickles."""

import json
import textwrap
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from music_adversaries.errors import InputError
from music_adversaries.plugins import is_plugin
from music_adversaries.systems.system import System, build_system

MOST_LETTERS = 500
"""Of what the libraries say of a damaged file, as many are repeated."""


def load_system(path: str | Path, plugin: str | Path | None = None) -> System:
    """Read a trained system, ready to judge (dropout off, parameters fixed).

    ``path`` is its ``model.safetensors``; ``model.json`` and, for a forest, ``forest.skops``
    lie beside it. Where the network is a plugin, ``plugin`` is its file, which is run: what
    ``model.json`` names is never run for being named there. Raises `InputError` where the
    plugin is not given, and where the files are missing, damaged or do not fit each other.
    """
    path = Path(path)
    try:
        system = _read(path, load_description(path), plugin)
    except (
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
        TypeError,
        SafetensorError,
    ) as error:
        raise InputError(
            f"The trained system {path} cannot be loaded ({_shown(error)}): train it again."
        ) from error
    return system.eval().requires_grad_(False)


def load_description(path: str | Path) -> dict:
    """What `save_system` wrote beside ``path``."""
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))


def _read(path: Path, description: dict, plugin: str | Path | None) -> System:
    labels = description["labels"]
    _check_labels(labels)
    network = description.get("features_of", description)
    name = network["network"]
    if is_plugin(name):
        if plugin is None:
            raise InputError(
                f"The trained system {path} has a network of {name!r}, a plugin, which is run"
                " only where it is named: give its file, in the config or by --plugin."
            )
        name = str(plugin)
    parameters = load_file(path)
    if not is_plugin(name):
        # Without memory at first: a damaged description may ask for any amount.
        with torch.device("meta"):
            _check_parameters(
                parameters, build_system(name, network["options"], labels).state_dict()
            )
    system = build_system(name, network["options"], labels)
    system.load_state_dict(parameters)
    if "features_of" not in description:
        return system
    # Here, since scikit-learn takes longer to import than many a job of the others works.
    from music_adversaries.systems.forest import ForestSystem, load_forest

    forest = load_forest(path.with_name("forest.skops"))
    return ForestSystem(system, forest, description["options"]["layers"])


def _check_labels(labels: object) -> None:
    named = isinstance(labels, list) and all(
        isinstance(label, str) and label for label in labels
    )
    if not isinstance(labels, list) or not named or len(set(labels)) < max(2, len(labels)):
        raise ValueError("its labels are no list of two different names or more")


def _check_parameters(parameters: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Raise ValueError where ``parameters`` are not of the names and forms of ``expected``."""
    forms, expected_forms = (
        {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
        for tensors in (parameters, expected)
    )
    if forms != expected_forms:
        raise ValueError("its parameters are not those of the network that it describes")
    for name, tensor in parameters.items():
        if not bool(tensor.isfinite().all()):
            raise ValueError(f"its parameter {name} is not finite")


def _shown(error: Exception) -> str:
    """What an error says, in one line and, of very much, the beginning."""
    return textwrap.shorten(str(error), MOST_LETTERS, placeholder=" …")
