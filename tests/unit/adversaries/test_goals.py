"""What adversaries want, against plain rules on single posteriors."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from music_adversaries.adversaries.goals import (
    ALL_UNITS,
    LEAST_MARGIN,
    Goal,
    approach,
    boundary,
    plain,
)

some = settings(max_examples=50, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def random_scores(seed, excerpts=3, units=5, classes=4, spread=3.0):
    return np.random.default_rng(seed).normal(scale=spread, size=(excerpts, units, classes))


@some
@given(seeds, st.integers(0, 3), st.sampled_from([0.0, 0.3, 0.6]))
def test_a_target_is_reached_where_it_is_the_label_with_confidence(seed, target, confidence):
    posterior = softmax(random_scores(seed), axis=-1).mean(axis=1)
    targets = torch.full((3,), target)
    met = Goal("reach", confidence).met(torch.from_numpy(posterior), targets)
    expected = (posterior.argmax(axis=1) == target) & (posterior[:, target] > confidence)
    assert met.tolist() == expected.tolist()


@some
@given(seeds, st.integers(0, 3), st.sampled_from([0.0, 0.3, 0.6]))
def test_a_class_is_left_where_another_is_the_label_with_confidence(seed, target, confidence):
    posterior = softmax(random_scores(seed), axis=-1).mean(axis=1)
    targets = torch.full((3,), target)
    met = Goal("leave", confidence).met(torch.from_numpy(posterior), targets)
    expected = (posterior.argmax(axis=1) != target) & (posterior.max(axis=1) > confidence)
    assert met.tolist() == expected.tolist()


def test_a_draw_is_no_success():
    """Which of two equal classes is the label would hang on rounding."""
    even = torch.tensor([[0.5, 0.5], [0.5 + LEAST_MARGIN / 8, 0.5 - LEAST_MARGIN / 8]])
    for target in (0, 1):
        targets = torch.tensor([target, target])
        assert not Goal("reach", 0.0).met(even, targets).any()
        assert not Goal("leave", 0.0).met(even, targets).any()


@some
@given(seeds)
def test_the_approach_adds_a_share_of_the_units_mean_cross_entropy(seed):
    scores, goal = random_scores(seed), Goal("reach", 0.0)
    targets = [2, 0, 3]
    both = torch.from_numpy(scores), torch.tensor(targets)
    added = approach(goal, *both) - boundary(goal, *both)
    by_hand = [
        -log_softmax(s, axis=-1)[:, t].mean() for s, t in zip(scores, targets, strict=True)
    ]
    np.testing.assert_allclose(added, ALL_UNITS * np.array(by_hand))


@some
@given(seeds, st.sampled_from(["reach", "leave"]))
def test_the_plain_cost_is_the_cross_entropy_of_the_target_to_be_lowered_or_raised(seed, kind):
    scores, targets = random_scores(seed), [2, 0, 3]
    costs = plain(Goal(kind, 0.0), torch.from_numpy(scores), torch.tensor(targets))
    by_hand = [
        -log_softmax(s, axis=-1)[:, t].mean() for s, t in zip(scores, targets, strict=True)
    ]
    np.testing.assert_allclose(costs, np.array(by_hand) * (1 if kind == "reach" else -1))


@some
@given(seeds)
def test_leaving_approaches_the_class_that_is_ahead_of_the_others(seed):
    scores = random_scores(seed)
    posterior = softmax(scores, axis=-1).mean(axis=1)
    order = posterior.argsort(axis=1)
    left, reached = (
        approach(Goal(kind, 0.0), torch.from_numpy(scores), torch.from_numpy(classes))
        for kind, classes in (("leave", order[:, -1]), ("reach", order[:, -2]))
    )
    np.testing.assert_allclose(left, reached)


@some
@given(seeds, st.sampled_from(["reach", "leave"]), st.sampled_from([0.0, 0.5]))
def test_the_boundary_is_the_margin_between_log_posteriors(seed, kind, confidence):
    scores = random_scores(seed)
    posterior = softmax(scores, axis=-1).mean(axis=1)
    for target in range(4):
        costs = boundary(
            Goal(kind, confidence), torch.from_numpy(scores), torch.full((3,), target)
        )
        others = np.delete(posterior, target, axis=1).max(axis=1)
        own = posterior[:, target]
        wanted, rival = (own, others) if kind == "reach" else (others, own)
        expected = np.log(np.maximum(rival, confidence)) - np.log(wanted)
        np.testing.assert_allclose(costs, expected, atol=1e-9)


@pytest.mark.parametrize("kind", ["reach", "leave"])
def test_the_boundary_has_a_gradient_where_the_system_is_sure(kind):
    """Posteriors of e⁻²⁰⁰ are none in float32; their logarithms are."""
    scores = torch.zeros(1, 3, 4)
    scores[..., 1] = 200.0
    scores.requires_grad_(True)
    target = torch.tensor([0 if kind == "reach" else 1])
    boundary(Goal(kind, 0.0), scores, target).sum().backward()
    assert torch.isfinite(scores.grad).all()
    assert float(scores.grad.abs().max()) > 0.1
