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
from music_adversaries.experiment.wrong_values import missing_key, wrong_value
from music_adversaries.nearest import did_you_mean, short

PACKAGE = Path(__file__).parents[1]
SCHEMAS = [PACKAGE / "schemas", PACKAGE.parents[1] / "schemas"]
"""Where the schema lies when the package is installed, and in the repository."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""In C where PyYAML was built with it: several times as fast."""
SCHEMA = next(filter(Path.is_dir, SCHEMAS)) / "config.schema.yaml"


LARGEST_NUMBER = 2**53
"""Up to it, floats hold every whole number; nothing in a config needs to be larger."""


def check_keys(files: Iterable[str | Path]) -> None:
    """Raise `InputError` where one of the config's files has a key twice in one place.

    YAML's readers keep the last of them, and say nothing.
    """
    for file in files:
        twice = next(_keys_twice(_nodes(Path(file).read_text(encoding="utf-8"))), None)
        if twice is not None:
            raise InputError(
                f"The config {file} has the key {twice.value!r} twice in one place, again in"
                f" line {twice.start_mark.line + 1}: keep one of them."
            )


def complete(config: Mapping) -> dict:
    """``config`` with the schema's defaults; raises `InputError` where it is not valid."""
    completed = _plain(config)
    error = best_match(_DefaultingValidator(_schema()).iter_errors(completed))
    if error is not None:
        raise InputError(_sentence(error))
    _check_names(completed)
    return _in_order(completed)


def default_adversaries() -> dict[str, dict]:
    """The adversaries that every config has, by name, with their settings."""
    return complete({"datasets": {"any": {"loader": "studio"}}})["adversaries"]


def of_network(adversary: Mapping, network: str) -> dict:
    """The settings of an adversary as it goes through ``network``: its own of the ``steps``."""
    settings = dict(adversary)
    if settings["method"] == "paper":
        kind = "plugin" if plugins.is_plugin(network) else network
        settings["step"] = settings.pop("steps")[kind]
    return settings


@cache
def _schema() -> dict:
    return yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=LOADER)


def _nodes(text: str) -> Iterator[yaml.Node]:
    """All nodes of a YAML text, each once, however often it is referred to."""
    waiting, seen = [yaml.compose(text, Loader=LOADER)], set()
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        if isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in node.value]


def _keys_twice(nodes: Iterable[yaml.Node]) -> Iterator[yaml.ScalarNode]:
    for node in nodes:
        keys = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in keys:
                yield key
            keys.add(str(key.value))


def _plain(value: object) -> Any:
    """``value`` in plain dicts and lists; whole numbers as integers, however written."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"The config holds {value}, which is not a finite number.")
    if isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
        raise InputError(
            f"The config holds {short(value)}, which is beyond {LARGEST_NUMBER}, the largest"
            " number that it may hold."
        )
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _in_order(value: object) -> Any:
    """``value`` with sorted keys: writing them in another order should rerun nothing."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(entry) for entry in value] if isinstance(value, list) else value


def _fill_defaults(
    validator: Any, properties: dict[str, Any], instance: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Set missing properties to their defaults, then validate them all."""
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if "default" in subschema and name not in instance:
                instance[name] = _plain(subschema["default"])
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


_DefaultingValidator = extend(Draft202012Validator, {"properties": _fill_defaults})


def _sentence(error: ValidationError) -> str:
    where = ".".join(_on_one_line(part) for part in error.absolute_path) or "the top level"
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = sorted(error.schema.get("properties", {}))
        unknown = next(str(key) for key in error.instance if key not in known)
        return (
            f"The config has an unknown key {short(repr(unknown))} at {where}:"
            f" {did_you_mean(unknown, known)}"
        )
    # Of a key that is missing, what it would be.
    about = error.schema.get("properties", {}).get(missing_key(error), error.schema)
    hint = about.get("description", "")
    return f"The config is wrong at {where}: {wrong_value(error)}. {hint}".rstrip()


def _on_one_line(part: object) -> str:
    """A key or an index as it is written, but short and in letters that can be printed."""
    return short(part if str(part).isprintable() else repr(part))


def _check_names(config: dict) -> None:
    """Raise `InputError` for names that one part of the config uses and no part defines."""
    for name, architecture in config["architectures"].items():
        _check_architecture(name, architecture, config)
    for where, part in _parts(config).items():
        _check_part(where, part, config)
    for fold in config["folds"]:
        if fold >= config["fold_count"]:
            raise InputError(
                f"The config is wrong at folds: there is no fold {fold}, as `fold_count` is"
                f" {config['fold_count']} and folds count from 0."
            )


def _parts(config: dict) -> dict[str, dict]:
    """The parts of a config that say who attacks or judges what, by their places in it."""
    attacks = {f"attacks.{number}": attack for number, attack in enumerate(config["attacks"])}
    names = ("probes", "low_pass", "survival", "curves", "transfer", "gradients", "listening")
    return attacks | {name: config[name] for name in names}


def _check_part(where: str, part: dict, config: dict) -> None:
    if "adversary" in part:
        _known(part["adversary"], config["adversaries"], f"{where}.adversary", "adversary")
        _check_modes(where, part, config)
    for name in part.get("adversaries", ()):
        _known(name, config["adversaries"], f"{where}.adversaries", "adversary")
    for name in part.get("architectures", ()):
        _known(name, config["architectures"], f"{where}.architectures", "architecture")


def _check_modes(where: str, part: dict, config: dict) -> None:
    method = config["adversaries"][part["adversary"]]["method"]
    if "untargeted" in part.get("modes", ()) and method == "paper":
        raise InputError(
            f"The config is wrong at {where}.modes: {part['adversary']!r} is the paper's"
            " adversary (method `paper`), which only goes for a target; name one"
            " of another method, or take `untargeted` out."
        )


def _check_architecture(name: str, architecture: dict, config: dict) -> None:
    where = f"architectures.{name}"
    if architecture["network"] != "forest":
        _known(architecture["recipe"], config["recipes"], f"{where}.recipe", "recipe")
        return
    base = architecture["options"]["features_of"]
    where = f"{where}.options"
    _known(base, config["architectures"], f"{where}.features_of", "architecture")
    network = config["architectures"][base]
    if network["network"] != "frame_dnn":
        raise InputError(
            f"The config is wrong at {where}.features_of: {base!r} is a {network['network']},"
            " and a forest takes the activations of a frame_dnn."
        )
    depth = len(network["options"]["hidden_units"])
    if max(architecture["options"]["layers"]) > depth:
        raise InputError(
            f"The config is wrong at {where}.layers: {base!r} has {depth} hidden layers."
        )


def _known(name: str, known: Mapping, where: str, what: str) -> None:
    if name not in known:
        raise InputError(
            f"The config is wrong at {where}: there is no {what} {short(repr(name))};"
            f" {did_you_mean(name, known)}"
        )
