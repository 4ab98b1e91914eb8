"""Plain projected gradient descent: closed forms on linear systems, and promises."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LinearInWaveform, loud_waveforms, magnitude_system
from scipy.special import softmax

from music_adversaries import spectra
from music_adversaries.adversaries.plain_gradient import Settings, attack
from music_adversaries.audio import read_excerpt, write_wav

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


plans = st.builds(
    plan,
    step=st.floats(0.01, 3),
    most_iterations=st.integers(1, 4),
    stop_confidence=st.sampled_from([0.0, 0.5, 0.9]),
    random_start=st.booleans(),
    goal=st.sampled_from(["reach", "leave"]),
    snr_limit_db=st.floats(-10, 65) | st.just(-np.inf),
)


@settings(max_examples=15, deadline=None)
@given(plans, seeds, st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, settings_, seed, targets
):
    system = magnitude_system(unit_frames=2, seed=seed % 5)
    originals = loud_waveforms(seed, len(targets))
    found = attack(system, originals, torch.tensor(targets), settings_)
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        snr_db = spectra.waveform_snr_db(original.numpy(), each.waveform)
        assert snr_db >= settings_.snr_limit_db
        magnitudes = spectra.magnitudes(torch.from_numpy(each.waveform))
        posterior = system.posterior(magnitudes[None])[0]
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)
        best = int(posterior.argmax())
        met = (best == target) is (settings_.goal == "reach")
        met = met and float(posterior[best]) > settings_.stop_confidence
        assert met or each.iterations == settings_.most_iterations


def test_without_a_limit_every_excerpt_is_reached():
    system, originals = magnitude_system(2), loud_waveforms(2, 6)
    settings_ = plan(stop_confidence=0.9, snr_limit_db=-np.inf)
    found = attack(system, originals, torch.tensor([0, 1, 2, 0, 1, 2]), settings_)
    assert all(each.confidence > 0.9 for each in found)


@pytest.mark.parametrize("random_start", [False, True])
def test_what_is_judged_as_wanted_already_comes_back_bit_for_bit(random_start):
    system, originals = magnitude_system(), loud_waveforms(4, 6)
    targets = system.posterior(spectra.magnitudes(originals)).argmax(dim=-1)
    found = attack(system, originals, targets, plan(random_start=random_start))
    for original, each in zip(originals, found, strict=True):
        np.testing.assert_array_equal(each.waveform, original)
        assert each.iterations == 0


@pytest.mark.parametrize("random_start", [False, True])
def test_an_excerpts_result_does_not_depend_on_its_batch(random_start):
    system, originals = magnitude_system(2), loud_waveforms(5, 5)
    targets = torch.tensor([0, 1, 2, 0, 1])
    settings_ = plan(step=0.05, stop_confidence=0.6, random_start=random_start)
    told = []
    together = attack(system, originals, targets, settings_, told.append)
    assert len({each.iterations for each in together}) > 1
    assert sum(told) == 5
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == each.iterations
        # Where a sample lies between two steps of 16 bits, rounding may go either way.
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)
