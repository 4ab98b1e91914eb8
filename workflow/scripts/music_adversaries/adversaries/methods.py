"""The adversaries, by the method that the config names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from music_adversaries.adversaries import (
    black_box,
    expectation,
    minimum,
    noise,
    plain_gradient,
    projected_gradient,
    single_step,
    waveform,
)
from music_adversaries.judgements import UNTARGETED

Settings = (
    projected_gradient.Settings
    | waveform.Settings
    | expectation.Settings
    | minimum.Settings
    | single_step.Settings
    | plain_gradient.Settings
    | black_box.Settings
    | noise.Settings
)
Attack = Callable[..., list[projected_gradient.Adversarial]]


@dataclass(frozen=True)
class Method:
    """What an adversary's module offers."""

    settings: type[Settings]
    attack: Attack


METHODS = {
    "projected_gradient": Method(projected_gradient.Settings, projected_gradient.attack),
    "waveform": Method(waveform.Settings, waveform.attack),
    "expectation": Method(expectation.Settings, expectation.attack),
    "minimum": Method(minimum.Settings, minimum.attack),
    "single_step": Method(single_step.Settings, single_step.attack),
    "plain_gradient": Method(plain_gradient.Settings, plain_gradient.attack),
    "black_box": Method(black_box.Settings, black_box.attack),
    "noise": Method(noise.Settings, noise.attack),
}


def settings_of(
    adversary: Mapping[str, Any], snr_limit_db: float, mode: str = "all_wrong"
) -> Settings:
    """The settings of the config's entry ``adversary``: its ``method`` and their fields.

    The ``mode`` says whether targets are to be reached or left.
    """
    fields = {key: value for key, value in adversary.items() if key != "method"}
    settings = METHODS[adversary["method"]].settings
    if mode == UNTARGETED and "goal" in settings.__dataclass_fields__:  # noise has none
        fields["goal"] = "leave"
    return settings(**fields, snr_limit_db=snr_limit_db)


def attack_of(settings: Settings) -> Attack:
    """The function that attacks with ``settings``."""
    (found,) = [each.attack for each in METHODS.values() if type(settings) is each.settings]
    return found
