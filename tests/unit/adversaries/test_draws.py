"""Generators of excerpts: the same for the same samples and seed, and for no others."""

import numpy as np
from linear_victims import loud_waveforms

from music_adversaries.adversaries.draws import generator_of


def draws(waveform, seed):
    return generator_of(waveform, seed).random(50)


def test_an_excerpt_and_a_seed_have_draws_of_their_own():
    one, other = loud_waveforms(1, 2)
    np.testing.assert_array_equal(draws(one, 1), draws(one.clone(), 1))
    by_sample = one.clone()
    by_sample[-1] += 1 / 2**15
    pairs = [(one, 1), (one, 2), (other, 1), (by_sample, 1)]
    several = np.array([draws(*pair) for pair in pairs])
    assert len(np.unique(several[:, 0])) == len(pairs)
    between = np.corrcoef(several) - np.eye(len(pairs))
    assert np.abs(between).max() < 0.6  # four standard deviations of independent draws
