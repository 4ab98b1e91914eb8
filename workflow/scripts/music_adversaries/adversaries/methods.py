"""The adversaries, by the method that the config names.

Each method is a module (or a plugin) that defines a dataclass ``Settings``, whose fields are
those of the config, and a function ``attack(system, waveforms, targets, settings, progress)``.
``attack`` takes waveforms ``(excerpts, samples)`` of one length and targets ``(excerpts,)`` as
class numbers, calls ``progress`` with the number of excerpts that have just been finished, and
returns an `Adversarial` per excerpt, successful or not.
"""

import importlib
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from music_adversaries import plugins
from music_adversaries.adversaries.descent import Adversarial
from music_adversaries.judged_tables import UNTARGETED
from music_adversaries.plugins import is_plugin

Settings = Any
"""The ``Settings`` of a method, a dataclass."""


def module_of(method: str) -> ModuleType:
    """The module of a method, beside this one.

    No other method is imported, so that an edit to a method reruns only its own attacks.
    """
    return importlib.import_module(f"{__package__}.{method}")


def settings_of(
    adversary: Mapping[str, Any], snr_limit_db: float, mode: str = "all_wrong"
) -> Settings:
    """The settings of an entry of the config's ``adversaries``, for one SNR limit and mode.

    The goal is to leave the target in the mode ``untargeted``, otherwise to reach it. Raises
    `InputError` if the method is a plugin that cannot be loaded or does not take the fields.
    """
    fields = {**adversary, "snr_limit_db": snr_limit_db}
    method = fields.pop("method")
    if is_plugin(method):
        return _settings_of_plugin(method, fields, mode)
    settings = module_of(method).Settings
    if mode == UNTARGETED and "goal" in settings.__dataclass_fields__:
        fields["goal"] = "leave"
    return settings(**fields)


def attack_of(settings: Settings) -> Callable[..., list[Adversarial]]:
    """The function ``attack`` of the module that defines the class of ``settings``."""
    return sys.modules[type(settings).__module__].attack


def _settings_of_plugin(file: str, fields: dict[str, Any], mode: str) -> Settings:
    """The `Settings` of a plugin; it needs a field ``goal`` for the mode ``untargeted``."""
    settings = plugins.load(file, plugins.METHOD).Settings
    if mode == UNTARGETED:
        fields["goal"] = "leave"
    try:
        return settings(**fields)
    except Exception as error:
        raise plugins.failure(file, "has `Settings` that cannot be made", error) from error
