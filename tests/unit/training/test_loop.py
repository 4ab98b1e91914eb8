"""Training on toy problems; its rules against closed forms and a second reading."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.systems.standardisation import class_balanced_moments
from music_adversaries.systems.system import System, build_system
from music_adversaries.training.loop import (
    Recipe,
    _optimiser,
    _set_rates,
    error_rate,
    initialise,
    should_stop,
    train,
    units_of,
)

LABELS = ["high", "low"]
FRAME_COUNTS = {"e0": 7, "e1": 12, "e2": 5, "e3": 9, "e4": 6}


def recipe(**changes):
    fields = {
        "optimiser": "sgd",
        "initialisation": 0.1,
        "batch": 8,
        "learning_rate": 0.05,
        "momentum": (0.5, 0.9),
        "ramp_epochs": 10,
        "least_epochs": 1,
        "most_epochs": 6,
        "patience": 50,
    }
    return Recipe(**fields | changes)


def numbered_excerpts(frame_counts):
    """Magnitudes whose every frame can be told from all others."""
    rng = np.random.default_rng(0)
    return {
        name: rng.exponential(size=(frames, 6)).astype(np.float32)
        for name, frames in frame_counts.items()
    }


def in_shards(folder, excerpts, shards):
    """Write ``excerpts`` to ``shards`` shards in turn, and open them."""
    items = list(excerpts.items())
    paths = [folder / f"shard{number}.npy" for number in range(shards)]
    for number, path in enumerate(paths):
        rows = [({"excerpt": name}, array) for name, array in items[number::shards]]
        write_shard(rows, path)
    return Magnitudes(paths)


def toy(folder, separable=True, per_split=3, frames=6):
    """Two classes that differ in the level of half of the bins, and their fold."""
    rng = np.random.default_rng(1)
    excerpts, rows = {}, []
    for split in ("train", "valid", "test"):
        for label in LABELS:
            for number in range(per_split):
                name = f"{label} {split} {number}"
                values = rng.exponential(size=(frames, BINS))
                if separable:
                    values[:, : BINS // 2] *= 5 if label == "low" else 1
                excerpts[name] = values.astype(np.float32)
                rows.append({"excerpt": name, "label": label, "split": split})
    return in_shards(folder, excerpts, 2), pd.DataFrame(rows)


def small_system():
    return build_system("frame_dnn", {"hidden_units": [8, 8]}, LABELS)


def trained(folder, seed=1, **changes):
    magnitudes, fold = toy(folder)
    system = small_system()
    history = train(system, magnitudes, fold, recipe(**changes), seed)
    return system, history, magnitudes, fold


def parameter_bytes(system):
    return b"".join(value.numpy().tobytes() for value in system.state_dict().values())


def epoch_to_stop(errors, least_epochs, patience):
    """The documentation read again: how many epochs run, by looking back from each."""
    for epochs in range(1, len(errors) + 1):
        drops = [0]
        for epoch in range(1, epochs):
            if errors[epoch] < errors[drops[-1]] * 0.999:
                drops.append(epoch)
        without_a_drop = epochs - 1 - drops[-1]
        if epochs >= least_epochs and without_a_drop >= patience:
            return epochs
    return None


error_lists = st.lists(
    st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 0.4999, 0.4995, 0.499, 0.25])),
    min_size=1,
    max_size=20,
)


@settings(max_examples=200, deadline=None)
@given(error_lists, st.integers(1, 12), st.integers(1, 6))
def test_training_stops_after_the_patience_without_a_drop_of_a_thousandth(
    errors, least_epochs, patience
):
    rule = recipe(least_epochs=least_epochs, patience=patience)
    stops = [n for n in range(1, len(errors) + 1) if should_stop(errors[:n], rule)]
    assert (stops[0] if stops else None) == epoch_to_stop(errors, least_epochs, patience)


def test_many_drops_too_small_to_count_add_up_to_one_that_counts():
    creeping = [0.5 * (1 - 0.0004) ** epoch for epoch in range(30)]
    assert not any(should_stop(creeping[:n], recipe(patience=3)) for n in range(1, 31))
    assert should_stop(creeping[:3], recipe(patience=2))


@given(st.integers(0, 500), st.integers(1, 200), st.floats(1e-5, 1), st.floats(0, 0.9))
@settings(max_examples=50, deadline=None)
def test_rates_are_linear_and_then_constant(epoch, ramp, rate, momentum):
    rule = recipe(learning_rate=rate, ramp_epochs=ramp, momentum=(momentum, 0.95))
    optimiser = _optimiser(nn.Linear(1, 1), rule)
    _set_rates(optimiser, rule, epoch)
    group = optimiser.param_groups[0]
    assert group["lr"] == pytest.approx(np.interp(epoch, [0, ramp], [rate, rate / 100]))
    assert group["momentum"] == pytest.approx(np.interp(epoch, [0, ramp], [momentum, 0.95]))


def test_adam_follows_the_learning_rate_and_has_no_momentum_to_set():
    rule = recipe(optimiser="adam")
    optimiser = _optimiser(nn.Linear(1, 1), rule)
    _set_rates(optimiser, rule, 5)
    assert isinstance(optimiser, torch.optim.Adam)
    assert optimiser.param_groups[0]["lr"] == pytest.approx(0.05 * (1 - 0.99 / 2))
    assert "momentum" not in optimiser.param_groups[0]


@pytest.mark.parametrize(("initialisation", "width"), [(0.1, 0.1), (0.01, 0.01)])
def test_uniform_initialisation_fills_its_range_and_zeroes_biases(initialisation, width):
    network = build_system("frame_dnn", {}, LABELS).network
    initialise(network, initialisation)
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any()
        else:
            assert width * 0.98 < float(parameter.detach().abs().max()) <= np.float32(width)
            assert abs(float(parameter.detach().mean())) < width / 20


def test_he_initialisation_has_variance_two_over_the_inputs():
    network = build_system("frame_dnn", {}, LABELS).network
    initialise(network, "he")
    weight = network.layers[0].weight.detach()
    assert float(weight.var()) == pytest.approx(2 / BINS, rel=0.02)
    assert not network.layers[0].bias.any()


@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_a_separable_problem_is_learnt(tmp_path, optimiser):
    rate = {"sgd": 0.1, "adam": 0.003}[optimiser]
    system, history, magnitudes, fold = trained(
        tmp_path, optimiser=optimiser, initialisation="he", learning_rate=rate, most_epochs=15
    )
    assert history.loss_train.iloc[-1] < 0.5 * history.loss_train.iloc[0]
    unseen = units_of(magnitudes, fold[fold.split == "test"], system)
    assert error_rate(system, unseen, 7) == 0


def test_the_history_has_a_row_an_epoch_with_the_rates_that_were_used(tmp_path):
    _, history, _, _ = trained(tmp_path, most_epochs=4)
    assert list(history.columns) == ["epoch", "learning_rate", "loss_train", "error_valid"]
    assert history.epoch.tolist() == [0, 1, 2, 3]
    expected = np.interp(range(4), [0, 10], [0.05, 0.0005])
    np.testing.assert_allclose(history.learning_rate, expected)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    systems = []
    for run, seed in enumerate((1, 1, 2)):
        folder = tmp_path / str(run)
        folder.mkdir()
        torch.rand(run)  # what was drawn before does not matter
        systems.append(trained(folder, seed)[0])
    first, again, other = (parameter_bytes(system) for system in systems)
    assert first == again
    assert first != other


def test_training_ends_with_dropout_off(tmp_path):
    assert not trained(tmp_path, most_epochs=1)[0].training


def test_the_parameters_that_are_kept_are_the_best_epochs(tmp_path):
    """On noise the error jumps about: the last epoch is seldom the best."""
    magnitudes, fold = toy(tmp_path, separable=False, per_split=4)
    rule = recipe(most_epochs=12, learning_rate=0.3)
    system = small_system()
    history = train(system, magnitudes, fold, rule, 3)
    best = int(history.error_valid.argmin())
    assert history.error_valid.iloc[-1] > history.error_valid.min()
    valid = units_of(magnitudes, fold[fold.split == "valid"], system)
    assert error_rate(system, valid, 5) == history.error_valid[best]
    shorter = small_system()
    train(shorter, magnitudes, fold, recipe(most_epochs=best + 1, learning_rate=0.3), 3)
    assert parameter_bytes(system) == parameter_bytes(shorter)


def test_of_epochs_that_are_equally_good_the_first_is_kept(tmp_path):
    settings_ = {"initialisation": "he", "learning_rate": 0.1}
    system, history, magnitudes, fold = trained(tmp_path, most_epochs=15, **settings_)
    first = int(history.error_valid.argmin())
    assert (history.error_valid[first + 1 :] == history.error_valid[first]).any()
    shorter = small_system()
    train(shorter, magnitudes, fold, recipe(most_epochs=first + 1, **settings_), 1)
    assert parameter_bytes(system) == parameter_bytes(shorter)


def test_standardisation_is_taken_from_the_training_set_alone(tmp_path):
    system, _, magnitudes, fold = trained(tmp_path, most_epochs=1)
    rows = fold[fold.split == "train"]
    mean, variance = class_balanced_moments(
        (row.label, magnitudes.excerpt(row.excerpt)) for row in rows.itertuples()
    )
    np.testing.assert_allclose(system.standardisation.mean, mean, rtol=1e-6)
    np.testing.assert_allclose(system.standardisation.scale, variance**-0.5, rtol=1e-6)


def test_the_error_rate_counts_units_judged_wrong(tmp_path):
    magnitudes, fold = toy(tmp_path)
    system = small_system()
    units = units_of(magnitudes, fold, system)
    wrong = total = 0
    with torch.no_grad():
        for row in fold.itertuples():
            values = torch.from_numpy(magnitudes.excerpt(row.excerpt).copy())
            scores = system.eval()(values[None])[0].numpy()
            wrong += int((scores.argmax(axis=1) != LABELS.index(row.label)).sum())
            total += len(scores)
    assert 0 < wrong < total
    for batch in (1, 7, 1000):
        assert error_rate(system, units, batch) == pytest.approx(wrong / total)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.permutations(list(FRAME_COUNTS)))
def test_units_are_the_excerpts_cut_without_overlap(tmp_path_factory, shards, size, chosen):
    folder = tmp_path_factory.mktemp("shards")
    excerpts = numbered_excerpts(FRAME_COUNTS)
    magnitudes = in_shards(folder, excerpts, shards)
    places, owners = magnitudes.units(chosen[:3], size)
    expected = [
        (position, excerpts[name][first : first + size])
        for position, name in enumerate(chosen[:3])
        for first in range(0, FRAME_COUNTS[name] - size + 1, size)
    ]
    assert owners.tolist() == [position for position, _ in expected]
    gathered = magnitudes.gather(places, size)
    assert gathered.dtype == np.float32
    np.testing.assert_array_equal(gathered, [values for _, values in expected])


def test_gathering_keeps_the_order_that_is_asked_for(tmp_path):
    magnitudes = in_shards(tmp_path, numbered_excerpts(FRAME_COUNTS), 3)
    places, _ = magnitudes.units(FRAME_COUNTS, 2)
    order = np.random.default_rng(2).permutation(len(places))
    np.testing.assert_array_equal(
        magnitudes.gather(places[order], 2), magnitudes.gather(places, 2)[order]
    )


def test_a_shard_may_be_empty(tmp_path):
    write_shard([], tmp_path / "shard0.npy")
    write_shard([({"excerpt": "e"}, np.ones((3, BINS), np.float32))], tmp_path / "shard1.npy")
    magnitudes = Magnitudes([tmp_path / "shard0.npy", tmp_path / "shard1.npy"])
    assert magnitudes.excerpt("e").shape == (3, BINS)


def test_an_excerpt_shorter_than_a_unit_has_none(tmp_path):
    magnitudes = in_shards(tmp_path, numbered_excerpts(FRAME_COUNTS), 1)
    _, owners = magnitudes.units(["e2", "e1", "e0"], 6)
    assert owners.tolist() == [1, 1, 2]


def test_an_excerpt_comes_back_whatever_its_name(tmp_path):
    named = {
        name: np.full((3, 2), number, dtype=np.float32)
        for number, name in enumerate(["001", "1", "NA", "a/b c", "café", 'a "b"'])
    }
    magnitudes = in_shards(tmp_path, named, 2)
    for name, values in named.items():
        np.testing.assert_array_equal(magnitudes.excerpt(name), values)


@pytest.mark.parametrize("size", [1, 4, 5, 100])
def test_batches_visit_every_unit_once_with_its_class(tmp_path, size):
    excerpts = numbered_excerpts(FRAME_COUNTS)
    magnitudes = in_shards(tmp_path, excerpts, 2)
    fold = pd.DataFrame(
        {"excerpt": list(excerpts), "label": ["low", "high", "low", "low", "high"]}
    )

    class FramesByTwo(nn.Module):
        unit_frames = 2

    units = units_of(magnitudes, fold, System(FramesByTwo(), LABELS))
    order = np.random.default_rng(3).permutation(len(units.places))
    seen = []
    for values, classes in units.batches(order, size):
        assert len(values) == len(classes) <= size
        seen += zip(values.numpy(), classes.tolist(), strict=True)
    expected = [
        (excerpts[row.excerpt][first : first + 2], LABELS.index(row.label))
        for row in fold.itertuples()
        for first in range(0, FRAME_COUNTS[row.excerpt] - 1, 2)
    ]
    assert len(seen) == len(expected)
    for position, (values, number) in zip(order, seen, strict=True):
        np.testing.assert_array_equal(values, expected[position][0])
        assert number == expected[position][1]


def test_the_log_says_how_many_epochs_there_were_and_the_last_figures(tmp_path, capsys):
    _, history, *_ = trained(tmp_path, most_epochs=3)
    last = history.iloc[-1]
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("epochs 3 of 3, ")
    assert f"loss_train {last.loss_train:.3f}, error_valid {last.error_valid:.3f}" in said
