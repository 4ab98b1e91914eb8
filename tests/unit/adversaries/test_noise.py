"""The control: noise of the SNR and the colour that are asked for, whatever the system."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LABELS, loud_waveforms, magnitude_system
from scipy.signal import butter, sosfilt, welch

from music_adversaries.adversaries.noise import Settings, attack, generator_of
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt, write_wav

RATE = 22050
colours = pytest.mark.parametrize("colour", ["white", "spectrum"])


def band_of_noise(seed, seconds=4):
    """Noise from 2 to 4 kHz, ten times louder in its second half, on the 16-bit grid."""
    samples = seconds * RATE
    noise = np.random.default_rng(seed).normal(size=samples)
    band = sosfilt(butter(6, [2000, 4000], "bandpass", fs=RATE, output="sos"), noise)
    band[: samples // 2] /= 10
    return np.round(band / np.abs(band).max() * 2**14) / 2**15


def noised(waveform, colour, limit, seed=1):
    """The noise that the control adds to ``waveform``, and the SNR that is reported."""
    original = torch.from_numpy(waveform).float()
    settings_ = Settings(colour=colour, seed=seed, snr_limit_db=limit)
    (found,) = attack(magnitude_system(), original[None], torch.tensor([0]), settings_)
    snr_db = stft.waveform_snr_db(original.numpy(), found.waveform)
    return (found.waveform - original.numpy()).astype(float), snr_db


@colours
@pytest.mark.parametrize("limit", [5.0, 15.0, 40.0])
def test_the_snr_is_the_one_that_is_asked_for(colour, limit):
    waveform = band_of_noise(1, seconds=12)
    noise, snr_db = noised(waveform, colour, limit)
    whole = 10 * np.log10(np.sum(waveform**2) / np.sum(noise**2))
    assert whole == pytest.approx(limit, abs=0.1)
    assert limit <= snr_db < limit + 0.1 + 10 * np.log10(12 / (12 - 2 * 1024 / RATE))


@colours
def test_without_a_limit_the_noise_is_as_strong_as_the_excerpt(colour):
    waveform = band_of_noise(2) / 8
    waveform = np.round(waveform * 2**15) / 2**15
    assert noised(waveform, colour, -np.inf)[1] == pytest.approx(0, abs=0.2)


def test_white_noise_has_as_much_of_every_frequency_and_of_every_time():
    noise, _ = noised(band_of_noise(3), "white", 15.0)
    _, power = welch(noise, RATE, nperseg=1024)
    octaves = [power[bins].mean() for bins in np.array_split(np.arange(4, 508), 6)]
    assert 10 * np.log10(max(octaves) / min(octaves)) < 0.6
    halves = np.square(noise).reshape(2, -1).mean(axis=1)
    assert halves[0] == pytest.approx(halves[1], rel=0.1)


def test_noise_of_the_excerpts_spectrum_is_where_the_excerpt_is():
    waveform = band_of_noise(4)
    noise, _ = noised(waveform, "spectrum", 15.0)
    (_, of_noise), (_, of_excerpt) = (
        welch(each, RATE, nperseg=512) for each in (noise, waveform)
    )
    loud = of_excerpt > of_excerpt.max() / 100
    ratio_db = 10 * np.log10(of_noise[loud] / of_excerpt[loud])
    np.testing.assert_allclose(ratio_db, -15, atol=1.5)
    assert of_noise[loud].sum() > 0.98 * of_noise.sum()
    quiet, strong = np.square(noise).reshape(2, -1).mean(axis=1)
    assert quiet / strong == pytest.approx(0.01, rel=0.3)
    assert abs(np.corrcoef(noise, waveform)[0, 1]) < 0.05


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["white", "spectrum"]),
    st.floats(-10, 70) | st.just(-np.inf),
)
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, seed, colour, limit
):
    system, originals = magnitude_system(2, seed % 5), loud_waveforms(seed)
    targets, told = [0, 1, 2], []
    settings_ = Settings(colour=colour, seed=seed % 3, snr_limit_db=limit)
    found = attack(system, originals, torch.tensor(targets), settings_, told.append)
    assert sum(told) == 3
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        assert stft.waveform_snr_db(original.numpy(), each.waveform) >= limit
        posterior = system.posterior(torch.from_numpy(each.magnitudes)[None])[0]
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)


@colours
def test_neither_system_nor_target_nor_batch_matter_but_the_seed_does(colour):
    originals, settings_ = loud_waveforms(5), Settings(colour, seed=1, snr_limit_db=20.0)
    targets = torch.tensor([0, 1, 2])
    together = attack(magnitude_system(), originals, targets, settings_)
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        for target in range(len(LABELS)):
            other = magnitude_system(seed=target)
            (alone,) = attack(other, originals[one], torch.tensor([target]), settings_)
            np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)
    noises = [each.waveform - o.numpy() for each, o in zip(together, originals, strict=True)]
    reseeded = attack(
        magnitude_system(), originals, targets, Settings(colour, seed=2, snr_limit_db=20.0)
    )
    noises += [each.waveform - o.numpy() for each, o in zip(reseeded, originals, strict=True)]
    assert np.abs(np.corrcoef(noises) - np.eye(6)).max() < 0.2


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
