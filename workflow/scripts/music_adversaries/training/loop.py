"""Training: minibatch descent on units, with early stopping by the validation error."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from music_adversaries.datasets.magnitude_shards import Magnitudes
from music_adversaries.errors import InputError
from music_adversaries.progress import progress
from music_adversaries.systems.standardisation import class_balanced_moments
from music_adversaries.systems.system import System
from music_adversaries.training.checkpoints import Checkpoint, TrainingState

Perturbation = Callable[..., Tensor]
"""Takes a system, units ``(batch, unit_frames, bins)``, classes ``(batch,)`` and a
``generator`` for all that it draws; returns perturbed units. Dropout is off, as in the system
that is evaluated, and the parameters stay as they are."""

LEAST_DROP = 0.001
"""A validation error counts as lower if it is lower by this share of the lowest."""

TRAINING_STREAM, VALIDATION_STREAM = 1, 2


@dataclass(frozen=True)
class Recipe:
    """How to train; the fields are the config's (Kereliuk et al. 2015)."""

    optimiser: str
    """``sgd`` or ``adam``."""
    initialisation: float | str
    """Half-width of a uniform distribution, or ``he`` (He et al. 2015)."""
    batch: int
    """Units in a minibatch."""
    learning_rate: float
    """In the first epoch; falls linearly to a hundredth over ``ramp_epochs``."""
    momentum: tuple[float, float]
    """In the first epoch and after ``ramp_epochs``, linear between (``sgd`` alone)."""
    ramp_epochs: int
    least_epochs: int
    most_epochs: int
    patience: int
    """Epochs without a drop of the validation error by 0.1 % after which to stop."""

    def lengthened(self, times: int) -> Self:
        """The recipe with ``times`` as many epochs, in which rates fall more slowly."""
        epochs = ("ramp_epochs", "least_epochs", "most_epochs", "patience")
        return replace(self, **{name: times * getattr(self, name) for name in epochs})


def unperturbed(
    system: System, units: Tensor, classes: Tensor, generator: torch.Generator | None = None
) -> Tensor:
    """The units as they are."""
    return units


@dataclass(frozen=True)
class Variant:
    """The differences of a training from the standard one, which is ``Variant()``."""

    perturb: Perturbation = unperturbed
    """Perturbs each training minibatch."""
    validated: Mapping[str, Perturbation] = field(default_factory=dict)
    """Perturbations of the validation set, by the column of the history for the error under
    each; ``error_valid`` is that of the unperturbed units."""
    selected_by: str = "error_valid"
    """The error that decides which epoch is kept and when training stops."""
    lengthening: int = 1
    """The factor by which the recipe's numbers of epochs are multiplied."""
    watch: Callable[[pd.DataFrame], bool] = lambda history: False
    """Whether the history so far shows that training failed and must end."""


STANDARD = Variant()


@dataclass(frozen=True)
class Units:
    """The units of some excerpts, and their labels as class indices ``(units,)``."""

    magnitudes: Magnitudes
    places: np.ndarray
    classes: np.ndarray
    unit_frames: int

    def batches(self, order: np.ndarray, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Minibatches of units ``(batch, unit_frames, bins)`` and classes ``(batch,)``."""
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            units = self.magnitudes.gather(self.places[chosen], self.unit_frames)
            yield torch.from_numpy(units), torch.from_numpy(self.classes[chosen])


def units_of(magnitudes: Magnitudes, excerpts: pd.DataFrame, system: System) -> Units:
    """The units of ``excerpts`` (columns ``excerpt``, ``label``) that ``system`` judges."""
    places, owners = magnitudes.units(excerpts.excerpt, system.unit_frames)
    index = {label: number for number, label in enumerate(system.labels)}
    classes = excerpts.label.map(index).to_numpy(dtype=np.int64)
    return Units(magnitudes, places, classes[owners], system.unit_frames)


def train(
    system: System,
    magnitudes: Magnitudes,
    fold: pd.DataFrame,
    recipe: Recipe,
    seed: int,
    variant: Variant = STANDARD,
    checkpoint: Checkpoint | None = None,
) -> pd.DataFrame:
    """Train ``system`` in place, on its device, and return the history.

    ``fold`` has the columns ``excerpt``, ``label`` and ``split``. The standardisation is that
    of the unperturbed training set in every variant. The history has a row per epoch:
    ``epoch``, ``learning_rate``, ``loss_train`` (nats, of the perturbed units),
    ``error_valid`` (share of misclassified units), and the errors under the perturbations of
    ``variant.validated``. The system ends with the parameters of the epoch with the lowest
    error ``variant.selected_by``. If the ``checkpoint`` holds a state of this training, it
    resumes from there, with the same result. Raises `InputError` if the loss is not finite.
    """
    torch.manual_seed(seed)
    recipe = recipe.lengthened(variant.lengthening)
    initialise(system.network, recipe.initialisation)
    training_set = fold[fold.split == "train"]
    system.standardisation.set_moments(
        *class_balanced_moments(
            (row.label, magnitudes.excerpt(row.excerpt)) for row in training_set.itertuples()
        )
    )
    train_units = units_of(magnitudes, training_set, system)
    valid_units = units_of(magnitudes, fold[fold.split == "valid"], system)
    optimiser = _optimiser(system.network, recipe)
    rng = np.random.default_rng(seed)
    generator = _generator(system, seed, TRAINING_STREAM)
    perturb = partial(variant.perturb, generator=generator)

    state = TrainingState(system, optimiser, rng, generator)
    if checkpoint:
        checkpoint.resume(state)
    with progress(recipe.most_epochs, "epochs") as advance:
        advance(len(state.history))
        while not _is_over(state.history, recipe, variant):
            _set_rates(optimiser, recipe, len(state.history))
            loss = _train_epoch(system, train_units, recipe.batch, optimiser, rng, perturb)
            if not math.isfinite(loss):
                raise InputError(
                    f"Training diverged at epoch {len(state.history)} (loss {loss}): lower the"
                    f" recipe's `learning_rate`, {recipe.learning_rate:g} now."
                )
            errors = _errors(system, valid_units, recipe.batch, variant, seed)
            _record(state, {"loss_train": loss, **errors}, variant.selected_by)
            selecting = errors[variant.selected_by]
            advance(note=f"loss_train {loss:.3f}, {variant.selected_by} {selecting:.3f}")
            if checkpoint:
                checkpoint.save(state)
    system.load_state_dict(state.best)
    system.eval()
    return pd.DataFrame(state.history)


def initialise(network: nn.Module, initialisation: float | str) -> None:
    """Draw all weights anew and set biases to zero.

    Other parameters of one dimension, such as the gains of a normalisation, stay as built.
    """
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(parameter)
        elif parameter.dim() < 2:
            continue
        elif initialisation == "he":
            nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
        else:
            largest = float(initialisation)
            nn.init.uniform_(parameter, -largest, largest)


def should_stop(errors: list[float], recipe: Recipe) -> bool:
    """Whether training should end before ``most_epochs``, by the errors of all epochs."""
    lowest, since = errors[0], 0
    for error in errors[1:]:
        if error < lowest * (1 - LEAST_DROP):
            lowest, since = error, 0
        else:
            since += 1
    return len(errors) >= recipe.least_epochs and since >= recipe.patience


@torch.no_grad()
def error_rate(
    system: System, units: Units, batch: int, perturb: Perturbation = unperturbed
) -> float:
    """Share of ``units``, perturbed by ``perturb``, that ``system`` misclassifies."""
    system.eval()
    device = system.device
    wrong = 0
    for magnitudes, classes in units.batches(np.arange(len(units.places)), batch):
        classes = classes.to(device)
        scores = system(perturb(system, magnitudes.to(device), classes)).squeeze(1)
        wrong += int((scores.argmax(dim=-1) != classes).sum())
    return wrong / len(units.places)


def _is_over(history: list[dict], recipe: Recipe, variant: Variant) -> bool:
    """Whether training ends after the last epoch of the history."""
    if not history:
        return False
    errors = [row[variant.selected_by] for row in history]
    last = len(history) == recipe.most_epochs or should_stop(errors, recipe)
    return last or variant.watch(pd.DataFrame(history))


def _record(state: TrainingState, figures: dict[str, float], selected_by: str) -> None:
    """Add an epoch to the history, and keep its parameters if it is the best so far."""
    rate = state.optimiser.param_groups[0]["lr"]
    lowest = min((row[selected_by] for row in state.history), default=math.inf)
    state.history.append({"epoch": len(state.history), "learning_rate": rate, **figures})
    if figures[selected_by] < lowest:
        parameters = state.system.state_dict()
        state.best = {key: value.clone() for key, value in parameters.items()}


def _errors(
    system: System, units: Units, batch: int, variant: Variant, seed: int
) -> dict[str, float]:
    """The errors of one epoch; the same random numbers are drawn in each epoch."""
    errors = {}
    for column, perturb in {"error_valid": unperturbed, **variant.validated}.items():
        generator = _generator(system, seed, VALIDATION_STREAM)
        errors[column] = error_rate(system, units, batch, partial(perturb, generator=generator))
    return errors


def _generator(system: System, seed: int, stream: int) -> torch.Generator:
    """A generator on the system's device, independent of those of weights and minibatches.

    So all variants of one seed start from the same weights and see the same minibatches.
    """
    own_seed = int(np.random.default_rng([seed, stream]).integers(2**63))
    return torch.Generator(system.device).manual_seed(own_seed)


def _train_epoch(
    system: System,
    units: Units,
    batch: int,
    optimiser: torch.optim.Optimizer,
    rng: np.random.Generator,
    perturb: Perturbation = unperturbed,
) -> float:
    device = system.device
    total = 0.0
    for magnitudes, classes in units.batches(rng.permutation(len(units.places)), batch):
        classes = classes.to(device)
        system.eval()
        perturbed = perturb(system, magnitudes.to(device), classes)
        system.train()
        loss = cross_entropy(system(perturbed).squeeze(1), classes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += float(loss.detach()) * len(classes)
    return total / len(units.places)


def _optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    if recipe.optimiser == "adam":
        return torch.optim.Adam(network.parameters(), lr=recipe.learning_rate)
    return torch.optim.SGD(
        network.parameters(), lr=recipe.learning_rate, momentum=recipe.momentum[0]
    )


def _set_rates(optimiser: torch.optim.Optimizer, recipe: Recipe, epoch: int) -> None:
    ramp = min(epoch / recipe.ramp_epochs, 1)
    start, end = recipe.momentum
    for group in optimiser.param_groups:
        group["lr"] = recipe.learning_rate * (1 - 0.99 * ramp)
        if "momentum" in group:
            group["momentum"] = start + (end - start) * ramp
