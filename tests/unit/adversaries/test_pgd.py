"""Plain projected gradient descent: closed forms on linear systems, and promises."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import strategies as st
from linear_victims import LinearInWaveform, loud_waveforms
from scipy.special import softmax

from music_adversaries.adversaries.pgd import Settings, attack

seeds = st.integers(0, 2**32 - 1)


def plan(**changes):
    fields = {"step": 0.1, "most_iterations": 60, "stop_confidence": 0.0, "snr_limit_db": 20.0}
    return Settings(**{"random_start": False, "seed": 1} | fields | changes)


def ball_radius(original, limit):
    return np.linalg.norm(original[1024:-1024].double()) * 10 ** (-limit / 20)


@pytest.mark.parametrize("random_start", [False, True])
@pytest.mark.parametrize("goal", ["reach", "leave"])
@pytest.mark.parametrize("seed", range(3))
def test_a_linear_system_yields_where_the_ball_allows_and_nowhere_else(
    seed, goal, random_start
):
    system, (original,) = LinearInWaveform(seed, classes=2), loud_waveforms(seed, 1)
    label = system.label(original)
    target = 1 - label if goal == "reach" else label
    smallest = system.smallest_to_reach if goal == "reach" else system.smallest_to_leave
    limit = 20 * np.log10(ball_radius(original, 0.0) / smallest(original, target))
    for beside, allowed in ((0.1, False), (-0.2, True)):
        settings_ = plan(snr_limit_db=limit + beside, goal=goal, random_start=random_start)
        (found,) = attack(system, original[None], torch.tensor([target]), settings_)
        assert (system.label(found.waveform) == target) is (allowed == (goal == "reach"))
        assert (found.iterations < 60) is allowed


def test_steps_go_down_the_gradient_by_a_share_of_the_radius():
    """Two classes, so that the gradient has one direction everywhere."""
    system, (original,) = LinearInWaveform(4, classes=2), loud_waveforms(4, 1)
    target = 1 - system.label(original)
    settings_ = plan(snr_limit_db=30.0, step=0.05, most_iterations=3)
    (found,) = attack(system, original[None], torch.tensor([target]), settings_)
    assert found.iterations == 3
    weight = system.weight.double().numpy()
    way = weight[target] - weight[1 - target]
    expected = 3 * 0.05 * ball_radius(original, 30.0) * way / np.linalg.norm(way)
    np.testing.assert_allclose(found.waveform - original.numpy(), expected, atol=1 / 2**15)


def test_iterates_are_those_of_projected_gradient_descent_by_hand():
    """From a random start: who projects only in the end keeps too much of it."""
    system, (original,) = LinearInWaveform(5, norm=0.3), loud_waveforms(5, 1) / 4
    original = torch.round(original * 2**15) / 2**15
    target = (system.label(original) + 1) % 3

    def change_after(iterations):
        settings_ = plan(step=0.5, random_start=True, most_iterations=iterations)
        settings_ = replace(settings_, stop_confidence=0.99)
        (found,) = attack(system, original[None], torch.tensor([target]), settings_)
        assert found.iterations == iterations
        return (found.waveform - original.numpy()).astype(float)

    weight, start = system.weight.double().numpy(), original.double().numpy()
    radius, change = ball_radius(original, 20.0), change_after(1)
    for _ in range(3):
        gradient = softmax(weight @ (start + change)) @ weight - weight[target]
        change -= 0.5 * radius * gradient / np.linalg.norm(gradient)
        change *= min(1, radius / np.linalg.norm(change))
    np.testing.assert_allclose(change_after(4), change, atol=3 / 2**15)


def test_a_random_start_is_on_the_surface_and_follows_seed_and_excerpt():
    system, originals = LinearInWaveform(), loud_waveforms(8, 2)
    targets = torch.tensor([(system.label(each) + 1) % 3 for each in originals])

    def starts(seed):
        settings_ = plan(snr_limit_db=40.0, random_start=True, most_iterations=1, seed=seed)
        found = attack(system, originals, targets, settings_)
        return [each.waveform - o.numpy() for each, o in zip(found, originals, strict=True)]

    ones, others = starts(1), starts(2)
    for original, one, other in zip(originals, ones, others, strict=True):
        assert np.linalg.norm(one) == pytest.approx(ball_radius(original, 40.0), rel=0.01)
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
    assert abs(np.corrcoef(*ones)[0, 1]) < 0.1
