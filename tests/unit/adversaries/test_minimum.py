"""The smallest change, against closed forms on linear systems, and what is promised of it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import (
    LinearInWaveform,
    judged_by_another,
    loud_waveforms,
    magnitude_system,
)
from scipy.special import softmax

from music_adversaries.adversaries.minimum import Settings, attack
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt, write_wav

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)


def plan(**changes):
    return Settings(**{"most_iterations": 60, "stop_confidence": 0.0} | changes)


def change_norm(found, original):
    return float(np.linalg.norm(found.waveform.astype(np.float64) - original.double().numpy()))


def judged(system, waveform):
    """The posterior ``(classes,)`` of one waveform, by itself."""
    return system.posterior(system.front_end(torch.from_numpy(waveform)[None]))[0]


# Rounding to 16 bits adds 5e-4 to changes whose norms are from 0.02 up, at right angles:
# that does not matter to one part in a hundred.


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("classes", [2, 3])
def test_on_a_linear_system_it_is_within_a_hundredth_of_the_closed_form(seed, classes):
    system, originals = LinearInWaveform(seed, classes), loud_waveforms(seed, 4)
    targets = [(system.label(original) + 1) % classes for original in originals]
    found = attack(system, originals, torch.tensor(targets), plan())
    for original, target, each in zip(originals, targets, found, strict=True):
        least = system.smallest_to_reach(original, target)
        assert least > 0.02
        assert system.label(each.waveform) == target
        assert least * (1 - 1e-4) < change_norm(each, original) < least * 1.01


@pytest.mark.parametrize("seed", range(4))
def test_leaving_a_label_of_a_linear_system_takes_the_way_to_the_nearest_other(seed):
    system, originals = LinearInWaveform(seed), loud_waveforms(seed, 4)
    labels = [system.label(original) for original in originals]
    found = attack(system, originals, torch.tensor(labels), plan(goal="leave"))
    for original, label, each in zip(originals, labels, found, strict=True):
        least = system.smallest_to_leave(original, label)
        assert system.label(each.waveform) != label
        assert least * (1 - 1e-4) < change_norm(each, original) < least * 1.01


def test_a_system_that_yields_only_to_more_than_the_excerpt_itself_is_reached():
    """Two classes, and an excerpt that lies along what tells them apart."""
    system = LinearInWaveform(5, classes=2)
    apart = system.weight[0] - system.weight[1]
    original = torch.round(apart / apart.abs().max() * 2**12) / 2**15
    (found,) = attack(system, original[None], torch.tensor([1]), plan(most_iterations=100))
    least = system.smallest_to_reach(original, 1)
    assert least > 0.99 * np.linalg.norm(original.double())
    assert system.label(found.waveform) == 1
    assert change_norm(found, original) < least * 1.01


def test_what_went_too_far_is_shortened_to_where_the_judgement_turns():
    """Of two classes the way is straight, and steps that are few are long."""
    system, originals = LinearInWaveform(3, classes=2), loud_waveforms(3, 4)
    targets = [1 - system.label(original) for original in originals]
    found = attack(system, originals, torch.tensor(targets), plan(most_iterations=7))
    for original, target, each in zip(originals, targets, found, strict=True):
        least = system.smallest_to_reach(original, target)
        assert system.label(each.waveform) == target
        assert change_norm(each, original) < least * 1.002


def by_hand(system, original, target, stop_confidence, most_iterations):
    """The changes that are tried, in float64, with the constants by their numbers."""
    weight, start = system.weight.double().numpy(), original.double().numpy()
    change, direction = np.zeros_like(start), np.zeros_like(start)
    norm, yielded = 10 ** (-50 / 20) * np.linalg.norm(start[1024:-1024]), False
    for iteration in range(most_iterations):
        yield change
        posterior = softmax(weight @ (start + change))
        rival = int(np.argmax(np.where(np.arange(3) == target, -1, posterior)))
        needed = max(posterior[rival], stop_confidence)
        of_target = posterior @ weight - weight[target]
        short_of_all = posterior[rival] > stop_confidence
        slope = weight[rival] - weight[target] if short_of_all else of_target
        slope = slope if yielded else slope + 0.2 * of_target
        downhill = -slope / np.linalg.norm(slope)
        met = posterior[target] > needed
        yielded = yielded or met
        falling = 0.03 + 0.97 * (1 + np.cos(np.pi * iteration / most_iterations)) / 2
        if yielded:
            change = change + 0.3 * falling * norm * downhill
            norm *= 1 - 0.1 * falling if met else 1 + 0.1 * falling
            change *= norm / np.linalg.norm(change)
        else:
            late = iteration >= most_iterations / 2
            step = 0.3 * falling if late else 10 ** (50 / 20 / (most_iterations / 2)) - 1
            direction = 0.75 * direction + downhill
            change = change + step * norm * direction / np.linalg.norm(direction)
            norm = max(norm, np.linalg.norm(change))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stop_confidence", [0.0, 1.0])
def test_iterates_are_those_of_the_search_by_hand(seed, stop_confidence):
    """Of an excerpt that yields, and of one that never does: nothing is surer than sure."""
    system, originals = LinearInWaveform(seed, norm=0.3), loud_waveforms(seed, 1) / 8
    originals = torch.round(originals * 2**15) / 2**15
    target, judged_points = (system.label(originals[0]) + 1) % 3, []

    def front_end(waveforms):
        judged_points.append(waveforms.detach()[0].numpy())
        return waveforms

    system.front_end = front_end
    settings_ = plan(most_iterations=24, stop_confidence=stop_confidence)
    (found,) = attack(system, originals, torch.tensor([target]), settings_)
    assert (system.label(found.waveform) == target) or stop_confidence == 1.0
    expected = list(by_hand(system, originals[0], target, stop_confidence, 24))
    for point, change in zip(judged_points[:24], expected, strict=True):
        np.testing.assert_allclose(point - originals[0].numpy(), change, atol=2 / 2**15)


class EveryThird(LinearInWaveform):
    """Judges as wanted whatever comes third, so that the change grows more than it shrinks."""

    def __init__(self):
        super().__init__(1)
        self.heard = []

    def posterior(self, waveforms, scores=None):
        self.heard.append(waveforms[0].numpy().astype(float))
        wanted = len(self.heard) % 3 == 0
        return torch.tensor([[0.1, 0.8, 0.1] if wanted else [0.8, 0.1, 0.1]])


def test_the_smallest_that_was_judged_as_wanted_counts_and_not_the_last():
    system, originals = EveryThird(), loud_waveforms(1, 1) / 8
    originals = torch.round(originals * 2**15) / 2**15
    (found,) = attack(system, originals, torch.tensor([1]), plan())
    wanted = [np.linalg.norm(each - originals[0].numpy()) for each in system.heard[2:60:3]]
    assert wanted[-1] > 1.5 * wanted[0]
    assert change_norm(found, originals[0]) <= min(wanted)


def test_more_confidence_takes_the_closed_form_of_a_larger_change():
    """Of two classes, the target has 0.9 where the scores differ by the log of 9."""
    system, originals = LinearInWaveform(3, classes=2), loud_waveforms(3, 4)
    targets = [1 - system.label(original) for original in originals]
    found = attack(system, originals, torch.tensor(targets), plan(stop_confidence=0.9))
    weight = system.weight.double().numpy()
    for original, target, each in zip(originals, targets, found, strict=True):
        least = system.smallest_to_reach(original, target)
        least += np.log(9) / np.linalg.norm(weight[0] - weight[1])
        assert each.confidence > 0.9
        assert least * (1 - 1e-4) < change_norm(each, original) < least * 1.01


@few
@given(seeds, st.sampled_from([0.0, 0.5, 0.8]), st.sampled_from(["reach", "leave"]))
def test_what_is_returned_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, seed, confidence, goal
):
    system, originals = magnitude_system(2, seed % 5), loud_waveforms(seed)
    targets = torch.tensor([0, 1, 2])
    settings_ = plan(most_iterations=20, stop_confidence=confidence, goal=goal)
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    for target, each in enumerate(attack(system, originals, targets, settings_)):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        magnitudes = stft.magnitudes(torch.from_numpy(each.waveform))
        np.testing.assert_allclose(each.magnitudes, magnitudes, atol=1e-6)
        posterior = judged(system, each.waveform)
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)
        best = int(posterior.argmax())
        assert (best == target) is (goal == "reach")
        assert float(posterior[best]) > confidence


def test_an_original_off_the_grid_comes_back_as_it_would_be_written():
    system, originals = magnitude_system(), 0.37 * loud_waveforms(4, 2)
    targets = system.posterior(stft.magnitudes(originals)).argmax(dim=-1)
    for original, each in zip(
        originals, attack(system, originals, targets, plan()), strict=True
    ):
        np.testing.assert_array_equal(each.waveform * 2**15, np.rint(original.numpy() * 2**15))


@pytest.mark.parametrize("goal", ["reach", "leave"])
def test_an_excerpts_result_does_not_depend_on_its_batch(goal):
    system, originals = magnitude_system(2), loud_waveforms(5, 5)
    targets, settings_ = torch.tensor([0, 1, 2, 0, 1]), plan(most_iterations=25, goal=goal)
    together = attack(system, originals, targets, settings_)
    assert {each.iterations for each in together} == {0, 25}
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == each.iterations
        norms = change_norm(alone, originals[number]), change_norm(each, originals[number])
        assert norms[0] == pytest.approx(norms[1], rel=0.01)
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=2e-3)


def test_more_iterations_never_cost_more_than_a_hair():
    system, originals = magnitude_system(2), loud_waveforms(6)
    targets = 2 - system.posterior(stft.magnitudes(originals)).argmax(dim=-1)
    few_, many = (
        attack(system, originals, targets, plan(most_iterations=most)) for most in (20, 80)
    )
    for original, brief, long in zip(originals, few_, many, strict=True):
        assert change_norm(long, original) <= change_norm(brief, original) * 1.01


def test_a_class_out_of_reach_is_returned_as_the_failure_that_it_is():
    """Its score has no weights and can never be the largest."""
    system, originals = magnitude_system(), loud_waveforms(7)
    system.network.scores.weight[2] = 0
    system.network.scores.bias.copy_(torch.tensor([0.0, 0.0, -1e4]))
    told = []
    targets = torch.tensor([2, 2, 2])
    found = attack(system, originals, targets, plan(most_iterations=8), told.append)
    assert [each.iterations for each in found] == [8, 8, 8]
    assert sum(told) == 3
    for each in found:
        assert int(judged(system, each.waveform).argmax()) != 2
        assert each.confidence == 0
        assert np.isfinite(each.waveform).all()
        assert np.array_equal(each.waveform * 2**15, np.rint(each.waveform * 2**15))


def test_a_silent_excerpt_has_no_way_down_and_is_a_failure():
    system = magnitude_system()
    silence = torch.zeros(1, 3000)
    label = int(system.posterior(stft.magnitudes(silence))[0].argmax())
    (found,) = attack(system, silence, torch.tensor([(label + 1) % 3]), plan())
    assert not found.waveform.any()
    assert found.iterations == 60


@few
@given(seeds, st.floats(5, 40))
def test_with_a_limit_no_change_goes_beyond_it(seed, limit):
    system, originals = LinearInWaveform(seed % 7), loud_waveforms(seed)
    targets = [(system.label(original) + 1) % 3 for original in originals]
    settings_ = plan(most_iterations=15, snr_limit_db=limit)
    found = attack(system, originals, torch.tensor(targets), settings_)
    for original, target, each in zip(originals, targets, found, strict=True):
        assert stft.waveform_snr_db(original.numpy(), each.waveform) >= limit
        least = system.smallest_to_reach(original, target)
        largest = np.linalg.norm(original[1024:-1024]) * 10 ** (-limit / 20)
        if least > largest:
            assert system.label(each.waveform) != target
        if least < 0.9 * largest:
            assert system.label(each.waveform) == target


def test_attacking_leaves_system_and_waveforms_as_they_were():
    system, originals = magnitude_system(), loud_waveforms(8)
    parameters = {name: value.clone() for name, value in system.state_dict().items()}
    before = originals.clone()
    attack(system, originals, torch.tensor([0, 1, 2]), plan(most_iterations=5))
    assert torch.equal(originals, before)
    assert all(
        torch.equal(value, parameters[name]) for name, value in system.state_dict().items()
    )


def test_the_systems_own_judgement_decides_where_its_scores_say_otherwise():
    system, originals = judged_by_another(magnitude_system(2)), loud_waveforms(9)
    found = attack(system, originals, torch.tensor([2, 2, 2]), plan())
    for each in found:
        posterior = judged(system, each.waveform)
        assert int(posterior.argmax()) == 2
        assert each.confidence == pytest.approx(float(posterior[2]), abs=1e-5)
        # It is the turning point of the judgement, beyond that of the scores.
        assert float(posterior[2]) < 0.55
        scores = system(stft.magnitudes(torch.from_numpy(each.waveform))[None])
        by_scores = scores.softmax(dim=-1).mean(dim=-2)[0]
        assert float(by_scores[2]) > float(by_scores[:2].max()) + 0.1
