"""Perturbations against closed forms; variants on a task whose robust answer is known."""

import inspect
import itertools
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_loop import in_shards, parameter_bytes, recipe, small_system, toy
from torch import nn
from torch.nn.functional import cross_entropy

from music_adversaries.audio.stft import BINS
from music_adversaries.experiment.plan import SETTINGS_OF_TRAININGS
from music_adversaries.systems.system import System
from music_adversaries.training.adversarial import (
    noise,
    overfitted,
    passes_of_pgd,
    pgd,
    single_step,
)
from music_adversaries.training.loop import (
    STANDARD,
    Variant,
    error_rate,
    train,
    units_of,
    unperturbed,
)
from music_adversaries.training.variants import VARIANTS

SETTINGS = {"snr_db": 20.0, "steps": 3}
PERTURBATIONS = {
    "noise": noise,
    "single_step": single_step,
    "pgd": partial(pgd, steps=3),
}
perturbations = pytest.mark.parametrize("name", PERTURBATIONS)


class Linear(nn.Module):
    """Two scores that are linear in a frame, or in a slice of two frames."""

    def __init__(self, unit_frames=1):
        super().__init__()
        self.unit_frames = unit_frames
        self.scores = nn.Linear(BINS * unit_frames, 2)

    def forward(self, units):
        return self.scores(units.flatten(1))


def linear_system(unit_frames=1):
    torch.manual_seed(3)
    system = System(Linear(unit_frames), ["a", "b"])
    system.standardisation.set_moments(np.linspace(0, 1, BINS), np.linspace(0.5, 2, BINS))
    return system.eval()


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def some_units(seed, unit_frames=1, count=12, sparse=False):
    """Units and classes; sparse ones have bins, and a whole unit, of silence."""
    rng = np.random.default_rng(seed)
    units = rng.exponential(size=(count, unit_frames, BINS)) * 10 ** rng.uniform(-2, 2)
    if sparse:
        units *= rng.random(units.shape) < 0.5
        units[0] = 0
    classes = torch.from_numpy(rng.integers(2, size=count))
    return torch.from_numpy(units.astype(np.float32)), classes


def snrs_db(units, perturbed):
    """The SNR of each unit, in float64."""
    axes = (1, 2)
    signal = np.linalg.norm(units.double().numpy(), axis=axes)
    return 20 * np.log10(
        signal / np.linalg.norm((perturbed.double() - units.double()).numpy(), axis=axes)
    )


def losses(system, units, classes):
    with torch.no_grad():
        return cross_entropy(system(units).squeeze(1), classes, reduction="none")


# perturbations


@perturbations
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 60), st.sampled_from([1, 2]), st.booleans())
def test_every_unit_keeps_its_snr_and_no_magnitude_is_negative(
    name, seed, snr_db, unit_frames, sparse
):
    units, classes = some_units(seed, unit_frames, sparse=sparse)
    system = linear_system(unit_frames)
    perturbed = PERTURBATIONS[name](system, units, classes, generator(seed), snr_db=snr_db)
    assert perturbed.shape == units.shape and perturbed.dtype == units.dtype
    assert bool((perturbed >= 0).all())
    if sparse:
        assert torch.equal(perturbed[0], units[0])
    found = snrs_db(units[1:], perturbed[1:])
    assert (found > snr_db - 2e-3).all()
    if name == "noise":
        np.testing.assert_allclose(found, snr_db, atol=2e-3)
    else:
        assert not torch.equal(perturbed, units)


def test_noise_is_white_and_as_often_up_as_down_where_there_is_room():
    units = torch.full((400, 1, BINS), 5.0)
    change = noise(None, units, None, generator(), snr_db=30) - units
    assert abs(float((change > 0).double().mean()) - 0.5) < 0.01
    power = change.square().mean(dim=(0, 1))
    assert power.min() > 0.7 * power.mean() and power.max() < 1.3 * power.mean()


@perturbations
def test_what_is_drawn_comes_from_the_generator_alone(name):
    units, classes = some_units(1)
    perturb = partial(PERTURBATIONS[name], linear_system(), units, classes, snr_db=20)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, other = perturb(generator(1)), perturb(generator(2))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(perturb(generator(1)), first)
    assert not torch.equal(other, first)


@perturbations
def test_a_perturbation_leaves_system_and_units_alone(name):
    units, classes = some_units(2)
    copy = units.clone()
    system = linear_system()
    perturbed = PERTURBATIONS[name](system, units, classes, generator(), snr_db=20)
    assert torch.equal(units, copy) and not units.requires_grad
    assert not perturbed.requires_grad
    assert all(parameter.grad is None for parameter in system.parameters())


@pytest.mark.parametrize(("steps", "shortfall"), [(1, 0.9), (2, 0.3), (20, 0.04)])
def test_pgd_finds_the_worst_of_a_linear_system(steps, shortfall):
    """Where no magnitude comes near zero, the worst is straight down the margin's slope."""
    system = linear_system()
    units, classes = some_units(3)
    units = units / units.mean() + 20
    reach = slope_norm(system) * np.linalg.norm(units.numpy(), axis=(1, 2)) * 10 ** (-30 / 20)
    perturbed = pgd(system, units, classes, generator(), 30, steps)
    fall = margins(system, units, classes) - margins(system, perturbed, classes)
    assert (fall <= reach * (1 + 1e-4)).all()
    assert (fall >= reach * (1 - shortfall)).all()


def margins(system, units, classes):
    """Score of the true class less that of the other, of a linear system, in float64."""
    scores = system(units).detach().double().numpy()[:, 0]
    return np.where(classes == 1, 1, -1) * (scores[:, 1] - scores[:, 0])


def slope_norm(system):
    """Norm of the gradient of a linear system's margin."""
    weight = (system.network.scores.weight * system.standardisation.scale).detach().double()
    return float((weight[1] - weight[0]).norm())


@pytest.mark.parametrize("snr_db", [10, 20, 30])
def test_more_steps_cost_a_trained_system_more(tmp_path, snr_db):
    system, units, classes = trained_on_toy(tmp_path)
    perturbed = {
        "none": units,
        "noise": noise(system, units, classes, generator(), snr_db),
        "single_step": single_step(system, units, classes, generator(), snr_db),
        "pgd": pgd(system, units, classes, generator(), snr_db, steps=20),
    }
    loss = {name: losses(system, each, classes).mean() for name, each in perturbed.items()}
    assert loss["none"] < loss["single_step"] < loss["pgd"]
    assert loss["noise"] < loss["single_step"]


def trained_on_toy(folder):
    """A small trained system, and the test units with their classes."""
    magnitudes, fold = toy(folder)
    system = small_system()
    train(system, magnitudes, fold, recipe(initialisation="he", learning_rate=0.1), 1)
    test = units_of(magnitudes, fold[fold.split == "test"], system)
    (batch,) = test.batches(np.arange(len(test.places)), len(test.places))
    return system, *batch


# the watch


def errors_of(pgd_errors, single_step_errors):
    return pd.DataFrame(
        {"error_valid_pgd": pgd_errors, "error_valid_single_step": single_step_errors}
    )


@pytest.mark.parametrize(
    ("pgd_errors", "single_step_errors", "expected"),
    [
        ([0.6], [0.6], False),
        ([0.6, 0.5, 0.4], [0.5, 0.4, 0.3], False),
        ([0.6, 0.5, 0.9], [0.5, 0.4, 0.1], True),  # the single step is masked
        ([0.6, 0.5, 0.9], [0.5, 0.4, 0.4], True),
        ([0.6, 0.5, 0.9], [0.5, 0.4, 0.75], False),  # both rise: no better, but no mask
        ([0.6, 0.5, 0.59], [0.5, 0.4, 0.1], False),  # no leap
        ([0.6, 0.4, 0.48, 0.56], [0.5, 0.3, 0.3, 0.3], True),  # a leap in two
        ([0.9, 0.5, 0.55], [0.1, 0.4, 0.4], False),  # beside the best, not the first
    ],
)
def test_the_watch_sees_a_leap_under_pgd_that_the_single_step_does_not_make(
    pgd_errors, single_step_errors, expected
):
    assert overfitted(errors_of(pgd_errors, single_step_errors)) is expected


def test_when_the_watch_stops_training_the_best_epoch_before_is_kept(tmp_path):
    """The leap is made up: from the third epoch on, bins are validated upside down."""
    magnitudes, fold = toy(tmp_path)
    epochs = itertools.count()

    def spoilt_from_the_third(system, units, classes, generator):
        return units.flip(-1) if next(epochs) >= 2 else units

    validated = {
        "error_valid_pgd": spoilt_from_the_third,
        "error_valid_single_step": unperturbed,
    }
    variant = Variant(validated=validated, selected_by="error_valid_pgd", watch=overfitted)
    changes = {"initialisation": "he", "learning_rate": 0.1, "batch": 100}
    system = small_system()
    history = train(system, magnitudes, fold, recipe(**changes), 1, variant)
    assert len(history) == 3 and overfitted(history)
    best = int(history.error_valid_pgd.iloc[:2].argmin())
    shorter = small_system()
    train(shorter, magnitudes, fold, recipe(most_epochs=best + 1, **changes), 1)
    assert parameter_bytes(system) == parameter_bytes(shorter)


# variants


def variant_of(training, **changes):
    if training == "standard":
        return STANDARD
    chosen = SETTINGS | changes
    return VARIANTS[training](**{key: chosen[key] for key in SETTINGS_OF_TRAININGS[training]})


def test_the_plan_knows_what_each_variant_is_made_of():
    without = {training for training, names in SETTINGS_OF_TRAININGS.items() if not names}
    assert without == {"standard", "retrained"} == set(SETTINGS_OF_TRAININGS) - set(VARIANTS)
    for training, variant in VARIANTS.items():
        names = tuple(inspect.signature(variant).parameters)
        assert names == SETTINGS_OF_TRAININGS[training]


@pytest.mark.parametrize(
    ("training", "columns", "selected_by"),
    [
        ("standard", [], "error_valid"),
        ("pgd", ["error_valid_pgd"], "error_valid_pgd"),
        ("fast", ["error_valid_pgd", "error_valid_single_step"], "error_valid_pgd"),
        ("noise", ["error_valid_noise"], "error_valid_noise"),
        ("longer", [], "error_valid"),
    ],
)
def test_the_kept_epoch_is_the_best_under_what_the_variant_trains_on(
    tmp_path, training, columns, selected_by
):
    """On noise errors jump about: the last epoch is seldom the best."""
    magnitudes, fold = toy(tmp_path, separable=False, per_split=4)
    rule = {"most_epochs": 8, "learning_rate": 0.3}
    variant = variant_of(training, snr_db=10.0, steps=1)
    system, shorter = small_system(), small_system()
    history = train(system, magnitudes, fold, recipe(**rule), 3, variant)
    common = ["epoch", "learning_rate", "loss_train", "error_valid"]
    assert list(history.columns) == [*common, *columns]
    best = int(history[selected_by].argmin())
    assert best < len(history) - 1
    valid = units_of(magnitudes, fold[fold.split == "valid"], system)
    assert error_rate(system, valid, 5) == history.error_valid[best]
    if training != "longer":
        rule = {**rule, "most_epochs": best + 1, "ramp_epochs": 10}
        train(shorter, magnitudes, fold, recipe(**rule), 3, variant)
        assert parameter_bytes(system) == parameter_bytes(shorter)


@pytest.mark.parametrize("training", ["pgd", "fast", "noise", "longer"])
def test_the_same_seed_gives_the_same_bytes_and_no_variant_those_of_another(tmp_path, training):
    magnitudes, fold = toy(tmp_path)
    found = []
    for before, name in enumerate([training, training, "standard"]):
        torch.rand(before)  # what was drawn before does not matter
        system = small_system()
        train(system, magnitudes, fold, recipe(), 1, variant_of(name))
        found.append(parameter_bytes(system))
    first, again, standard = found
    assert first == again
    assert first != standard


def test_a_variant_that_changes_nothing_is_the_standard_training(tmp_path):
    """Whatever it draws: weights, order of minibatches and dropout are those of the seed."""
    magnitudes, fold = toy(tmp_path)

    def idle(system, units, classes, generator):
        assert not system.training
        torch.rand(7, generator=generator)
        return units

    systems = [small_system(), small_system()]
    variant = Variant(idle, {"error_valid_idle": idle})
    with_variant = train(systems[0], magnitudes, fold, recipe(), 1, variant)
    standard = train(systems[1], magnitudes, fold, recipe(), 1)
    assert parameter_bytes(systems[0]) == parameter_bytes(systems[1])
    pd.testing.assert_frame_equal(with_variant[list(standard)], standard)
    assert with_variant.error_valid_idle.equals(with_variant.error_valid)


def test_every_epoch_is_validated_with_the_same_draws_and_trained_with_others(tmp_path):
    magnitudes, fold = toy(tmp_path)
    drawn = {"train": [], "valid": []}

    def drawing(kind, system, units, classes, generator):
        drawn[kind].append(float(torch.rand(1, generator=generator)))
        return units

    variant = Variant(
        partial(drawing, "train"), {"error_valid_drawn": partial(drawing, "valid")}
    )
    train(small_system(), magnitudes, fold, recipe(most_epochs=3, batch=100), 1, variant)
    assert len(drawn["valid"]) == len(drawn["train"]) == 3
    assert len(set(drawn["valid"])) == 1
    assert len({*drawn["train"], *drawn["valid"]}) == 4


def test_standardisation_is_that_of_the_clean_training_set(tmp_path):
    magnitudes, fold = toy(tmp_path)
    systems = [small_system(), small_system()]
    train(
        systems[0], magnitudes, fold, recipe(most_epochs=1), 1, variant_of("noise", snr_db=0.0)
    )
    train(systems[1], magnitudes, fold, recipe(most_epochs=1), 1)
    assert torch.equal(systems[0].standardisation.mean, systems[1].standardisation.mean)
    assert torch.equal(systems[0].standardisation.scale, systems[1].standardisation.scale)


class Counting(Linear):
    """Counts passes that go backward too: forward ones do while gradients are on."""

    passes = 0

    def forward(self, units):
        self.passes += torch.is_grad_enabled()
        return super().forward(units)


@pytest.mark.parametrize("steps", [1, 4])
def test_longer_training_takes_the_passes_of_pgd(tmp_path, steps):
    magnitudes, fold = toy(tmp_path)
    most_epochs, batch = 2, 8
    frames = 2 * 3 * 6
    counts = {}
    for training in ("standard", "pgd", "longer"):
        system = System(Counting(), ["high", "low"])
        variant = variant_of(training, steps=steps)
        history = train(
            system, magnitudes, fold, recipe(most_epochs=most_epochs, batch=batch), 1, variant
        )
        # The steps against the validation set are no passes of training.
        of_validation = steps * len(history) * -(-frames // batch) * (training == "pgd")
        counts[training] = system.network.passes - of_validation
    assert counts["standard"] == most_epochs * -(-frames // batch)
    assert counts["longer"] == counts["pgd"] == passes_of_pgd(steps) * counts["standard"]


def test_a_longer_recipe_has_more_of_every_kind_of_epoch():
    rule = recipe(ramp_epochs=3, least_epochs=2, most_epochs=5, patience=4)
    longer = rule.lengthened(8)
    epochs = (longer.ramp_epochs, longer.least_epochs, longer.most_epochs, longer.patience)
    assert epochs == (24, 16, 40, 32)
    assert longer.learning_rate == rule.learning_rate


# what variants are for

LEVEL, ROBUST, WEAK, RADIUS = 20.0, 5.0, 0.1, 3.0
"""One bin lies `ROBUST` from the middle between two classes and lies about it for a tenth of
all frames; all others lie `WEAK` from it, in noise of 1. Tsipras et al. (2019)."""


def robust_or_accurate(folder):
    """Frames of two classes, and their fold, of the task that the constants describe."""
    rng = np.random.default_rng(5)
    excerpts, rows = {}, []
    for split, frames in (("train", 1500), ("valid", 300), ("test", 1000)):
        for sign, label in ((-1, "a"), (1, "b")):
            values = LEVEL + sign * WEAK + rng.standard_normal((frames, BINS))
            lies = np.where(rng.random(frames) < 0.1, -1, 1)
            values[:, 0] = LEVEL + sign * lies * ROBUST
            excerpts[f"{label} {split}"] = np.maximum(values, 0).astype(np.float32)
            rows.append({"excerpt": f"{label} {split}", "label": label, "split": split})
    return in_shards(folder, excerpts, 1), pd.DataFrame(rows)


def linear_accuracies(system, magnitudes, fold):
    """Of the test set: the accuracy, and that under the worst change of norm `RADIUS`.

    In closed form: such a change takes the radius times the slope's norm from each margin.
    """
    reach = RADIUS * slope_norm(system)
    test = units_of(magnitudes, fold[fold.split == "test"], system)
    (batch,) = test.batches(np.arange(len(test.places)), len(test.places))
    found = margins(system, *batch)
    return (found > 0).mean(), (found > reach).mean()


def test_training_against_the_system_prefers_what_is_robust(tmp_path):
    """The 512 weak bins say more together, and lie within the adversary's reach."""
    magnitudes, fold = robust_or_accurate(tmp_path)
    snr_db = 20 * np.log10(LEVEL * BINS**0.5 / RADIUS)
    rule = recipe(
        optimiser="adam",
        initialisation=0.001,
        learning_rate=0.01,
        batch=100,
        most_epochs=5,
        ramp_epochs=5,
    )
    clean, worst = {}, {}
    for training in ("standard", "noise", "fast", "pgd"):
        system = System(Linear(), ["a", "b"])
        train(system, magnitudes, fold, rule, 1, variant_of(training, snr_db=snr_db))
        clean[training], worst[training] = linear_accuracies(system, magnitudes, fold)
    for training in ("standard", "noise"):
        assert clean[training] > 0.95 and worst[training] < 0.5
    for training in ("fast", "pgd"):
        assert 0.85 < worst[training] <= clean[training] < 0.95
