"""The config: checked against the schema, with defaults filled in.

Imports nothing heavy: the workflow reads the config while it plans.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from music_adversaries import plugins
from music_adversaries.errors import InputError
from music_adversaries.experiment.wrong_values import sentence
from music_adversaries.nearest import did_you_mean, short

PACKAGE = Path(__file__).parents[1]
SCHEMAS = [PACKAGE / "schemas", PACKAGE.parents[1] / "schemas"]
"""Where the schema is when the package is installed, and in the repository."""
SCHEMA = next(filter(Path.is_dir, SCHEMAS)) / "config.schema.yaml"

LARGEST_NUMBER = 2**53
"""Floats hold every whole number up to it; nothing in a config needs to be larger."""

SECTIONS = "probes low_pass survival curves transfer gradients listening".split()
"""The sections of a config, besides its attacks, that name adversaries or architectures."""


class _UniqueKeys(yaml.SafeLoader):
    """A YAML reader that refuses repeated keys; other readers silently keep the last."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        mapping = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise InputError(
                    f"The config {key.start_mark.name} has the key {key.value!r} twice in one"
                    f" place, again in line {key.start_mark.line + 1}: keep one of them."
                )
            seen.add(str(key.value))
        return mapping


def check_keys(files: Iterable[str | Path]) -> None:
    """Raise `InputError` if one of the config's files has a key twice in the same mapping."""
    for file in files:
        with Path(file).open(encoding="utf-8") as text:
            yaml.compose(text, Loader=_UniqueKeys)


def complete(config: Mapping) -> dict:
    """Return a copy of ``config`` with the schema's defaults, its keys sorted.

    Raises `InputError` if the config is not valid.
    """
    completed = _plain(config)
    error = best_match(_DefaultingValidator(_schema()).iter_errors(completed))
    if error is not None:
        raise InputError(sentence(error))
    _check_names(completed)
    return _sorted(completed)


def default_adversaries() -> dict[str, dict]:
    """Return the adversaries that every config has, by name, with their settings."""
    return complete({"datasets": {"any": {"loader": "studio"}}})["adversaries"]


def of_network(adversary: Mapping, network: str) -> dict:
    """Return an adversary's settings, with the ``step`` that it takes on this network."""
    settings = dict(adversary)
    if settings["method"] == "paper":
        kind = "plugin" if plugins.is_plugin(network) else network
        settings["step"] = settings.pop("steps")[kind]
    return settings


@cache
def _schema() -> dict:
    # The reader in C is several times as fast; PyYAML may have been built without it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=loader)


def _plain(value: object) -> Any:
    """Return ``value`` as dicts and lists, with whole floats as integers."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"The config holds {value}, which is not a finite number.")
    if isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
        raise InputError(
            f"The config holds {short(value)}; the largest number allowed is {LARGEST_NUMBER}."
        )
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sorted(value: object) -> Any:
    """Return ``value`` with sorted keys: their order in the config should rerun nothing."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(entry) for entry in value] if isinstance(value, list) else value


def _fill_defaults(
    validator: Any, properties: dict[str, Any], instance: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Set missing properties to their defaults, then validate all properties."""
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if "default" in subschema and name not in instance:
                instance[name] = _plain(subschema["default"])
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


_DefaultingValidator = extend(Draft202012Validator, {"properties": _fill_defaults})


def _check_names(config: dict) -> None:
    """Raise `InputError` for a name that is used in the config but not defined in it."""
    for name, architecture in config["architectures"].items():
        if architecture["network"] == "forest":
            _check_forest(f"architectures.{name}.options", architecture["options"], config)
        else:
            where = f"architectures.{name}.recipe"
            _known(architecture["recipe"], config["recipes"], where, "recipe")
    for number, attack in enumerate(config["attacks"]):
        _check_section(f"attacks.{number}", attack, config)
    for name in SECTIONS:
        _check_section(name, config[name], config)
    for fold in config["folds"]:
        if fold >= config["fold_count"]:
            raise _wrong(
                "folds",
                f"there is no fold {fold}, as `fold_count` is {config['fold_count']} and folds"
                " count from 0.",
            )


def _check_section(where: str, section: dict, config: dict) -> None:
    """Check the adversaries and architectures that a section of the config names."""
    adversaries, architectures = config["adversaries"], config["architectures"]
    for name in section.get("adversaries", ()):
        _known(name, adversaries, f"{where}.adversaries", "adversary")
    for name in section.get("architectures", ()):
        _known(name, architectures, f"{where}.architectures", "architecture")
    if "adversary" not in section:
        return
    name = section["adversary"]
    method = _known(name, adversaries, f"{where}.adversary", "adversary")["method"]
    if method == "paper" and "untargeted" in section.get("modes", ()):
        raise _wrong(
            f"{where}.modes",
            f"{name!r} is the paper's adversary (method `paper`), which needs a target; choose"
            " an adversary of another method, or remove `untargeted`.",
        )


def _check_forest(where: str, options: dict, config: dict) -> None:
    """Check that the network whose activations a forest takes is a DNN with its layers."""
    base = options["features_of"]
    architectures = config["architectures"]
    network = _known(base, architectures, f"{where}.features_of", "architecture")
    if network["network"] != "frame_dnn":
        raise _wrong(
            f"{where}.features_of",
            f"{base!r} is a {network['network']}, and a forest takes the activations of a"
            " frame_dnn.",
        )
    depth = len(network["options"]["hidden_units"])
    if max(options["layers"]) > depth:
        raise _wrong(f"{where}.layers", f"{base!r} has {depth} hidden layers.")


def _known(name: str, known: Mapping[str, dict], where: str, what: str) -> dict:
    """Return the entry of ``known`` with this name; raise `InputError` if there is none."""
    if name not in known:
        raise _wrong(
            where, f"there is no {what} {short(repr(name))}; {did_you_mean(name, known)}"
        )
    return known[name]


def _wrong(where: str, problem: str) -> InputError:
    return InputError(f"The config is wrong at {where}: {problem}")
