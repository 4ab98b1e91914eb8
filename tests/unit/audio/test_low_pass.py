"""The low-pass filter against the closed form of Butterworth's response."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.low_pass import ORDER, low_pass


@pytest.mark.parametrize("cutoff_hz", [500, 1000, 4000, 8000])
def test_the_response_is_butterworths(cutoff_hz):
    impulse = np.zeros(2**15, dtype=np.float32)
    impulse[0] = 1
    response = np.abs(np.fft.rfft(low_pass(impulse, cutoff_hz).astype(np.float64)))
    hz = np.fft.rfftfreq(len(impulse), 1 / SAMPLE_RATE)[:-1]
    # The bilinear transform warps frequencies by the tangent.
    ratio = np.tan(np.pi * hz / SAMPLE_RATE) / np.tan(np.pi * cutoff_hz / SAMPLE_RATE)
    np.testing.assert_allclose(response[:-1], (1 + ratio ** (2 * ORDER)) ** -0.5, atol=1e-4)


def test_no_filter_is_no_filter():
    waveform = np.random.default_rng(0).uniform(-1, 1, 5000).astype(np.float32)
    assert low_pass(waveform, np.inf) is waveform


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4999), st.floats(100, 11_000))
def test_what_comes_later_changes_nothing_before(seed, sample, cutoff_hz):
    waveform = np.random.default_rng(seed).uniform(-1, 1, 5000).astype(np.float32)
    changed = waveform.copy()
    changed[sample:] = 0
    before = low_pass(waveform, cutoff_hz)
    assert before.dtype == np.float32 and before.shape == waveform.shape
    np.testing.assert_array_equal(before[:sample], low_pass(changed, cutoff_hz)[:sample])
