"""The adversary on the waveform: closed forms on linear systems, and promises on any input."""

import pytest
import torch
from hypothesis import settings
from hypothesis import strategies as st
from linear_victims import (
    LinearInWaveform,
    loud_waveforms,
    magnitude_system,
    snr_that_allows,
)

from music_adversaries.adversaries.waveform import Settings, attack
from music_adversaries.audio import stft

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
        assert stft.waveform_snr_db(original.numpy(), found.waveform) >= limit + beside


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
