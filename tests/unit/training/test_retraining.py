"""The signed-gradient step against the closed gradient of a linear system."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from torch import nn

from music_adversaries.audio.stft import BINS
from music_adversaries.systems.system import System, build_system
from music_adversaries.training.retraining import STEP, perturb

LABELS = ["a", "b", "c", "d"]
MASKED = slice(0, None, 9)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)


class Linear(nn.Module):
    """Scores are a matrix times all magnitudes of a unit: the gradient is a closed form."""

    def __init__(self, unit_frames):
        super().__init__()
        self.unit_frames = unit_frames
        self.scores = nn.Linear(BINS * unit_frames, len(LABELS))

    def forward(self, units):
        return self.scores(units.flatten(1))


def linear_system(unit_frames=1):
    torch.manual_seed(7)
    system = System(Linear(unit_frames), LABELS).eval().requires_grad_(False)
    variance = np.linspace(0.5, 2, BINS)
    variance[MASKED] = 0
    system.standardisation.set_moments(np.linspace(0, 1, BINS), variance)
    return system


def frames(seed, count):
    return np.random.default_rng(seed).exponential(size=(count, BINS)).astype(np.float32)


def by_formula(system, magnitudes, targets):
    """max(0, X − 0.25 sign(scale · W^T (softmax(scores) − onehot))), unit by unit."""
    weight = system.network.scores.weight.double().numpy()
    bias = system.network.scores.bias.double().numpy()
    mean = system.standardisation.mean.double().numpy()
    scale = system.standardisation.scale.double().numpy()
    size = system.unit_frames
    result = magnitudes.astype(np.float64)
    for unit, target in enumerate(targets):
        rows = slice(unit * size, (unit + 1) * size)
        posterior = softmax(((result[rows] - mean) * scale).ravel() @ weight.T + bias)
        gradient = ((posterior - np.eye(len(LABELS))[target]) @ weight).reshape(size, BINS)
        result[rows] = np.maximum(0, result[rows] - 0.25 * np.sign(gradient * scale))
    return result


def targets_drawn(seed, count):
    return np.random.default_rng(seed).integers(len(LABELS), size=count)


@pytest.mark.parametrize(("unit_frames", "count"), [(1, 6), (3, 9), (4, 10)])
@few
@given(seed=seeds)
def test_every_unit_takes_the_signed_step_of_the_closed_form(unit_frames, count, seed):
    system = linear_system(unit_frames)
    magnitudes = frames(seed, count)
    result = perturb(system, magnitudes, np.random.default_rng(seed))
    expected = by_formula(system, magnitudes, targets_drawn(seed, count // unit_frames))
    assert result.dtype == np.float32
    assert result.shape == magnitudes.shape
    np.testing.assert_allclose(result, expected, atol=1e-6)


@few
@given(seeds)
def test_magnitudes_are_never_negative(seed):
    magnitudes = 0.2 * frames(seed, 5)
    result = perturb(linear_system(), magnitudes, np.random.default_rng(seed))
    assert (result >= 0).all()
    assert (result == 0).any()


@few
@given(seeds)
def test_the_step_is_a_quarter_where_the_gradient_is_not_zero_and_none_elsewhere(seed):
    magnitudes = frames(seed, 5) + 1
    result = perturb(linear_system(), magnitudes, np.random.default_rng(seed))
    step = np.abs(result - magnitudes)
    assert STEP == 0.25
    np.testing.assert_array_equal(step[:, MASKED], 0)
    unmasked = np.delete(step, np.arange(BINS)[MASKED], axis=1)
    np.testing.assert_allclose(unmasked, 0.25, atol=1e-6)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_frames_that_fill_no_unit_stay_as_they_are(count):
    magnitudes = frames(1, count)
    result = perturb(linear_system(4), magnitudes, np.random.default_rng(1))
    whole = count // 4 * 4
    np.testing.assert_array_equal(result[whole:], magnitudes[whole:])
    assert (result[:whole] != magnitudes[:whole]).any(axis=1).all()


@few
@given(seeds, st.integers(1, 12))
def test_the_size_of_batches_does_not_matter(seed, batch_units):
    system, magnitudes = linear_system(2), frames(seed, 21)
    expected = perturb(system, magnitudes, np.random.default_rng(seed))
    result = perturb(system, magnitudes, np.random.default_rng(seed), batch_units)
    np.testing.assert_allclose(result, expected, atol=1e-6)


def test_the_same_generator_gives_the_same_result_and_another_another():
    system, magnitudes = linear_system(), frames(2, 9)
    first, again, other = (
        perturb(system, magnitudes, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_magnitudes_given_are_not_changed_even_if_read_only():
    magnitudes = frames(3, 4)
    magnitudes.flags.writeable = False
    before = magnitudes.copy()
    perturb(linear_system(), magnitudes, np.random.default_rng(0))
    np.testing.assert_array_equal(magnitudes, before)


def test_the_random_classes_are_all_classes_alike():
    """With all scores equal, the target is the one class whose weights are followed."""
    system = linear_system()
    system.standardisation.set_moments(np.zeros(BINS), np.ones(BINS))
    weight = torch.zeros(len(LABELS), BINS)
    for number in range(len(LABELS)):
        weight[number, number] = 1
    system.network.scores.weight.copy_(weight)
    magnitudes = np.ones((4000, BINS), dtype=np.float32)
    result = perturb(system, magnitudes, np.random.default_rng(4))
    raised = np.bincount(result[:, : len(LABELS)].argmax(axis=1), minlength=len(LABELS))
    np.testing.assert_allclose(raised / len(result), 0.25, atol=0.03)


@pytest.mark.parametrize("network", ["frame_dnn", "slice_cnn"])
def test_the_papers_networks_take_the_signed_step_of_autograd(network):
    torch.manual_seed(1)
    system = build_system(network, {}, LABELS).eval()
    magnitudes = frames(5, 100 + 30)
    result = perturb(system, magnitudes, np.random.default_rng(6), batch_units=50)
    values = torch.from_numpy(magnitudes)[None].requires_grad_(True)
    scores = system(values)[0]
    targets = torch.from_numpy(targets_drawn(6, len(scores)))
    torch.nn.functional.cross_entropy(scores, targets).backward()
    expected = np.maximum(0, magnitudes - 0.25 * np.sign(values.grad[0].numpy()))
    same = np.isclose(result, expected, atol=1e-6).mean()
    assert same > 0.9999  # a gradient at float32's noise floor may take either sign
