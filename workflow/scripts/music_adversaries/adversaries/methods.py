"""The adversaries, by the method that the config names."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from music_adversaries import plugins
from music_adversaries.adversaries import (
    black_box,
    expectation,
    minimum,
    noise,
    paper,
    pgd,
    single_step,
    waveform,
)
from music_adversaries.judged_tables import UNTARGETED
from music_adversaries.plugins import is_plugin

Settings = (
    paper.Settings
    | waveform.Settings
    | expectation.Settings
    | minimum.Settings
    | single_step.Settings
    | pgd.Settings
    | black_box.Settings
    | noise.Settings
)
Attack = Callable[..., list[paper.Adversarial]]


@dataclass(frozen=True)
class Method:
    """What an adversary's module offers."""

    settings: type[Settings]
    attack: Attack


METHODS = {
    "paper": Method(paper.Settings, paper.attack),
    "waveform": Method(waveform.Settings, waveform.attack),
    "expectation": Method(expectation.Settings, expectation.attack),
    "minimum": Method(minimum.Settings, minimum.attack),
    "single_step": Method(single_step.Settings, single_step.attack),
    "pgd": Method(pgd.Settings, pgd.attack),
    "black_box": Method(black_box.Settings, black_box.attack),
    "noise": Method(noise.Settings, noise.attack),
}


def settings_of(
    adversary: Mapping[str, Any], snr_limit_db: float, mode: str = "all_wrong"
) -> Settings:
    """The settings of the config's entry ``adversary``: its ``method`` and their fields.

    The ``mode`` says whether targets are to be reached or left. A method that is a plugin is
    loaded; raises `InputError` where that fails, or where it does not take the fields.
    """
    fields = {key: value for key, value in adversary.items() if key != "method"}
    fields["snr_limit_db"] = snr_limit_db
    method = adversary["method"]
    if is_plugin(method):
        return _settings_of_plugin(method, fields, mode)
    settings = METHODS[method].settings
    if mode == UNTARGETED and "goal" in settings.__dataclass_fields__:  # noise has none
        fields["goal"] = "leave"
    return settings(**fields)


def attack_of(settings: Settings) -> Attack:
    """The function that attacks with ``settings``: the ``attack`` beside their class."""
    return sys.modules[type(settings).__module__].attack


def _settings_of_plugin(file: str, fields: dict[str, Any], mode: str) -> Any:
    """The `Settings` of a plugin; one that can only reach targets is refused ``untargeted``."""
    settings = plugins.load(file, plugins.METHOD).Settings
    if mode == UNTARGETED:
        fields["goal"] = "leave"
    try:
        return settings(**fields)
    except Exception as error:
        raise plugins.failure(file, "has `Settings` that cannot be made", error) from error
