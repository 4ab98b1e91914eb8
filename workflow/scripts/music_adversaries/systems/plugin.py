"""Networks of plugins: loaded, built, and checked before they are trained."""

from pathlib import Path

import torch
from torch import Tensor, nn

from music_adversaries import plugins
from music_adversaries.audio.stft import BINS
from music_adversaries.errors import InputError

MOST_UNIT_FRAMES = 100
"""Frames of the shortest usable excerpt: one slice of the CNN."""


def build_plugin(file: str | Path, options: dict, classes: int) -> nn.Module:
    """The `Network` of a plugin, checked by mapping two units to scores.

    Raises `InputError` if it cannot be built or is not a network as `systems.system` describes
    it. The check changes neither its mode nor its parameters.
    """
    make = plugins.load(file, plugins.NETWORK).Network
    try:
        network = make(bins=BINS, classes=classes, **options)
    except Exception as error:
        raise plugins.failure(file, "has a `Network` that cannot be built", error) from error
    fault = _fault(network, file, classes)
    if fault:
        raise InputError(f"The plugin {file} has a `Network` that {fault}: correct it.")
    return network


def _fault(network: object, file: str | Path, classes: int) -> str:
    """What is wrong with a network, as a clause; empty if nothing is."""
    if not isinstance(network, nn.Module):
        return "is no torch.nn.Module"
    frames = getattr(network, "unit_frames", None)
    if not isinstance(frames, int) or not 1 <= frames <= MOST_UNIT_FRAMES:
        return f"has no attribute `unit_frames` from 1 to {MOST_UNIT_FRAMES}"
    if not any(parameter.requires_grad for parameter in network.parameters()):
        return "has no parameters to train"
    places = [tensor.data_ptr() for tensor in network.state_dict().values() if tensor.numel()]
    if len(set(places)) < len(places):
        return "holds one tensor under two names, which its file cannot"
    units = torch.linspace(-1, 1, 2 * frames * BINS).reshape(2, frames, BINS)
    units.requires_grad_(True)
    training = network.training
    try:
        scores = network.eval()(units)
    except Exception as error:
        what = f"has a `Network` that fails on units of shape {tuple(units.shape)}"
        raise plugins.failure(file, what, error) from error
    finally:
        network.train(training)
    return _scores_fault(scores, units, classes)


def _scores_fault(scores: object, units: Tensor, classes: int) -> str:
    wanted = (len(units), classes)
    if not isinstance(scores, Tensor) or tuple(scores.shape) != wanted:
        shape = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        return f"maps units of shape {tuple(units.shape)} to {shape}, not to scores {wanted}"
    if not bool(torch.isfinite(scores).all()):
        return "gives scores that are not finite (NaN or infinite)"
    if not scores.requires_grad:
        return "gives scores without a gradient, which training and adversaries need"
    (gradient,) = torch.autograd.grad(scores.sum(), units, allow_unused=True)
    return "has no gradient at its units, which adversaries need" if gradient is None else ""
