"""The masking model against levels of tones, its own slopes and brute force."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio import masking_threshold as ear

seeds = st.integers(0, 2**32 - 1)
BIN_48_HZ = 48 * SAMPLE_RATE / 1024
"""Where a bin has its middle, within the band from 8 to 9 Bark."""
few = settings(max_examples=15, deadline=None)


def tone(hz, amplitude=0.1, samples=8192):
    angle = 2 * np.pi * hz * np.arange(samples) / SAMPLE_RATE
    return torch.from_numpy(amplitude * np.sin(angle)).float()


def noise(seed, samples=4000, excerpts=2):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.uniform(-0.3, 0.3, (excerpts, samples))).float()


def middle(levels):
    return levels[levels.shape[0] // 2]


@pytest.mark.parametrize(
    ("hz", "bark"), [(100, 1), (510, 5), (1270, 10), (3150, 16), (9500, 22)]
)
def test_critical_bands_end_where_zwickers_table_has_them(hz, bark):
    assert float(ear.bark(torch.tensor(float(hz)))) == pytest.approx(bark, abs=0.25)


@pytest.mark.parametrize(
    ("hz", "level"), [(100, 23.0), (1000, 3.4), (3300, -5.0), (10_000, 10.6)]
)
def test_the_threshold_in_quiet_is_terhardts_curve(hz, level):
    found = float(ear.quiet_threshold_db(torch.tensor(float(hz))))
    khz = hz / 1000
    curve = 3.64 * khz**-0.8 - 6.5 * math.exp(-0.6 * (khz - 3.3) ** 2) + khz**4 / 1000
    assert found == pytest.approx(curve, abs=1e-3)
    assert found == pytest.approx(level, abs=0.05)


@pytest.mark.parametrize("amplitude", [1.0, 0.1, 0.001])
def test_a_tone_has_its_level_and_full_scale_has_96_db(amplitude):
    levels = middle(ear.band_levels_db(ear.spectrum(tone(BIN_48_HZ, amplitude))))
    assert levels.max() == pytest.approx(96 + 20 * math.log10(amplitude), abs=0.1)
    assert int(levels.argmax()) == int(ear.bark(torch.tensor(BIN_48_HZ)))


def test_the_bands_hold_all_of_a_waveforms_power():
    """Twice its mean square is a sine's share of full scale: Parseval."""
    waveform = noise(1, samples=40_960, excerpts=1)[0]
    power = 10 ** ((ear.band_levels_db(ear.spectrum(waveform)) - 96) / 10)
    assert power[2:-2].sum(-1).mean() == pytest.approx(
        2 * float(waveform.square().mean()), rel=0.02
    )


@few
@given(seeds, st.integers(1, 3000))
def test_a_spectrum_gives_its_waveform_back_to_the_last_sample(seed, samples):
    waveform = noise(seed, samples)
    again = ear.waveform_of(ear.spectrum(waveform), samples)
    np.testing.assert_allclose(again, waveform, atol=1e-6)


def test_silence_has_the_threshold_in_quiet():
    thresholds = ear.thresholds_db(torch.zeros(4096))
    quiet = ear.quiet_threshold_db(ear.BIN_HZ)
    for band in range(ear.BANDS):
        least = float(quiet[band == ear.BAND].min())
        assert thresholds[:, band].numpy() == pytest.approx(least, abs=1e-3)


def test_a_tones_threshold_falls_by_27_db_a_bark_below_it_and_by_less_above():
    level = 96 + 20 * math.log10(0.1)
    thresholds = middle(ear.thresholds_db(tone(BIN_48_HZ)))
    z = float(ear.bark(torch.tensor(BIN_48_HZ)))
    quiet = ear.quiet_threshold_db(ear.BIN_HZ)
    upwards = -27 + 0.37 * (level - 40)
    for band in range(5, 14):
        bins = band == ear.BAND
        away = ear.BARKS[bins] - z
        slopes = torch.where(away < 0, 27 * away, upwards * away)
        masked = level - 6.025 - 0.275 * z + slopes
        expected = 10 * torch.log10(10 ** (masked / 10) + 10 ** (quiet[bins] / 10))
        # Side lobes of the window are weak maskers as well.
        assert float(thresholds[band]) == pytest.approx(float(expected.min()), abs=0.5)
    raised = thresholds - middle(ear.thresholds_db(torch.zeros(8192)))
    assert abs(int(raised.argmax()) - z) <= 1


@pytest.mark.parametrize("hz", [200, 1000, 5000])
def test_a_louder_tone_hides_more(hz):
    quieter, louder = (middle(ear.thresholds_db(tone(hz, a))) for a in (0.01, 0.1))
    band = int(ear.bark(torch.tensor(float(hz))))
    assert louder[band] - quieter[band] == pytest.approx(20, abs=1.5)
    assert (louder >= quieter - 0.01).all()


@few
@given(seeds)
def test_excerpts_of_a_batch_have_their_own_thresholds(seed):
    waveforms = noise(seed)
    together = ear.thresholds_db(waveforms)
    for waveform, thresholds in zip(waveforms, together, strict=True):
        np.testing.assert_allclose(ear.thresholds_db(waveform), thresholds, atol=1e-3)


def test_many_frames_have_the_thresholds_of_few(monkeypatch):
    waveform = noise(3, samples=20_000, excerpts=1)
    whole = ear.thresholds_db(waveform)
    monkeypatch.setattr(ear, "CHUNK_FRAMES", 7)
    np.testing.assert_allclose(ear.thresholds_db(waveform), whole, atol=1e-4)


@few
@given(seeds, st.floats(-60, 20))
def test_the_excess_follows_the_level_of_the_change(seed, gain_db):
    change, original = noise(seed)
    thresholds = ear.thresholds_db(original)
    louder = ear.excess_db(10 ** (gain_db / 20) * change, thresholds)
    np.testing.assert_allclose(louder - ear.excess_db(change, thresholds), gain_db, atol=1e-3)
