"""Trained systems, read from their files without pickles."""

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

UNUSABLE = (OSError, ValueError, LookupError, RuntimeError, TypeError, SafetensorError)
"""Errors that missing or damaged files raise."""
MOST_LETTERS = 500
"""Length at which a library's message about a damaged file is cut."""


def load_system(path: str | Path, plugin: str | Path | None = None) -> System:
    """A trained system, ready to judge (dropout off, parameters fixed).

    ``path`` is its ``model.safetensors``; ``model.json`` and, for a forest, ``forest.skops``
    are in the same folder. If the network is a plugin, ``plugin`` is its file, which is run; a
    file that only ``model.json`` names is never run. Raises `InputError` if the plugin is not
    given, or if the files are missing, damaged or do not fit each other.
    """
    path = Path(path)
    try:
        system = _read(path, load_description(path), plugin)
    except UNUSABLE as error:
        fault = textwrap.shorten(str(error), MOST_LETTERS, placeholder=" …")
        raise InputError(
            f"The trained system {path} cannot be loaded ({fault}): train it again."
        ) from error
    return system.eval().requires_grad_(False)


def load_description(path: str | Path) -> dict:
    """The description that `save_system` wrote beside ``path``."""
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
        # Built first without memory, since a damaged description may ask for any amount.
        with torch.device("meta"):
            expected = build_system(name, network["options"], labels).state_dict()
        _check_parameters(parameters, expected)
    system = build_system(name, network["options"], labels)
    system.load_state_dict(parameters)
    if "features_of" not in description:
        return system
    # Imported here, since scikit-learn takes long to import.
    from music_adversaries.systems.forest import ForestSystem, load_forest

    forest = load_forest(path.with_name("forest.skops"))
    return ForestSystem(system, forest, description["options"]["layers"])


def _check_labels(labels: object) -> None:
    """Raise ValueError unless the labels are a list of two or more different names."""
    names = labels if isinstance(labels, list) else []
    different = {name for name in names if isinstance(name, str) and name}
    if len(different) < max(2, len(names)):
        raise ValueError("its labels are not a list of two or more different names")


def _check_parameters(parameters: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Raise ValueError unless names, shapes and types are as ``expected`` and all is finite."""
    forms, expected_forms = (
        {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
        for tensors in (parameters, expected)
    )
    if forms != expected_forms:
        raise ValueError("its parameters are not those of the network that it describes")
    for name, tensor in parameters.items():
        if not bool(tensor.isfinite().all()):
            raise ValueError(f"its parameter {name} is not finite")
