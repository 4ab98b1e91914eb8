"""The masking constraint: what is returned is in the set, and little is lost on the way."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from linear_victims import LinearInWaveform, loud_waveforms

from music_adversaries.adversaries import minimum, waveform
from music_adversaries.adversaries.constraints import (
    Grid,
    SampleRange,
    SnrBall,
    satisfying,
)
from music_adversaries.adversaries.masking import Masking, masking_constraint
from music_adversaries.audio import masking_threshold as ear

seeds = st.integers(0, 2**32 - 1)
margins = st.floats(-10, 30)


def on_the_grid(seed, samples=6000):
    """Noise and silence by turns, on the 16-bit grid."""
    rng = np.random.default_rng(seed)
    loud = np.repeat(rng.uniform(0, 1, (2, samples // 500)) > 0.4, 500, axis=1)
    return Grid().project(torch.from_numpy(rng.uniform(-0.4, 0.4, loud.shape) * loud), None)


originals_of = st.builds(lambda seed: on_the_grid(seed).float(), seeds)
changes = st.builds(
    lambda seed, size: (
        size * torch.from_numpy(np.random.default_rng(seed).normal(size=(2, 6000))).float()
    ),
    seeds,
    st.sampled_from([1e-5, 1e-3, 0.1, 10.0]),
)


@settings(max_examples=25, deadline=None)
@given(originals_of, changes, margins, st.sampled_from([None, 20.0, 50.0]))
def test_whatever_satisfies_all_constraints_is_below_the_limit(
    originals, change, margin, limit
):
    ball = [] if limit is None else [SnrBall(limit)]
    every = [Masking(margin), *ball, SampleRange(), Grid()]
    found = satisfying(every, originals + change, originals)
    for constraint in every:
        assert constraint.holds(found, originals).all()
    for original, each in zip(originals, found, strict=True):
        excess = ear.excess_db(each - original, ear.thresholds_db(original))
        assert excess.max() <= margin + 1e-3


@settings(max_examples=15, deadline=None)
@given(originals_of, changes, margins)
def test_no_change_is_in_the_set_and_stays(originals, change, margin):
    masking = Masking(margin)
    assert masking.holds(originals, originals).all()
    assert torch.equal(masking.project(originals, originals), originals)


@settings(max_examples=15, deadline=None)
@given(originals_of, changes, st.floats(0.01, 1))
def test_the_set_is_convex_around_no_change(originals, change, share):
    masking = Masking(0.0)
    found = masking.project(originals + change, originals)
    if masking.holds(found, originals).all():
        assert masking.holds(originals + share * (found - originals), originals).all()


def test_a_band_that_is_too_loud_comes_down_to_its_limit_and_others_stay():
    rng = np.random.default_rng(3)
    original = torch.from_numpy(rng.normal(size=(1, 22_050)) * 0.1).float()
    angle = 2 * np.pi * torch.arange(22_050) / 22_050
    loud, soft = 0.05 * torch.sin(1000 * angle), 1e-4 * torch.sin(4000 * angle)
    found = Masking(0.0).project(original + loud + soft, original) - original
    excess = ear.excess_db(found, ear.thresholds_db(original))[0, 4:-4]
    assert (excess[:, 8] <= 0).all() and (excess[:, 8] > -2).all()
    spectrum = np.abs(np.fft.rfft(found[0].numpy())) * 2 / 22_050
    assert spectrum[4000] == pytest.approx(1e-4, rel=0.02)


def test_the_radius_is_the_norm_of_a_change_at_the_limit():
    """Noise that is brought to the limit of every band, by a brute-force search of its gain."""
    rng = np.random.default_rng(4)
    original = torch.from_numpy(rng.normal(size=(1, 22_050)) * 0.1).float()
    masking = Masking(0.0)
    limits = ear.thresholds_db(original)
    change = torch.from_numpy(rng.normal(size=(1, 22_050))).float()
    for _ in range(5):
        spectrum = ear.spectrum(change)
        gains = 10 ** ((limits - ear.band_levels_db(spectrum)) / 20)
        change = ear.waveform_of(gains[..., ear.BAND] * spectrum, 22_050)
    level = 20 * np.log10(float(masking.radius(original)) / float(change.norm()))
    assert level == pytest.approx(0, abs=1.5)


def test_a_higher_margin_allows_so_much_more():
    original = torch.from_numpy(np.random.default_rng(5).normal(size=(1, 9000)) * 0.1).float()
    ratio = Masking(26.0).radius(original) / Masking(6.0).radius(original)
    assert float(ratio) == pytest.approx(10, rel=1e-4)


def test_excerpts_that_leave_the_batch_leave_their_limits():
    originals = on_the_grid(6).float()
    change = 0.01 * torch.ones_like(originals)
    masking = Masking(0.0)
    together = masking.project(originals + change, originals)
    alone = masking.project((originals + change)[1:], originals[1:])
    np.testing.assert_allclose(together[1:], alone, atol=1e-6)


@settings(max_examples=10, deadline=None)
@example(seed=0, margin=-40.0, method="minimum")
@given(seeds, st.floats(-40, 25), st.sampled_from(["waveform", "minimum"]))
def test_what_an_adversary_returns_stays_below_its_margin(seed, margin, method):
    system, originals = LinearInWaveform(seed), loud_waveforms(seed, 2)
    fields = {"most_iterations": 6, "stop_confidence": 0.0, "masking_margin_db": margin}
    plan = (
        waveform.Settings(step=0.2, **fields)
        if method == "waveform"
        else minimum.Settings(**fields)
    )
    attack = waveform.attack if method == "waveform" else minimum.attack
    found = attack(system, originals, torch.tensor([0, 1]), plan)
    for original, each in zip(originals, found, strict=True):
        change = torch.from_numpy(each.waveform) - original
        assert ear.excess_db(change, ear.thresholds_db(original)).max() <= margin + 1e-3


def test_a_change_that_may_be_louder_reaches_what_a_hidden_one_does_not():
    system, original = LinearInWaveform(3, norm=1.0), loud_waveforms(3, 1)
    target = torch.tensor([(system.label(original[0]) + 1) % 3])
    reached = [
        system.label(waveform.attack(system, original, target, plan)[0].waveform)
        for plan in (
            waveform.Settings(0.2, 40, margin, stop_confidence=0.0) for margin in (-30.0, 40.0)
        )
    ]
    assert reached == [system.label(original[0]), int(target)]


def test_without_a_margin_there_is_no_constraint():
    assert masking_constraint("none") == []
    assert masking_constraint(0)[0].margin_db == 0
