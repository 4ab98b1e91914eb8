"""Trained systems from their files, without pickles."""

import json
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file

from music_adversaries.errors import InputError
from music_adversaries.plugins import is_plugin
from music_adversaries.systems import System, build_system
from music_adversaries.systems.forest import ForestSystem, load_forest


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
            f"The trained system {path} cannot be loaded ({' '.join(str(error).split())}):"
            " train it again."
        ) from error
    return system.eval().requires_grad_(False)


def load_description(path: str | Path) -> dict:
    """What `save_system` wrote beside ``path``."""
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))


def _read(path: Path, description: dict, plugin: str | Path | None) -> System:
    if not isinstance(description["labels"], list):
        raise ValueError("its labels are no list")
    network = description.get("stands_on", description)
    name = network["network"]
    if is_plugin(name):
        if plugin is None:
            raise InputError(
                f"The trained system {path} has a network of {name!r}, a plugin, which is run"
                " only where it is named: give its file, in the config or by --plugin."
            )
        name = str(plugin)
    system = build_system(name, network["options"], description["labels"])
    system.load_state_dict(load_file(path))
    if "stands_on" not in description:
        return system
    forest = load_forest(path.with_name("forest.skops"))
    return ForestSystem(system, forest, description["options"]["layers"])
