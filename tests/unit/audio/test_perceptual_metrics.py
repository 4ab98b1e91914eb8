"""Perceptual figures against closed forms and the standard's reference tone."""

import math

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from pyloudnorm import Meter

from music_adversaries.audio import SAMPLE_RATE, perceptual_metrics
from music_adversaries.judged_tables import COLLECTED

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)
SHORTEST = math.ceil(2.35 * SAMPLE_RATE)


def noise(seed, samples=SHORTEST, level=0.2):
    return (level * np.random.default_rng(seed).normal(size=samples)).astype(np.float32)


def sine(hz, amplitude, rate=SAMPLE_RATE, seconds=3):
    return amplitude * np.sin(2 * np.pi * hz * np.arange(rate * seconds) / rate)


def test_the_reference_tone_has_the_loudness_of_the_standard():
    """BS.1770: 997 Hz at 0 dB full scale in one channel is −3.01 LKFS."""
    for level_db in (0, -20, -40):
        tone = sine(997, 10 ** (level_db / 20))
        assert perceptual_metrics.loudness_lufs(tone) == pytest.approx(
            -3.01 + level_db, abs=0.05
        )


@pytest.mark.parametrize("hz", [60, 200, 1000, 2500, 6000, 9000])
def test_the_weighting_is_that_at_48_khz(hz):
    """The standard gives its filters' coefficients at 48 kHz alone."""
    at_48_khz = Meter(48_000, filter_class="DeMan").integrated_loudness(sine(hz, 0.1, 48_000))
    # The bilinear transform bends the filter's shelf a little as half the rate comes near.
    assert perceptual_metrics.loudness_lufs(sine(hz, 0.1)) == pytest.approx(at_48_khz, abs=0.15)


def test_music_resampled_to_48_khz_is_as_loud():
    waveform = np.cumsum(noise(1)) * 0.01  # falls towards high frequencies, as music does
    waveform = (waveform - waveform.mean()).astype(np.float32)
    other = soxr.resample(waveform.astype(np.float64), SAMPLE_RATE, 48_000)
    expected = Meter(48_000, filter_class="DeMan").integrated_loudness(other)
    assert perceptual_metrics.loudness_lufs(waveform) == pytest.approx(expected, abs=0.1)


@few
@given(seeds, st.floats(-12, 6))
def test_a_gain_is_its_own_loudness_difference_and_spectral_distance(seed, gain_db):
    original = noise(seed)
    changed = np.float32(10 ** (gain_db / 20)) * original
    found = perceptual_metrics.figures(original, changed)
    assert found["loudness_difference_lu"] == pytest.approx(gain_db, abs=1e-3)
    assert found["log_spectral_distance_db"] == pytest.approx(abs(gain_db), abs=1e-3)


@few
@given(seeds, st.floats(-30, 60))
def test_a_change_in_proportion_has_its_ratio_as_every_level(seed, ratio_db):
    original = noise(seed)
    change = np.float32(10 ** (-ratio_db / 20)) * original
    clamped = min(max(ratio_db, -10), 35)
    assert perceptual_metrics.segmental_snr_db(original, original + change) == pytest.approx(
        clamped, abs=0.05
    )
    assert perceptual_metrics.relative_loudness_lu(change, original) == pytest.approx(
        -ratio_db, abs=1e-3
    )


def test_a_change_below_the_gate_has_a_loudness_all_the_same():
    """The meter alone calls −95 LUFS silence."""
    original = noise(2, level=0.05)
    change = (1e-4 * original[::-1]).astype(np.float32)
    assert perceptual_metrics.loudness_lufs(change) == -math.inf
    assert perceptual_metrics.relative_loudness_lu(change, original) == pytest.approx(
        -80, abs=0.1
    )


def test_the_segmental_snr_is_a_mean_over_frames_that_sound():
    frame = perceptual_metrics.FRAME
    original = np.ones(5 * frame, dtype=np.float32)
    original[3 * frame : 4 * frame] = 1e-4
    change = np.repeat([0.1, 0.01, 0, 1, 100], frame).astype(np.float32)
    # 20 dB, 40 dB clamped, unchanged, silent, −40 dB clamped.
    expected = (20 + 35 + 35 - 10) / 4
    found = perceptual_metrics.segmental_snr_db(original, original + change)
    assert found == pytest.approx(expected, abs=1e-3)


def test_only_the_frames_that_change_count_for_the_distance():
    original = noise(3, samples=1024 * 40)
    changed = original.copy()
    changed[1024 * 20 :] *= 2
    assert perceptual_metrics.log_spectral_distance_db(original, changed) == pytest.approx(
        20 * math.log10(2) / 2, abs=0.2
    )


def test_bins_with_nothing_but_rounding_have_no_distance():
    silence = np.zeros(SHORTEST, dtype=np.float32)
    rounding = noise(4, level=0.1 / 2**15)
    assert perceptual_metrics.log_spectral_distance_db(silence, rounding) < 0.1
    assert perceptual_metrics.log_spectral_distance_db(silence, noise(4)) > 60


def test_what_did_not_change_is_not_noticed():
    original = noise(5)
    found = perceptual_metrics.figures(original, original)
    assert found["segmental_snr_db"] == perceptual_metrics.MOST_DB
    assert found["log_spectral_distance_db"] == found["loudness_difference_lu"] == 0
    assert found["change_loudness_lu"] == -math.inf
    assert found["noise_to_mask_db"] < -200 and found["audible_share"] == 0


def test_the_ratio_to_the_mask_follows_the_change_and_its_share_grows():
    original, change = noise(6), noise(7, level=1e-4)
    quiet, loud = (
        perceptual_metrics.figures(original, original + g * change) for g in (1, 10**4)
    )
    assert loud["noise_to_mask_db"] - quiet["noise_to_mask_db"] == pytest.approx(80, abs=0.2)
    assert 0 <= quiet["audible_share"] < 0.2 < 0.9 < loud["audible_share"] <= 1


@few
@given(seeds, st.sampled_from([1e-6, 1e-3, 0.3]))
def test_every_figure_of_a_short_or_faint_excerpt_is_a_number(seed, level):
    original = noise(seed, level=level)
    found = perceptual_metrics.figures(original, original + noise(seed + 1, level=level / 10))
    gated = math.isinf(perceptual_metrics.loudness_lufs(original))
    for name, value in found.items():
        assert np.isfinite(value) or (gated and "loudness" in name)


def test_the_names_are_the_collected_tables_columns():
    assert (
        list(perceptual_metrics.figures(noise(8), noise(9)))
        == COLLECTED["perceptual_excerpts"][-6:]
    )
