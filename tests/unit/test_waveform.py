"""The adversary on the waveform: closed forms on linear systems, and promises on any input."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import (
    LinearInWaveform,
    judged_by_another,
    loud_waveforms,
    magnitude_system,
    snr_that_allows,
)

from music_adversaries import spectra
from music_adversaries.adversaries.waveform import Settings, attack
from music_adversaries.audio import read_excerpt, write_wav

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)


def plan(**changes):
    fields = {"step": 0.2, "most_iterations": 60, "stop_confidence": 0.0, "snr_limit_db": 20.0}
    return Settings(**fields | changes)


@pytest.mark.parametrize("goal", ["reach", "leave"])
@pytest.mark.parametrize("seed", range(6))
def test_a_linear_system_yields_where_the_ball_allows_and_nowhere_else(seed, goal):
    system, (original,) = LinearInWaveform(seed), loud_waveforms(seed, 1)
    label = system.label(original)
    target = (label + 1) % 3 if goal == "reach" else label
    smallest = system.smallest_to_reach if goal == "reach" else system.smallest_to_leave
    limit = snr_that_allows(original, smallest(original, target))
    for beside, allowed in ((0.1, False), (0.01, False), (-0.1, True), (-3, True)):
        settings_ = plan(snr_limit_db=limit + beside, goal=goal)
        (found,) = attack(system, original[None], torch.tensor([target]), settings_)
        assert (system.label(found.waveform) == target) is (allowed == (goal == "reach"))
        assert (found.iterations < 60) is allowed
        assert spectra.waveform_snr_db(original.numpy(), found.waveform) >= limit + beside


plans = st.builds(
    plan,
    step=st.floats(0.01, 3),
    most_iterations=st.integers(1, 8),
    stop_confidence=st.sampled_from([0.0, 0.5, 0.9]),
    goal=st.sampled_from(["reach", "leave"]),
    snr_limit_db=st.one_of(st.floats(-10, 65), st.just(-np.inf)),
)


@settings(max_examples=40, deadline=None)
@given(plans, seeds, st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, settings_, seed, targets
):
    system = magnitude_system(unit_frames=2, seed=seed % 5)
    originals = loud_waveforms(seed, len(targets))
    found = attack(system, originals, torch.tensor(targets), settings_)
    assert len(found) == len(targets)
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        assert spectra.waveform_snr_db(original.numpy(), each.waveform) >= (
            settings_.snr_limit_db
        )
        magnitudes = spectra.magnitudes(torch.from_numpy(each.waveform))
        np.testing.assert_allclose(each.magnitudes, magnitudes, atol=1e-6)
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


def test_what_is_judged_as_wanted_already_comes_back_bit_for_bit():
    system, originals = magnitude_system(), loud_waveforms(4, 6)
    targets = system.posterior(spectra.magnitudes(originals)).argmax(dim=-1)
    found = attack(system, originals, targets, plan())
    for original, each in zip(originals, found, strict=True):
        np.testing.assert_array_equal(each.waveform, original)
        assert each.iterations == 0


def test_an_excerpts_result_does_not_depend_on_its_batch():
    system, originals = magnitude_system(2), loud_waveforms(5, 5)
    targets, settings_ = torch.tensor([0, 1, 2, 0, 1]), plan(step=0.05, stop_confidence=0.6)
    together = attack(system, originals, targets, settings_)
    assert len({each.iterations for each in together}) > 2
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == each.iterations
        # Where a sample lies between two steps of 16 bits, rounding may go either way.
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)


def test_excerpts_that_are_done_leave_the_batch():
    system, originals = magnitude_system(), loud_waveforms(6, 5)
    sizes, told = [], []
    forward = system.forward

    def counted(magnitudes):
        sizes.append(len(magnitudes))
        return forward(magnitudes)

    system.forward = counted
    settings_ = plan(step=0.02, stop_confidence=0.6)
    found = attack(system, originals, torch.tensor([0, 1, 2, 0, 1]), settings_, told.append)
    ends = [each.iterations for each in found]
    assert len(set(ends)) > 2
    assert sizes == [
        sum(end >= iteration for end in ends) for iteration in range(max(ends) + 1)
    ]
    assert sum(told) == 5


def test_a_smaller_ball_is_harder():
    system, originals = magnitude_system(2), loud_waveforms(7, 5)
    targets = torch.tensor([0, 1, 2, 0, 1])
    successes = []
    for limit in (0.0, 20.0, 40.0, 60.0, 80.0):
        settings_ = plan(stop_confidence=0.5, snr_limit_db=limit)
        found = attack(system, originals, targets, settings_)
        successes.append(sum(each.iterations < 60 for each in found))
    assert successes == sorted(successes, reverse=True)
    assert successes[0] == 5 > successes[-1]


def test_the_systems_own_judgement_decides_where_its_scores_say_otherwise():
    system, originals = judged_by_another(magnitude_system(2)), loud_waveforms(9)
    found = attack(system, originals, torch.tensor([2, 2, 2]), plan(snr_limit_db=10.0))
    for each in found:
        posterior = system.posterior(spectra.magnitudes(torch.from_numpy(each.waveform))[None])
        assert int(posterior[0].argmax()) == 2
        assert each.confidence == pytest.approx(float(posterior[0, 2]), abs=1e-5)
