"""The adversary that sees posteriors alone: what it asks, what it knows, what it keeps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LABELS, judged_by_another, loud_waveforms, magnitude_system

from music_adversaries import spectra
from music_adversaries.adversaries.black_box import Settings, attack
from music_adversaries.audio import read_excerpt, write_wav


def plan(**changes):
    fields = {"step": 0.3, "most_queries": 60, "stop_confidence": 0.0, "seed": 1}
    return Settings(**fields | {"snr_limit_db": 10.0} | changes)


class Judge:
    """Posteriors by a system's judgement, counted; scores and gradients are refused."""

    labels = LABELS

    def __init__(self, system):
        self.system = system
        self.queries = 0
        self.best = []

    def front_end(self, waveforms):
        assert not torch.is_grad_enabled()
        return self.system.front_end(waveforms)

    def posterior(self, magnitudes, scores=None):
        assert scores is None
        self.queries += len(magnitudes)
        found = self.system.posterior(magnitudes)
        self.best.append(found)
        return found

    def __call__(self, magnitudes):
        raise AssertionError("no scores are to be had")


def least_likely(system, originals):
    return system.posterior(spectra.magnitudes(originals)).argmin(dim=-1)


def test_it_reaches_what_noise_of_the_same_snr_does_not():
    system, originals = magnitude_system(2), loud_waveforms(1, 4)
    targets = least_likely(system, originals)
    found = attack(system, originals, targets, plan(most_queries=400))
    rng = np.random.default_rng(0)
    for original, target, each in zip(originals, targets.tolist(), found, strict=True):
        posterior = system.posterior(spectra.magnitudes(torch.from_numpy(each.waveform))[None])
        assert int(posterior[0].argmax()) == target
        noise = torch.from_numpy(rng.normal(size=(50, len(original)))).float()
        radius = np.linalg.norm(original[1024:-1024]) * 10 ** (-10 / 20)
        noised = original + noise / noise.norm(dim=-1, keepdim=True) * radius
        judged = system.posterior(spectra.magnitudes(noised)).argmax(dim=-1)
        assert (judged == target).sum() == 0


@pytest.mark.parametrize("most_queries", [1, 2, 7, 30])
def test_judgements_are_counted_and_never_more_than_allowed(most_queries):
    judge, originals = Judge(magnitude_system(2)), loud_waveforms(3, 1)
    target = least_likely(judge.system, originals)
    settings_ = plan(most_queries=most_queries, snr_limit_db=60.0)
    (found,) = attack(judge, originals, target, settings_)
    assert judge.queries == most_queries == found.iterations + 1


def test_excerpts_that_are_done_cost_no_further_judgements():
    judge, originals = Judge(magnitude_system(2)), loud_waveforms(4, 4)
    told = []
    found = attack(judge, originals, torch.tensor([0, 1, 2, 0]), plan(), told.append)
    tried = [each.iterations for each in found]
    assert len(set(tried)) > 1
    assert judge.queries == sum(tried) + 4
    assert sum(told) == 4


def test_what_is_returned_is_the_best_that_was_judged():
    judge, originals = Judge(magnitude_system(2)), loud_waveforms(3, 1)
    target = least_likely(judge.system, originals)
    (found,) = attack(judge, originals, target, plan(snr_limit_db=40.0))
    posteriors = torch.cat(judge.best)
    (number,) = target.tolist()
    others = [k for k in range(3) if k != number]
    margins = posteriors[:, number] / posteriors[:, others].amax(dim=-1)
    assert found.confidence == pytest.approx(float(posteriors[margins.argmax(), number]))
    assert margins.argmax() > 0


plans = st.builds(
    plan,
    step=st.floats(0.05, 2),
    most_queries=st.integers(1, 6),
    stop_confidence=st.sampled_from([0.0, 0.5, 0.9]),
    seed=st.integers(0, 9),
    goal=st.sampled_from(["reach", "leave"]),
    snr_limit_db=st.floats(-10, 65) | st.just(-np.inf),
)


@settings(max_examples=20, deadline=None)
@given(plans, st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2), min_size=1, max_size=3))
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, settings_, seed, targets
):
    system = magnitude_system(unit_frames=2, seed=seed % 5)
    originals = loud_waveforms(seed, len(targets))
    found = attack(system, originals, torch.tensor(targets), settings_)
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        snr_db = spectra.waveform_snr_db(original.numpy(), each.waveform)
        assert snr_db >= settings_.snr_limit_db
        magnitudes = spectra.magnitudes(torch.from_numpy(each.waveform))
        posterior = system.posterior(magnitudes[None])[0]
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)
        best = int(posterior.argmax())
        met = (best == target) is (settings_.goal == "reach")
        met = met and float(posterior[best]) > settings_.stop_confidence
        assert met or each.iterations == settings_.most_queries - 1


@pytest.mark.parametrize("step", [0.5, 2.0])
def test_without_a_limit_steps_are_shares_of_the_excerpts_own_norm(step):
    system, originals = magnitude_system(2), torch.round(loud_waveforms(2, 6) * 2**11) / 2**15
    targets, settings_ = least_likely(system, originals), plan(step=step, most_queries=2)
    found = attack(system, originals, targets, replace(settings_, snr_limit_db=-np.inf))
    shares = [
        np.linalg.norm(each.waveform - original.numpy()) / np.linalg.norm(original[1024:-1024])
        for original, each in zip(originals, found, strict=True)
    ]
    kept = [share for share in shares if share > 0]
    assert kept == pytest.approx([step] * len(kept), rel=0.01)
    assert len(kept) > 1


def test_the_systems_own_judgement_decides_where_its_scores_say_otherwise():
    system, originals = judged_by_another(magnitude_system(2)), loud_waveforms(8, 2)
    settings_ = plan(snr_limit_db=0.0, most_queries=400)
    found = attack(system, originals, torch.tensor([2, 2]), settings_)
    for each in found:
        posterior = system.posterior(spectra.magnitudes(torch.from_numpy(each.waveform))[None])
        assert int(posterior[0].argmax()) == 2
        assert each.iterations > 0


def test_an_excerpts_result_does_not_depend_on_its_batch():
    system, originals = magnitude_system(2), loud_waveforms(5, 4)
    targets, settings_ = torch.tensor([0, 1, 2, 0]), plan(most_queries=25)
    together = attack(system, originals, targets, settings_)
    assert len({each.iterations for each in together}) > 1
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == each.iterations
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)


def test_another_seed_tries_other_changes():
    system, originals = magnitude_system(2), loud_waveforms(3, 1)
    target = least_likely(system, originals)
    one, other = (
        attack(system, originals, target, plan(snr_limit_db=40.0, seed=seed))[0].waveform
        for seed in (1, 2)
    )
    assert not np.array_equal(one, other)
