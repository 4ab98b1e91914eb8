"""The adversary that shall survive transformations: closed forms, and promises on any input."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LinearInWaveform, loud_waveforms, magnitude_system, snr_that_allows

from music_adversaries.adversaries import waveform
from music_adversaries.adversaries.expectation import Settings, _Transformed, attack
from music_adversaries.adversaries.goals import Goal
from music_adversaries.audio import stft
from music_adversaries.audio.transformations import transform

SHIFT = {"shift_samples": 40}
CERTAIN = [
    SHIFT,
    {"low_pass_hz": 4000},
    {"resampled_hz": 11_025},
    {"level_db": -6},
    {"bits": 8},
]
NOISE, MP3 = {"noise_snr_db": 20}, {"mp3_kbps": 64}
seeds = st.integers(0, 2**32 - 1)


def plan(**changes):
    fields = {"step": 0.2, "most_iterations": 60, "stop_confidence": 0.0, "snr_limit_db": 20.0}
    return Settings(**{**fields, "transformations": CERTAIN, "draws": 5} | changes)


class LinearInShifted(LinearInWaveform):
    """Has the scores of another linear victim behind a shift."""

    def __init__(self, victim, samples):
        super().__init__()
        self.weight.data = torch.nn.functional.pad(victim.weight[:, samples:], (0, samples))


@pytest.mark.parametrize("seed", range(4))
def test_two_linear_judgements_yield_where_the_ball_allows_both_and_nowhere_else(seed):
    system, (original,) = LinearInWaveform(seed), loud_waveforms(seed, 1)
    shifted = LinearInShifted(system, SHIFT["shift_samples"])
    assert system.label(transform(original.numpy(), SHIFT, None)) == shifted.label(original)
    target = (system.label(original) + 1) % 3
    smallest = system.smallest_to_reach(original, target, beside=[shifted])
    assert smallest > 1.02 * max(
        each.smallest_to_reach(original, target) for each in (system, shifted)
    )
    limit = snr_that_allows(original, smallest)
    for beside, allowed in ((0.1, False), (-0.3, True)):
        settings_ = plan(snr_limit_db=limit + beside, transformations=[SHIFT], draws=1)
        (found,) = attack(system, original[None], torch.tensor([target]), settings_)
        both = [each.label(found.waveform) == target for each in (system, shifted)]
        assert all(both) is allowed
        assert (found.iterations < 60) is allowed
        assert stft.waveform_snr_db(original.numpy(), found.waveform) >= limit + beside


@settings(max_examples=8, deadline=None)
@given(seeds, st.lists(st.integers(0, 2), min_size=1, max_size=3), st.floats(0, 40))
def test_whoever_is_done_is_judged_as_wanted_after_all_that_was_drawn(seed, targets, limit):
    system, originals = magnitude_system(2, seed % 5), loud_waveforms(seed, len(targets))
    settings_ = plan(most_iterations=20, stop_confidence=0.4, snr_limit_db=limit)
    found = attack(system, originals, torch.tensor(targets), settings_)
    for original, target, each in zip(originals, targets, found, strict=True):
        assert stft.waveform_snr_db(original.numpy(), each.waveform) >= limit
        np.testing.assert_array_equal(np.rint(each.waveform * 2**15), each.waveform * 2**15)
        heard = [each.waveform, *(transform(each.waveform, one, None) for one in CERTAIN)]
        magnitudes = stft.magnitudes(torch.from_numpy(np.stack(heard)))
        posterior = system.posterior(magnitudes)
        assert each.confidence == pytest.approx(float(posterior[0, target]), abs=1e-5)
        goal = Goal("reach", 0.4)
        met = goal.met(posterior, torch.full((len(heard),), target)).all()
        assert met or each.iterations == 20


def test_it_survives_what_the_plain_adversary_does_not():
    system, originals = magnitude_system(2), loud_waveforms(3, 6)
    targets = torch.tensor([0, 1, 2, 0, 1, 2])
    fields = {"step": 0.2, "most_iterations": 60, "stop_confidence": 0.0, "snr_limit_db": 15.0}
    plain = waveform.attack(system, originals, targets, waveform.Settings(**fields))
    robust = attack(system, originals, targets, plan(snr_limit_db=15.0))
    survivors = []
    for found in (plain, robust):
        heard = [transform(each.waveform, one, None) for each in found for one in CERTAIN]
        magnitudes = stft.magnitudes(torch.from_numpy(np.stack(heard)))
        labels = system.posterior(magnitudes).argmax(dim=-1)
        survivors.append(int((labels == targets.repeat_interleave(len(CERTAIN))).sum()))
    assert survivors[0] < survivors[1] == len(targets) * len(CERTAIN)


@pytest.mark.parametrize("transformation", [*CERTAIN, NOISE, MP3], ids=str)
def test_waveforms_go_through_the_real_transformation_and_gradients_through_its_adjoint(
    transformation,
):
    waveforms = loud_waveforms(1, 2).requires_grad_(True)
    through = _Transformed.apply(waveforms, transformation, 6)
    for before, after in zip(waveforms.detach().numpy(), through.detach().numpy(), strict=True):
        expected = transform(before, transformation, np.random.default_rng(6))
        np.testing.assert_array_equal(after, expected)
    aside = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 3000))).float()
    (gradient,) = torch.autograd.grad((through * aside).sum(), waveforms)
    if transformation in ({"bits": 8}, NOISE, MP3):
        assert torch.equal(gradient, aside)
        return
    change = loud_waveforms(2, 2)
    moved = (
        _Transformed.apply(waveforms.detach() + change, transformation, 6) - through.detach()
    )
    slopes = (moved * aside).sum(dim=-1)
    scale = 1e-4 * moved.norm() * aside.norm()
    np.testing.assert_allclose((gradient * change).sum(dim=-1), slopes, atol=float(scale))


def test_so_many_are_drawn_and_others_the_next_time(monkeypatch):
    heard = []

    def told(each, transformation, rng):
        heard.append(transformation)
        return transform(each, transformation, rng)

    monkeypatch.setattr("music_adversaries.adversaries.expectation.transform", told)
    system, originals = magnitude_system(2), loud_waveforms(5, 1)
    settings_ = plan(most_iterations=5, draws=2, stop_confidence=0.999, snr_limit_db=60.0)
    attack(system, originals, torch.tensor([0]), settings_)
    pairs = [heard[start : start + 2] for start in range(0, len(heard), 2)]
    assert len(pairs) == 6
    assert all(first != second for first, second in pairs)
    assert len({str(pair) for pair in pairs}) > 1
