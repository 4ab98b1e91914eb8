"""Trainings that are stopped and go on, against the same trainings left alone."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_adversarial import variant_of
from test_loop import LABELS, parameter_bytes, recipe, small_system, toy

from music_adversaries.systems.system import build_system
from music_adversaries.training import checkpoints
from music_adversaries.training.checkpoints import Checkpoint, TrainingState
from music_adversaries.training.loop import STANDARD, Variant, train

TRAINING = {"seed": 3}


class StopError(Exception):
    """What stands for a kill."""


class StoppingCheckpoint(Checkpoint):
    """Stops the training when it has saved so many epochs."""

    def __init__(self, path, epochs, training=TRAINING):
        super().__init__(path, training)
        self.epochs = epochs

    def save(self, state):
        super().save(state)
        if len(state.history) == self.epochs:
            raise StopError


@pytest.fixture(autouse=True)
def saved_after_every_epoch(monkeypatch):
    monkeypatch.setattr(checkpoints, "LARGEST_SHARE", math.inf)


class Toy:
    """A training on noise, where the last epoch is seldom the best."""

    def __init__(self, folder, variant=STANDARD, network="dnn", **changes):
        self.path, self.variant, self.network = folder / ".checkpoint", variant, network
        frames = 100 if network == "cnn" else 6
        self.data = toy(folder, separable=False, per_split=4, frames=frames)
        self.recipe = recipe(**{"learning_rate": 0.3, "most_epochs": 8, **changes})

    def run(self, checkpoint=None):
        """Train a new system; returns the bytes of its parameters, and the history."""
        dnn = self.network == "dnn"
        system = small_system() if dnn else build_system("slice_cnn", {}, LABELS)
        history = train(system, *self.data, self.recipe, 3, self.variant, checkpoint)
        return parameter_bytes(system), history

    def stop_after(self, *epochs):
        """Train and stop after so many epochs, and go on to the next stop."""
        for stop in epochs:
            with pytest.raises(StopError):
                self.run(StoppingCheckpoint(self.path, stop))

    def go_on(self):
        return self.run(Checkpoint(self.path, TRAINING))


def assert_same(found, expected):
    assert found[0] == expected[0]
    pd.testing.assert_frame_equal(found[1], expected[1], check_exact=True)


KINDS = {
    "momentum": {},
    "no momentum": {"momentum": (0, 0)},
    "Adam": {"optimiser": "adam", "learning_rate": 0.03},
    "CNN": {"network": "cnn", "most_epochs": 3, "learning_rate": 0.01},
    "CNN, Adam": {"network": "cnn", "most_epochs": 3, "optimiser": "adam"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_training_that_was_stopped_ends_with_the_same_bits(tmp_path, capsys, kind):
    training = Toy(tmp_path, **KINDS[kind])
    undisturbed = training.run()
    training.stop_after(1, 2)
    assert_same(training.go_on(), undisturbed)
    assert "goes on after 2 epochs" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["pgd", "fast", "noise", "longer"])
def test_so_does_every_variant(tmp_path, name):
    training = Toy(tmp_path, variant_of(name, snr_db=10.0, steps=2), most_epochs=4)
    undisturbed = training.run()
    training.stop_after(1, 3)
    assert_same(training.go_on(), undisturbed)


def test_the_best_epoch_may_lie_before_the_stop(tmp_path):
    training = Toy(tmp_path)
    undisturbed = training.run()
    best = int(undisturbed[1].error_valid.argmin())
    assert best < 6
    training.stop_after(7)
    assert_same(training.go_on(), undisturbed)


def test_patience_counts_epochs_before_the_stop(tmp_path):
    training = Toy(tmp_path, most_epochs=50, patience=3)
    undisturbed = training.run()
    epochs = len(undisturbed[1])
    assert 4 < epochs < 50
    training.stop_after(epochs - 2, epochs)  # the second had its last epoch already
    assert_same(training.go_on(), undisturbed)


def test_a_training_that_its_watch_ended_is_not_taken_further(tmp_path):
    training = Toy(tmp_path, Variant(watch=lambda history: len(history) == 3))
    undisturbed = training.run()
    training.stop_after(3)
    assert_same(training.go_on(), undisturbed)


def test_a_training_that_is_left_alone_is_the_same_with_a_checkpoint(tmp_path):
    training = Toy(tmp_path)
    assert_same(training.go_on(), training.run())
    assert training.path.exists()
    (tmp_path / "..checkpoint.99.partial").touch()
    Checkpoint(training.path, TRAINING).remove()
    assert not list(tmp_path.glob("*checkpoint*"))
    Checkpoint(training.path, TRAINING).remove()  # there may be none


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A training that was stopped, its checkpoint's bytes, and how it would have ended."""
    training = Toy(tmp_path_factory.mktemp("stopped"), most_epochs=3)
    training.stop_after(2)
    return training, training.path.read_bytes(), training.run()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_checkpoint_is_passed_over(stopped, data):
    training, saved, undisturbed = stopped
    damaged = bytearray(saved)
    place = data.draw(st.integers(0, len(saved) - 1))
    if data.draw(st.booleans()):
        del damaged[place:]
    else:
        damaged[place] ^= data.draw(st.integers(1, 255))
    training.path.write_bytes(damaged)
    assert_same(training.go_on(), undisturbed)


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n", b"{}", bytes(1000)])
def test_what_is_no_checkpoint_is_named_and_passed_over(stopped, capsys, content):
    training, _, undisturbed = stopped
    training.path.write_bytes(content)
    assert_same(training.go_on(), undisturbed)
    assert f"checkpoint {training.path} is damaged" in capsys.readouterr().err


def test_the_checkpoint_of_another_training_is_passed_over(stopped, capsys):
    training, saved, undisturbed = stopped
    training.path.write_bytes(saved)
    assert_same(training.run(Checkpoint(training.path, {"seed": 4})), undisturbed)
    assert f"checkpoint {training.path} is another training's" in capsys.readouterr().err


def test_the_order_of_settings_tells_no_trainings_apart(stopped, capsys):
    training, *_ = stopped
    path = training.path.with_name("ordered")
    with pytest.raises(StopError):
        training.run(StoppingCheckpoint(path, 1, {"a": 1, "b": 2}))
    training.run(Checkpoint(path, {"b": 2, "a": 1}))
    assert "goes on after 1 epochs" in capsys.readouterr().err


@pytest.mark.parametrize("epoch_s", [0.25, 30, 500])
def test_writing_takes_a_hundredth_of_the_time(tmp_path, monkeypatch, epoch_s):
    """On a clock that only training and writing move: a write takes a second."""
    now_s, written_s = 0.0, []

    def save(values, file):
        nonlocal now_s
        now_s += 1
        written_s.append(now_s)

    monkeypatch.setattr(checkpoints, "LARGEST_SHARE", 0.01)
    monkeypatch.setattr(checkpoints.torch, "save", save)
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now_s)
    checkpoint = Checkpoint(tmp_path / "file", TRAINING)
    state = untouched_state()
    while now_s < 2000:
        now_s += epoch_s
        checkpoint.save(state)
    assert written_s[0] == epoch_s + 1  # a first epoch is kept at once
    gaps_s = [later - earlier for earlier, later in pairwise(written_s)]
    assert min(gaps_s) > 100 and max(gaps_s) <= max(101, 1 + epoch_s) + epoch_s


def untouched_state():
    """The state of a training before its first epoch."""
    system = small_system()
    optimiser = torch.optim.SGD(system.parameters())
    return TrainingState(system, optimiser, np.random.default_rng(), torch.Generator())
