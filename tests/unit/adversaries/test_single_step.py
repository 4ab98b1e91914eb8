"""One step along the sign of the gradient, against a linear system's own gradient."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LinearInWaveform, loud_waveforms, magnitude_system
from scipy.special import softmax

from music_adversaries.adversaries.single_step import Settings, attack
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt, write_wav

seeds = st.integers(0, 2**32 - 1)


def signs_of_the_gradient(system, waveform, target):
    """Of −log p(target): the weights' mean under the posterior less the target's."""
    weight = system.weight.double().numpy()
    posterior = softmax(weight @ waveform.double().numpy())
    return np.sign(posterior @ weight - weight[target])


def largest_norm(original, limit):
    return np.linalg.norm(original[1024:-1024].double()) * 10 ** (-limit / 20)


@pytest.mark.parametrize("goal", ["reach", "leave"])
@pytest.mark.parametrize("seed", range(4))
def test_every_sample_goes_by_as_much_against_the_gradient(seed, goal):
    system, (original,) = LinearInWaveform(seed), loud_waveforms(seed, 1) / 4
    original = torch.round(original * 2**15) / 2**15
    label = system.label(original)
    target = (label + 1) % 3 if goal == "reach" else label
    settings_ = Settings(goal=goal, snr_limit_db=10.0)
    (found,) = attack(system, original[None], torch.tensor([target]), settings_)
    way = -1 if goal == "reach" else 1
    expected = way * signs_of_the_gradient(system, original, target)
    change = found.waveform - original.numpy()
    np.testing.assert_array_equal(np.sign(change), expected)
    size = largest_norm(original, 10.0) / np.sqrt(len(original))
    np.testing.assert_allclose(np.abs(change), size, atol=1 / 2**15)
    assert found.iterations == 1


def test_a_step_that_is_long_enough_reaches_a_linear_systems_target():
    """In a linear system of two classes, the sign goes the right way all the way."""
    system, (original,) = LinearInWaveform(3, classes=2), loud_waveforms(3, 1) / 4
    target = 1 - system.label(original)
    weight = system.weight.double().numpy()
    normal = weight[target] - weight[1 - target]
    lack = -float(normal @ original.double().numpy())
    # Each sample that goes by s along the sign gains s |normal|.
    needed = lack / np.abs(normal).sum() * np.sqrt(len(original))
    limit = 20 * np.log10(largest_norm(original, 0.0) / needed)
    for beside, reached in ((0.2, False), (-0.2, True)):
        settings_ = Settings(snr_limit_db=limit + beside)
        (found,) = attack(system, original[None], torch.tensor([target]), settings_)
        assert (system.label(found.waveform) == target) is reached


@settings(max_examples=15, deadline=None)
@given(seeds, st.sampled_from(["reach", "leave"]), st.floats(-10, 70) | st.just(-np.inf))
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, seed, goal, limit
):
    system, originals = magnitude_system(2, seed % 5), loud_waveforms(seed)
    targets = [0, 1, 2]
    found = attack(system, originals, torch.tensor(targets), Settings(goal, limit))
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        assert stft.waveform_snr_db(original.numpy(), each.waveform) >= limit
        magnitudes = stft.magnitudes(torch.from_numpy(each.waveform))
        posterior = system.posterior(magnitudes[None])[0]
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)
        clean = int(system.posterior(stft.magnitudes(original)[None])[0].argmax())
        already = (clean == target) is (goal == "reach")
        assert each.iterations == (0 if already else 1)
        assert np.array_equal(each.waveform, original.numpy()) is already


@pytest.mark.parametrize("limit", [20.0, -np.inf])
def test_the_step_is_as_long_as_the_limit_allows_and_as_the_excerpt_without_one(limit):
    system, originals = magnitude_system(2), loud_waveforms(1) / 4
    originals = torch.round(originals * 2**15) / 2**15
    targets = system.posterior(stft.magnitudes(originals)).argmin(dim=-1)
    found = attack(system, originals, targets, Settings(snr_limit_db=limit))
    for original, each in zip(originals, found, strict=True):
        change = np.linalg.norm((each.waveform - original.numpy()).astype(float))
        assert change == pytest.approx(largest_norm(original, max(limit, 0.0)), rel=0.01)


def test_an_excerpts_result_does_not_depend_on_its_batch():
    system, originals = magnitude_system(2), loud_waveforms(5, 5)
    targets, settings_ = torch.tensor([0, 1, 2, 0, 1]), Settings(snr_limit_db=20.0)
    told = []
    together = attack(system, originals, targets, settings_, told.append)
    assert sum(told) == 5
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)
