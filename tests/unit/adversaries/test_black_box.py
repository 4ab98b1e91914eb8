"""The adversary that sees posteriors alone: what it asks, what it knows, what it keeps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from linear_victims import LABELS, loud_waveforms, magnitude_system

from music_adversaries.adversaries.black_box import Settings, attack
from music_adversaries.audio import stft


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

    def judge(self, waveforms):
        return self.posterior(self.front_end(waveforms))

    def posterior(self, magnitudes, scores=None):
        assert scores is None
        self.queries += len(magnitudes)
        found = self.system.posterior(magnitudes)
        self.best.append(found)
        return found

    def __call__(self, magnitudes):
        raise AssertionError("no scores are to be had")


def least_likely(system, originals):
    return system.posterior(stft.magnitudes(originals)).argmin(dim=-1)


def test_it_reaches_what_noise_of_the_same_snr_does_not():
    system, originals = magnitude_system(2), loud_waveforms(1, 4)
    targets = least_likely(system, originals)
    found = attack(system, originals, targets, plan(most_queries=400))
    rng = np.random.default_rng(0)
    for original, target, each in zip(originals, targets.tolist(), found, strict=True):
        posterior = system.posterior(stft.magnitudes(torch.from_numpy(each.waveform))[None])
        assert int(posterior[0].argmax()) == target
        noise = torch.from_numpy(rng.normal(size=(50, len(original)))).float()
        radius = np.linalg.norm(original[1024:-1024]) * 10 ** (-10 / 20)
        noised = original + noise / noise.norm(dim=-1, keepdim=True) * radius
        judged = system.posterior(stft.magnitudes(noised)).argmax(dim=-1)
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


def test_another_seed_tries_other_changes():
    system, originals = magnitude_system(2), loud_waveforms(3, 1)
    target = least_likely(system, originals)
    one, other = (
        attack(system, originals, target, plan(snr_limit_db=40.0, seed=seed))[0].waveform
        for seed in (1, 2)
    )
    assert not np.array_equal(one, other)
