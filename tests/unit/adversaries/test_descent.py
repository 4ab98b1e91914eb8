"""Gradients through the short-time spectra, against finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import loud_waveforms, magnitude_system

from music_adversaries.adversaries.descent import cosine, largest_norms, of_norm, slope
from music_adversaries.adversaries.goals import Goal, approach, boundary, plain
from music_adversaries.audio import stft

few = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 2**32 - 1)


@few
@given(seeds, st.sampled_from([approach, boundary, plain]), st.sampled_from(["reach", "leave"]))
def test_the_gradient_is_that_of_finite_differences(seed, cost, kind):
    system = magnitude_system(2).double()
    waveforms = loud_waveforms(seed, 2).double()
    targets = torch.tensor([0, 2])

    def costs(scores):
        return cost(Goal(kind, 0.0), scores, targets)

    gradient, posterior = slope(system, waveforms, costs)
    assert torch.equal(posterior, system.posterior(stft.magnitudes(waveforms)))
    rng = np.random.default_rng(seed)
    for _ in range(3):
        aside = torch.from_numpy(rng.normal(size=waveforms.shape)) * 1e-6
        up, down = (costs(system(stft.magnitudes(waveforms + way * aside))) for way in (1, -1))
        slopes = (gradient * aside).sum(dim=-1)
        np.testing.assert_allclose((up - down) / 2, slopes, rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("cost", [approach, boundary, plain])
def test_silence_and_pure_tones_have_finite_gradients(cost):
    """Their magnitudes are 0, or near it, where the modulus has no derivative."""
    system = magnitude_system(2)
    tone = torch.sin(2 * torch.pi * 64 / 1024 * torch.arange(3000))
    half_silent = torch.cat([torch.zeros(1500), tone[1500:]])
    waveforms = torch.stack([torch.zeros(3000), tone, half_silent])
    targets = torch.tensor([0, 1, 2])
    gradient, _ = slope(
        system, waveforms, lambda scores: cost(Goal("reach", 0.0), scores, targets)
    )
    assert torch.isfinite(gradient).all()
    assert gradient[1].any() and gradient[2].any()


@few
@given(seeds, st.floats(1e-3, 1e3), st.sampled_from([1e-30, 1.0, 1e15]))
def test_changes_are_given_the_norm_that_is_asked_for(seed, norm, size):
    changes = torch.from_numpy(np.random.default_rng(seed).normal(size=(3, 50))).float() * size
    changes[1] = 0
    scaled = of_norm(changes, torch.full((3, 1), norm))
    np.testing.assert_allclose(scaled.norm(dim=-1), [norm, 0, norm], rtol=1e-5)
    before = changes[[0, 2]].double()
    np.testing.assert_allclose(
        scaled[[0, 2]], norm * before / before.norm(dim=-1, keepdim=True), rtol=1e-5
    )


@few
@given(seeds, st.floats(-20, 60))
def test_the_largest_norm_is_that_of_the_limit_or_of_the_excerpt(seed, limit):
    waveforms = loud_waveforms(seed)
    level = np.linalg.norm(waveforms[:, 1024:-1024].double(), axis=1)
    limited, unlimited = (largest_norms(waveforms, each)[:, 0] for each in (limit, -np.inf))
    np.testing.assert_allclose(20 * np.log10(level / limited.numpy()), limit, atol=1e-4)
    np.testing.assert_allclose(unlimited, level, rtol=1e-6)


def test_the_cosine_falls_from_all_to_nothing():
    shares = [cosine(iteration, 40) for iteration in range(41)]
    assert shares[0] == 1
    assert shares[20] == pytest.approx(0.5)
    assert shares[40] == pytest.approx(0)
    assert shares == sorted(shares, reverse=True)
