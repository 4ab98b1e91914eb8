"""The adversary against closed forms on linear systems, and its promises on random input."""

import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LABELS, magnitude_system
from scipy.special import softmax
from torch.nn.functional import cross_entropy

from music_adversaries.adversaries import constraints
from music_adversaries.adversaries.batches import (
    BATCH_FRAMES,
    attack_excerpts,
    equal_batches,
)
from music_adversaries.adversaries.paper import Settings, attack, cost_gradient
from music_adversaries.adversaries.targets import choose_excerpts, draw_targets
from music_adversaries.audio import stft
from music_adversaries.audio.stft import BINS
from music_adversaries.systems.system import build_system

SAMPLES = 3000
NEVER = 1.0
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=15, deadline=None)


def linear_system(unit_frames=1, seed=7, weight_scale=1.0):
    system = magnitude_system(unit_frames, seed)
    system.network.scores.weight.mul_(weight_scale)
    return system


def waveforms(seed, excerpts=2, samples=SAMPLES):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.uniform(-0.5, 0.5, (excerpts, samples))).float()


def plan(**changes):
    fields = {
        "step": 0.3,
        "most_iterations": 5,
        "stop_confidence": NEVER,
        "consistency": False,
        "snr_limit_db": 10.0,
    }
    return Settings(**fields | changes)


def numbers(tensor):
    return tensor.double().numpy()


def gradient_by_hand(system, magnitudes, target):
    """Of the cost summed over frames, for a linear frame system; float64."""
    weight, bias = numbers(system.network.scores.weight), numbers(system.network.scores.bias)
    mean, scale = numbers(system.standardisation.mean), numbers(system.standardisation.scale)
    posterior = softmax(((magnitudes - mean) * scale) @ weight.T + bias, axis=1)
    return ((posterior - np.eye(len(LABELS))[target]) @ weight) * scale


def descent_by_hand(system, original, target, step, limit_db, iterations):
    """The points of FISTA on the closed gradient, the ball and non-negativity; float64."""
    radius = np.linalg.norm(original) / 10 ** (limit_db / 20)
    point, ahead, t = original, original, 1.0
    for _ in range(iterations):
        moved = np.maximum(ahead - step * gradient_by_hand(system, ahead, target), 0)
        distance = np.linalg.norm(moved - original)
        moved = original + (moved - original) * min(1, radius / distance)
        t_next = 0.5 + 0.5 * np.sqrt(1 + 4 * t**2)
        ahead = moved + (t - 1) / t_next * (moved - point)
        point, t = moved, t_next
    return point


def confidences(system, magnitudes, targets):
    posterior = system(torch.as_tensor(magnitudes)).softmax(-1).mean(-2)
    return posterior[torch.arange(len(targets)), targets]


@pytest.mark.parametrize("limit", [0.0, 10.0, 30.0])
@pytest.mark.parametrize("iterations", [1, 2, 3, 8])
def test_the_iterates_on_a_linear_system_are_those_of_fista_by_hand(limit, iterations):
    system, originals = linear_system(), waveforms(1)
    found = attack(
        system,
        originals,
        torch.tensor([2, 0]),
        plan(step=2.0, most_iterations=iterations, snr_limit_db=limit),
    )
    for original, adversarial, target in zip(originals, found, (2, 0), strict=True):
        clean = numbers(stft.magnitudes(original))
        expected = descent_by_hand(system, clean, target, 2.0, limit, iterations)
        assert np.abs(expected - clean).max() > 0.1
        np.testing.assert_allclose(adversarial.magnitudes, expected, atol=2e-4)
        assert adversarial.iterations == iterations


def test_the_first_consistent_iterate_is_the_step_made_consistent_and_projected():
    system, original = linear_system(), waveforms(2, excerpts=1)
    target, limit = torch.tensor([1]), 20.0
    spectrum = stft.analysis(original)
    gradient, _ = cost_gradient(system, spectrum.abs(), target)
    moved = (spectrum.abs() - 0.3 * gradient).clamp_min(0)
    radius = constraints.radius(spectrum.abs(), limit)
    made = stft.consistent(moved * spectrum / spectrum.abs(), stft.remainder(original))
    point = constraints.project_to_ball(made.abs(), spectrum.abs(), radius)
    waveform = stft.synthesis(point * made / made.abs(), original)
    waveform = constraints.pull_into_ball(waveform, original, radius)
    settings_ = plan(consistency=True, most_iterations=1, snr_limit_db=limit)
    (found,) = attack(system, original, target, settings_)
    np.testing.assert_allclose(found.waveform, waveform[0], atol=1e-6)
    np.testing.assert_allclose(found.magnitudes, stft.magnitudes(waveform)[0], atol=1e-4)


@pytest.mark.parametrize("consistency", [False, True])
@pytest.mark.parametrize("unit_frames", [1, 2])
def test_the_target_is_reached_where_the_ball_allows(consistency, unit_frames):
    system = linear_system(unit_frames)
    targets = torch.tensor([0, 1, 2])
    found = attack(
        system,
        waveforms(3, excerpts=3),
        targets,
        plan(
            consistency=consistency,
            most_iterations=100,
            stop_confidence=0.9,
            snr_limit_db=5.0,
        ),
    )
    assert all(adversarial.confidence > 0.9 for adversarial in found)
    assert all(0 < adversarial.iterations < 100 for adversarial in found)


def test_the_target_is_not_reached_where_the_ball_is_too_small():
    settings_ = plan(most_iterations=30, stop_confidence=0.9, snr_limit_db=80.0)
    found = attack(
        linear_system(), waveforms(3, excerpts=3), torch.tensor([0, 1, 2]), settings_
    )
    assert all(adversarial.confidence < 0.9 for adversarial in found)
    assert all(adversarial.iterations == 30 for adversarial in found)


plans = st.builds(
    plan,
    step=st.floats(0.01, 30),
    most_iterations=st.integers(1, 8),
    stop_confidence=st.sampled_from([0.2, 0.5, 0.9, NEVER]),
    consistency=st.booleans(),
    gradient=st.sampled_from(["exact", "as_published"]),
    snr_limit_db=st.one_of(st.floats(-10, 60), st.just(-float("inf"))),
)


@settings(max_examples=60, deadline=None)
@given(plans, seeds, st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_every_returned_point_satisfies_every_constraint(settings_, seed, targets):
    system = linear_system(unit_frames=2, seed=seed % 5)
    originals = waveforms(seed, excerpts=len(targets))
    clean = stft.magnitudes(originals)
    found = attack(system, originals, torch.tensor(targets), settings_)
    assert len(found) == len(targets)
    magnitudes = torch.from_numpy(np.stack([adversarial.magnitudes for adversarial in found]))
    made = torch.from_numpy(np.stack([adversarial.waveform for adversarial in found]))
    assert torch.isfinite(magnitudes).all()
    assert torch.isfinite(made).all()
    assert (magnitudes >= 0).all()
    assert (stft.snr_db(clean, magnitudes, dims=2) >= settings_.snr_limit_db - 1e-3).all()
    assert made.shape == originals.shape
    if settings_.consistency:
        np.testing.assert_allclose(stft.magnitudes(made), magnitudes, atol=2e-4)
    judged = confidences(system, magnitudes, targets)
    reported = [adversarial.confidence for adversarial in found]
    np.testing.assert_allclose(reported, judged, atol=1e-5)
    for adversarial in found:
        given_up = adversarial.iterations == settings_.most_iterations
        assert given_up or adversarial.confidence > settings_.stop_confidence


@few
@given(seeds)
def test_without_consistency_the_waveform_is_the_points_resynthesis(seed):
    original = waveforms(seed, excerpts=1)
    (found,) = attack(linear_system(), original, torch.tensor([1]), plan(step=3.0))
    spectrum = stft.analysis(original)
    made = torch.polar(torch.from_numpy(found.magnitudes), spectrum.angle())
    expected = stft.synthesis(made, original)
    np.testing.assert_allclose(found.waveform, expected[0], atol=1e-6)


@pytest.mark.parametrize("consistency", [False, True])
def test_what_is_confident_already_comes_back_bit_for_bit(consistency):
    system, originals = linear_system(), waveforms(4, excerpts=6)
    clean = stft.magnitudes(originals)
    targets = system(clean).softmax(-1).mean(-2).argmax(-1)
    settings_ = plan(consistency=consistency, stop_confidence=0.3)
    found = attack(system, originals, targets, settings_)
    for adversarial, original, magnitudes in zip(found, originals, clean, strict=True):
        assert adversarial.iterations == 0
        np.testing.assert_array_equal(adversarial.waveform, original)
        np.testing.assert_array_equal(adversarial.magnitudes, magnitudes)


@pytest.mark.parametrize("consistency", [False, True])
def test_an_excerpts_result_does_not_depend_on_its_batch(consistency):
    system, originals = linear_system(2), waveforms(5, excerpts=5)
    targets = torch.tensor([0, 1, 2, 0, 1])
    settings_ = plan(consistency=consistency, most_iterations=25, stop_confidence=0.6)
    together = attack(system, originals, targets, settings_)
    assert len({adversarial.iterations for adversarial in together}) > 2
    for number in range(5):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == together[number].iterations
        np.testing.assert_allclose(alone.magnitudes, together[number].magnitudes, atol=2e-3)
        np.testing.assert_allclose(alone.waveform, together[number].waveform, atol=1e-4)


def test_excerpts_that_are_done_leave_the_batch():
    system, originals = linear_system(), waveforms(6, excerpts=5)
    frames = stft.frame_count(SAMPLES)
    sizes, told = [], []
    original_forward = system.forward

    def counted(magnitudes):
        if magnitudes.requires_grad:
            sizes.append(len(magnitudes))
        return original_forward(magnitudes)

    system.forward = counted
    settings_ = plan(most_iterations=40, stop_confidence=0.6)
    found = attack(system, originals, torch.tensor([0, 1, 2, 0, 1]), settings_, told.append)
    assert frames == 4
    for iteration, size in enumerate(sizes):
        assert size == sum(adversarial.iterations >= iteration for adversarial in found)
    assert sum(told) == 5


def test_the_exact_gradient_is_that_of_the_cost_summed_over_units():
    torch.manual_seed(2)
    system = build_system("frame_dnn", {"hidden_units": [6, 6]}, LABELS).eval().double()
    magnitudes = torch.rand(2, 5, BINS, dtype=torch.float64)
    targets = torch.tensor([2, 0])
    gradient, confidence = cost_gradient(system, magnitudes, targets)
    for number, target in enumerate(targets):
        values = magnitudes[number].clone().requires_grad_(True)
        scores = system(values[None])[0]
        cost = sum(cross_entropy(score[None], target[None]) for score in scores)
        cost.backward()
        np.testing.assert_allclose(gradient[number], values.grad, atol=1e-12)
        expected = float(scores.detach().softmax(-1)[:, target].mean())
        assert float(confidence[number]) == pytest.approx(expected)


@few
@given(seeds)
def test_the_exact_gradient_of_a_linear_system_is_its_closed_form(seed):
    system = linear_system()
    magnitudes = torch.from_numpy(np.random.default_rng(seed).exponential(size=(1, 4, BINS)))
    gradient, _ = cost_gradient(system, magnitudes.float(), torch.tensor([1]))
    expected = gradient_by_hand(system, magnitudes[0].numpy(), 1)
    np.testing.assert_allclose(gradient[0], expected, atol=1e-5)


@few
@given(seeds)
def test_the_published_gradient_is_mapped_back_as_if_it_were_a_point(seed):
    system = linear_system()
    magnitudes = np.random.default_rng(seed).exponential(size=(1, 4, BINS))
    targets = torch.tensor([1])
    gradient, confidence = cost_gradient(
        system, torch.from_numpy(magnitudes).float(), targets, "as_published"
    )
    mean, scale = numbers(system.standardisation.mean), numbers(system.standardisation.scale)
    kept = scale > 0
    at_standardised = gradient_by_hand(system, magnitudes[0], 1)[:, kept] / scale[kept]
    expected = at_standardised / scale[kept] + mean[kept]
    np.testing.assert_allclose(gradient[0][:, kept], expected, atol=1e-4)
    assert not gradient[0][:, ~kept].any()
    exact = cost_gradient(system, torch.from_numpy(magnitudes).float(), targets)
    np.testing.assert_allclose(confidence, exact[1], atol=1e-6)


def test_attacking_leaves_system_and_waveforms_as_they_were():
    system, originals = linear_system(), waveforms(8)
    parameters = {name: value.clone() for name, value in system.state_dict().items()}
    before = originals.clone()
    attack(system, originals, torch.tensor([0, 1]), plan(consistency=True))
    assert torch.equal(originals, before)
    assert all(
        torch.equal(value, parameters[name]) for name, value in system.state_dict().items()
    )


def test_attacking_files_of_unequal_length_gives_each_its_row():
    system = linear_system(unit_frames=2)
    originals = [waveforms(9, 1, samples)[0].numpy() for samples in (4000, 5000, 4000)]
    targets = ["c", "a", "b"]
    rows = {
        number: (row, waveform)
        for number, row, waveform in attack_excerpts(
            system, originals, targets, plan(consistency=True, snr_limit_db=15.0)
        )
    }
    assert sorted(rows) == [0, 1, 2]
    for number, original in enumerate(originals):
        row, waveform = rows[number]
        clean = stft.magnitudes(torch.from_numpy(original))
        changed = stft.magnitudes(torch.from_numpy(waveform))
        posterior = system(changed[None]).softmax(-1).mean(-2)[0]
        assert waveform.shape == original.shape
        assert (
            row["predicted_clean"]
            == LABELS[int(system(clean[None]).softmax(-1).mean(-2).argmax())]
        )
        assert row["predicted"] == LABELS[int(posterior.argmax())]
        aimed = LABELS.index(targets[number])
        assert row["confidence"] == pytest.approx(float(posterior[aimed]), abs=1e-5)
        snr = 20 * np.log10(
            np.linalg.norm(original[1024:-1024])
            / np.linalg.norm((waveform - original)[1024:-1024])
        )
        assert row["snr_db"] == pytest.approx(snr, abs=1e-3)
        assert row["snr_magnitude_db"] >= 15 - 1e-4


def test_of_many_files_no_more_are_held_than_a_batch_has():
    system = linear_system(unit_frames=2)
    read = []

    class Files:
        def __len__(self):
            return 12

        def __getitem__(self, number):
            samples = 200_000 + 100_000 * (range(12)[number] % 2)
            waveform = waveforms(number, 1, samples)[0].numpy()
            read.append(weakref.ref(waveform))
            return waveform

    sizes = map(len, equal_batches([len(waveform) for waveform in Files()]))
    most = max(sizes) + 1  # and the last of the batch before
    for _ in attack_excerpts(system, Files(), ["c"] * 12, plan(consistency=False)):
        assert sum(waveform() is not None for waveform in read) <= most


@given(st.lists(st.sampled_from([1024, 51_712, 176_400, 661_500, 5_000_000]), max_size=60))
@settings(max_examples=40, deadline=None)
def test_batches_hold_each_excerpt_once_and_one_length_each(lengths):
    batches = equal_batches(lengths)
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len({lengths[number] for number in batch}) == 1
        frames = stft.frame_count(lengths[batch[0]])
        assert len(batch) == 1 or len(batch) * frames <= BATCH_FRAMES


def members_of(counts):
    rows = [(f"{label}/{n:02}", label) for label, count in counts.items() for n in range(count)]
    return pd.DataFrame(rows, columns=["excerpt", "label"])


label_counts = st.dictionaries(
    st.sampled_from(["a", "b", "c", "001", "NA"]), st.integers(1, 9), min_size=1
)


@few
@given(label_counts, st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_excerpts_are_chosen_evenly_over_labels_whatever_the_order_of_rows(counts, most, seed):
    test_set = members_of(counts)
    chosen = choose_excerpts(test_set, most, seed)
    assert len(chosen) == min(most, len(test_set))
    assert chosen.excerpt.is_unique
    taken = chosen.label.value_counts()
    fullest = taken.max()
    for label, count in counts.items():
        assert taken.get(label, 0) >= min(count, fullest - 1)
    shuffled = test_set.sample(frac=1, random_state=1)
    again = choose_excerpts(shuffled, most, seed)
    assert again.excerpt.tolist() == chosen.excerpt.tolist()


def test_another_seed_chooses_other_excerpts():
    test_set = members_of({"a": 9, "b": 9})
    choices = {tuple(choose_excerpts(test_set, 6, seed).excerpt) for seed in range(5)}
    assert len(choices) > 3


def drawn(mode, seed, count=6000, same_label="a"):
    true = pd.Series(np.resize(LABELS, count))
    return true.to_numpy(), draw_targets(true, LABELS, mode, same_label, seed)


def test_wrong_targets_are_never_the_truth_and_all_others_alike():
    true, targets = drawn("all_wrong", 1)
    shares = pd.crosstab(true, targets, normalize="index")
    np.testing.assert_array_equal(np.diag(shares), 0)
    off = shares.to_numpy()[~np.eye(3, dtype=bool)]
    np.testing.assert_allclose(off, 0.5, atol=0.05)


def test_random_targets_are_all_classes_alike():
    true, targets = drawn("random", 2)
    np.testing.assert_allclose(pd.crosstab(true, targets, normalize="index"), 1 / 3, atol=0.05)


@pytest.mark.parametrize("mode", ["perfect", "untargeted"])
def test_perfect_targets_and_what_is_to_be_left_are_the_truth(mode):
    true, targets = drawn(mode, 3)
    np.testing.assert_array_equal(true, targets)


@pytest.mark.parametrize("label", LABELS)
def test_one_target_for_all_may_be_any_class_even_the_first(label):
    _, targets = drawn("all_same", 4, same_label=label)
    assert set(targets) == {label}


@pytest.mark.parametrize("mode", ["all_wrong", "random"])
def test_targets_depend_on_the_seed_alone(mode):
    first, again, other = (drawn(mode, seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
