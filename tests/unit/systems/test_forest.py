"""The forest against numpy's own forward pass and brute-force windows and votes."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest
import skops.io
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.errors import InputError
from music_adversaries.systems.forest import (
    WINDOW_FRAMES,
    WINDOW_HOP,
    ForestSystem,
    save_forest,
    window_features,
)
from music_adversaries.systems.judging import judge_magnitudes
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import build_system, save_system
from music_adversaries.training.forest import train_forest

LABELS = ["a", "b", "c"]
UNITS = [7, 5]
seeds = st.integers(0, 2**32 - 1)


def network(seed=0):
    torch.manual_seed(seed)
    system = build_system("frame_dnn", {"hidden_units": UNITS}, LABELS)
    rng = np.random.default_rng(seed)
    system.standardisation.set_moments(
        rng.exponential(size=BINS), 1 + rng.exponential(size=BINS)
    )
    return system.eval().requires_grad_(False)


def excerpt(frames, seed=0):
    return np.random.default_rng(seed).exponential(size=(frames, BINS)).astype(np.float32)


def grown(system, layers=(1, 2), seed=0):
    """A system with a forest on windows of noise, whose votes are as good as random."""
    rng = np.random.default_rng(seed)
    features = window_features(system, torch.from_numpy(excerpt(WINDOW_FRAMES))[None], layers)
    windows = features.numpy().reshape(1, -1) + rng.normal(size=(60, features.shape[-1]))
    forest = RandomForestClassifier(9, random_state=seed).fit(windows, np.arange(60) % 3)
    return ForestSystem(system, forest, layers)


def activations(system, magnitudes):
    """Every hidden layer's output by numpy, in float64."""
    values = magnitudes - system.standardisation.mean.double().numpy()
    values = values * system.standardisation.scale.double().numpy()
    found = []
    for layer in system.network.layers[:-1]:
        if isinstance(layer, torch.nn.Linear):
            values = values @ layer.weight.double().numpy().T + layer.bias.double().numpy()
            values = np.maximum(values, 0)
            found.append(values)
    return found


@pytest.mark.parametrize("layers", [(1,), (2,), (1, 2), (2, 1)])
@pytest.mark.parametrize("frames", [150, 200, 299, 300, 450])
def test_window_features_are_means_and_deviations_over_windows(layers, frames):
    system, values = network(), excerpt(frames)
    features = window_features(system, torch.from_numpy(values)[None], layers)[0]
    hidden = np.concatenate(
        [activations(system, values)[layer - 1] for layer in layers], axis=1
    )
    starts = range(0, max(1, frames - WINDOW_FRAMES + 1), WINDOW_HOP)
    expected = [
        np.concatenate([window.mean(axis=0), window.std(axis=0)])
        for window in (hidden[start : start + WINDOW_FRAMES] for start in starts)
    ]
    np.testing.assert_allclose(features, expected, atol=1e-5)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(200, 900))
def test_the_label_is_the_windows_majority_and_trees_break_ties(seed, frames):
    system = grown(network(), seed=seed % 5)
    values = torch.from_numpy(excerpt(frames, seed))
    windows = window_features(system, values[None], system.layers)[0].numpy()
    trees = system.forest.predict_proba(windows)
    votes = np.bincount(system.forest.predict(windows), minlength=3)
    ahead = np.flatnonzero(votes == votes.max())
    best = ahead[trees.mean(axis=0)[ahead].argmax()]
    posterior = system.posterior(values[None])[0].numpy()
    assert posterior.argmax() == best
    np.testing.assert_allclose(posterior, votes / votes.sum(), atol=2e-3)
    assert posterior.sum() == pytest.approx(1, abs=1e-6)
    judged = judge_magnitudes(system, [values]).iloc[0]
    assert judged.predicted == LABELS[best]


def test_an_adversary_goes_through_the_network_that_the_forest_stands_on():
    base = network()
    system = grown(base)
    values = torch.from_numpy(excerpt(300))[None].requires_grad_(True)
    torch.testing.assert_close(system(values), base(values))
    scores = system(values)
    (slope,) = torch.autograd.grad(scores.sum(), values)
    assert float(slope.abs().max()) > 0
    # Scores that are known already do not change what the forest says.
    known = system.posterior(values, scores.detach())
    torch.testing.assert_close(known, system.posterior(values))


def saved(folder, layers=(1, 2)):
    system = grown(network(), layers)
    description = {
        "network": "forest",
        "options": {"layers": list(layers)},
        "features_of": {"network": "frame_dnn", "options": {"hidden_units": UNITS}},
    }
    save_system(system, folder / "model.safetensors", description)
    save_forest(system.forest, folder / "forest.skops")
    return system, folder / "model.safetensors"


def test_a_saved_forest_judges_as_before(tmp_path):
    system, path = saved(tmp_path)
    values = torch.from_numpy(excerpt(500))[None]
    loaded = load_system(path)
    assert torch.equal(loaded.posterior(values), system.posterior(values))
    assert torch.equal(loaded(values), system(values))
    assert loaded.labels == LABELS


def test_the_same_forest_is_saved_as_the_same_bytes(tmp_path):
    """Wherever its objects lie in memory."""
    files = [saved(tmp_path / name)[1].with_name("forest.skops") for name in ("one", "other")]
    one, other = (file.read_bytes() for file in files)
    assert one == other


class Innocent:
    def __reduce__(self):
        raise AssertionError("a pickle was read")


def with_tree(change):
    """Spoil the first tree of a forest that is saved again."""

    def damage(path):
        forest = skops.io.load(path, trusted=["sklearn.tree._tree.Tree"])
        tree = forest.estimators_[0].tree_
        state = tree.__getstate__()
        change(state["nodes"])
        tree.__setstate__(state)
        save_forest(forest, path)

    return damage


def outside(nodes):
    nodes["right_child"][0] = 10_000


def backwards(nodes):
    nodes["left_child"][0] = 0


def no_such_feature(nodes):
    nodes["feature"][0] = 10_000


DAMAGES = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-50]),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(RandomForestClassifier())),
    "another estimator": lambda path: skops.io.dump(LogisticRegression(), path),
    "a function": lambda path: skops.io.dump(print, path),
    "a child outside the tree": with_tree(outside),
    "a child that leads back": with_tree(backwards),
    "a feature that is not there": with_tree(no_such_feature),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_forest_is_refused_with_its_name_and_a_remedy(tmp_path, damage):
    _, path = saved(tmp_path)
    damage(tmp_path / "forest.skops")
    with pytest.raises(InputError) as refused:
        load_system(path)
    assert str(path) in str(refused.value)
    assert "train it again" in str(refused.value)


@pytest.mark.parametrize("change", [{"layers": [1]}, {"layers": [3]}, {}], ids=str)
def test_a_forest_that_does_not_fit_its_description_is_refused(tmp_path, change):
    _, path = saved(tmp_path)
    file = path.with_suffix(".json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"options": change}))
    with pytest.raises(InputError, match="cannot be loaded"):
        load_system(path)


def test_a_forest_learns_classes_that_its_activations_tell_apart(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        (f"{label}{number}", label, split, level)
        for label, level in zip(LABELS, (0.5, 1.5, 4.0), strict=True)
        for number, split in enumerate(["train", "train", "valid", "test"])
    ]
    shard = tmp_path / "shard0.npy"
    write_shard(
        (
            ({"excerpt": name}, level * rng.exponential(size=(420, BINS)))
            for name, _, _, level in rows
        ),
        shard,
    )
    fold = pd.DataFrame(rows, columns=["excerpt", "label", "split", "level"])
    magnitudes = Magnitudes([shard])
    forests = [
        train_forest(network(), magnitudes, fold, [1, 2], 20, seed) for seed in (1, 1, 2)
    ]
    test_set = fold[fold.split == "test"]
    judged = judge_magnitudes(forests[0], map(magnitudes.excerpt, test_set.excerpt))
    assert judged.predicted.tolist() == test_set.label.tolist()
    some = torch.tensor(magnitudes.excerpt("a3"))[None]
    assert torch.equal(forests[0].posterior(some), forests[1].posterior(some))
    trees = [forest.forest.estimators_[0].tree_.threshold for forest in forests]
    assert trees[0].tolist() == trees[1].tolist() != trees[2].tolist()
