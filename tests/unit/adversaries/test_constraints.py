"""Projections against closed forms, random candidates and dense searches."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.adversaries import constraints
from music_adversaries.adversaries.constraints import (
    Grid,
    SampleRange,
    SnrBall,
    in_order,
    satisfying,
    waveform_constraints,
)
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt, write_wav

seeds = st.integers(0, 2**32 - 1)
limits = st.floats(-5, 60)
few = settings(max_examples=20, deadline=None)


def random_magnitudes(seed, excerpts=3, frames=4, bins=5):
    return torch.from_numpy(
        np.random.default_rng(seed).exponential(size=(excerpts, frames, bins))
    )


def random_waveforms(seed, excerpts=2, samples=4000, level=1.0):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(level * rng.uniform(-1, 1, (excerpts, samples))).float()


def norms(values):
    return np.linalg.norm(values.double().numpy().reshape(len(values), -1), axis=1)


@few
@given(seeds, limits)
def test_a_point_on_the_radius_has_the_limit_as_its_snr(seed, limit):
    original = random_magnitudes(seed)
    radius = constraints.radius(original, limit)
    assert radius.shape == (3, 1, 1)
    aside = random_magnitudes(seed + 1)
    aside *= radius / torch.from_numpy(norms(aside))[:, None, None]
    snr = stft.snr_db(original, original + aside, dims=2)
    # A hair inside, for float32's sake.
    np.testing.assert_allclose(snr, limit, atol=1e-4)
    assert (snr >= limit).all()


def test_a_silent_original_stays_silent_under_a_limit():
    silence = torch.zeros(1, 3, 5)
    largest = constraints.radius(silence, 15.0)
    projected = constraints.project_to_ball(torch.ones(1, 3, 5), silence, largest)
    assert projected.isfinite().all() and projected.norm() < 1e-6


def test_the_radius_is_infinite_without_a_limit():
    radius = constraints.radius(random_magnitudes(1), -float("inf"))
    assert torch.isinf(radius).all()


def test_without_a_limit_no_point_is_moved():
    original, far = random_magnitudes(2), 1e6 * random_magnitudes(3)
    radius = constraints.radius(original, -float("inf"))
    assert torch.equal(constraints.project_to_ball(far, original, radius), far)


@few
@given(seeds, st.floats(0.01, 10))
def test_the_projection_is_the_closed_form_of_a_euclidean_ball(seed, largest):
    original, point = random_magnitudes(seed), random_magnitudes(seed + 1)
    largest = torch.full((3, 1, 1), largest, dtype=torch.float64)
    projected = constraints.project_to_ball(point, original, largest)
    change = (point - original).numpy()
    distance = norms(point - original)[:, None, None]
    expected = original.numpy() + change * np.minimum(1, largest.numpy() / distance)
    np.testing.assert_allclose(projected, expected, rtol=1e-12, atol=1e-12)


@few
@given(seeds, st.floats(0.05, 5))
def test_no_candidate_inside_the_ball_is_nearer_than_the_projection(seed, largest):
    rng = np.random.default_rng(seed)
    original, point = (
        random_magnitudes(seed, excerpts=1),
        random_magnitudes(seed + 1, excerpts=1),
    )
    radius = torch.full((1, 1, 1), largest, dtype=torch.float64)
    projected = constraints.project_to_ball(point, original, radius)
    assert norms(projected - original)[0] <= largest * (1 + 1e-12)
    nearest = norms(projected - point)[0]
    for _ in range(200):
        aside = rng.normal(size=original.shape)
        aside *= largest * rng.uniform() ** 0.05 / np.linalg.norm(aside)
        candidate = original + torch.from_numpy(aside)
        toward = original + 0.5 * (candidate - original) + 0.5 * (projected - original)
        assert norms(candidate - point)[0] >= nearest - 1e-12
        assert norms(toward - point)[0] >= nearest - 1e-12


def test_points_inside_the_ball_are_untouched_while_others_move():
    original = random_magnitudes(4)
    point = original + torch.tensor([0.001, 5.0, 0.0])[:, None, None]
    radius = torch.full((3, 1, 1), 1.0, dtype=torch.float64)
    projected = constraints.project_to_ball(point, original, radius)
    assert torch.equal(projected[0], point[0])
    assert torch.equal(projected[2], original[2])
    assert norms(projected - original)[1] == pytest.approx(1.0, rel=1e-12)


@few
@given(seeds, st.floats(0, 60))
def test_projecting_keeps_magnitudes_non_negative(seed, limit):
    original, point = random_magnitudes(seed), 100 * random_magnitudes(seed + 1)
    radius = constraints.radius(original, limit)
    assert (constraints.project_to_ball(point, original, radius) >= 0).all()


@few
@given(seeds, st.floats(-10, 60), st.floats(1e-3, 30))
def test_pulled_waveforms_lie_inside_the_ball(seed, limit, level):
    original = random_waveforms(seed)
    waveform = original + random_waveforms(seed + 1, level=level)
    clean = stft.magnitudes(original)
    pulled = constraints.pull_into_ball(waveform, original, constraints.radius(clean, limit))
    snr = stft.snr_db(clean, stft.magnitudes(pulled), dims=2)
    assert (snr >= limit).all()


@few
@given(seeds, st.floats(0, 40))
def test_pulled_waveforms_lie_between_the_original_and_the_waveform(seed, limit):
    original = random_waveforms(seed)
    waveform = original + random_waveforms(seed + 1)
    radius = constraints.radius(stft.magnitudes(original), limit)
    pulled = constraints.pull_into_ball(waveform, original, radius)
    change, moved = (waveform - original).double(), (pulled - original).double()
    share = (moved * change).sum(-1, keepdim=True) / (change * change).sum(-1, keepdim=True)
    assert ((share >= 0) & (share <= 1)).all()
    np.testing.assert_allclose(moved, share * change, atol=1e-6)


@settings(max_examples=6, deadline=None)
@given(seeds, st.floats(5, 40))
def test_pulled_waveforms_go_as_far_as_a_dense_search_finds(seed, limit):
    original = random_waveforms(seed, excerpts=1)
    waveform = original + random_waveforms(seed + 1, excerpts=1)
    clean = stft.magnitudes(original)
    radius = constraints.radius(clean, limit)
    pulled = constraints.pull_into_ball(waveform, original, radius)
    shares = torch.linspace(0, 1, 801)[:, None]
    distances = norms(stft.magnitudes(original + shares * (waveform - original)) - clean)
    inside = distances <= float(radius)
    first_outside = np.argmin(inside) if not inside.all() else len(inside)
    farthest = float(shares[first_outside - 1])
    went = norms(pulled - original)[0] / norms(waveform - original)[0]
    assert went >= farthest - 1 / 4096 - 1e-4


@few
@given(seeds, st.integers(1, 3000), st.integers(-40, 30), st.floats(0, 1))
def test_norms_taken_quickly_are_those_of_float64(seed, samples, exponent, offset):
    noisy = random_waveforms(seed, samples=samples).double() + offset
    waveforms = (noisy * 10.0**exponent).float()
    expected = np.linalg.norm(waveforms.double().numpy(), axis=1, keepdims=True)
    found = constraints.quick_norms_of(waveforms)
    assert found.dtype == torch.float64
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("sample", [0.1, 0.7, 1 / 3])
def test_norms_taken_quickly_bear_sums_whose_roundings_all_go_one_way(sample):
    waveforms = torch.full((1, 661_500), sample)
    expected = float(waveforms[0, 0].double()) * 661_500**0.5
    np.testing.assert_allclose(constraints.quick_norms_of(waveforms), expected, rtol=1e-6)


def test_waveforms_inside_the_ball_are_untouched_bit_for_bit():
    original = random_waveforms(5)
    waveform = original + random_waveforms(6, level=1e-4)
    radius = constraints.radius(stft.magnitudes(original), 20)
    assert torch.equal(constraints.pull_into_ball(waveform, original, radius), waveform)


def test_a_waveform_inside_the_ball_keeps_its_place_beside_one_outside():
    original = random_waveforms(7)
    waveform = original + torch.tensor([[0.05], [10.0]]) * random_waveforms(8)
    radius = constraints.radius(stft.magnitudes(original), 20)
    pulled = constraints.pull_into_ball(waveform, original, radius)
    np.testing.assert_allclose(pulled[0], waveform[0], rtol=0, atol=2e-7)
    assert norms(pulled - original)[1] < 0.5 * norms(waveform - original)[1]


def test_a_waveform_of_the_same_magnitudes_is_inside_however_far_it_is():
    original = random_waveforms(13)
    waveform = torch.stack([-original[0], 9 * original[1]])
    radius = constraints.radius(stft.magnitudes(original), 20)
    pulled = constraints.pull_into_ball(waveform, original, radius)
    np.testing.assert_allclose(pulled[0], -original[0], rtol=0, atol=1e-6)
    assert norms(pulled - original)[1] < 0.11 * norms(original)[1]


def test_without_a_limit_no_waveform_is_pulled():
    original, waveform = random_waveforms(9), random_waveforms(10, level=1000.0)
    radius = constraints.radius(stft.magnitudes(original), -float("inf"))
    assert torch.equal(constraints.pull_into_ball(waveform, original, radius), waveform)


def test_a_batch_is_pulled_as_its_members_alone():
    original = random_waveforms(11, excerpts=3)
    waveform = original + torch.tensor([[0.01], [1.0], [20.0]]) * random_waveforms(
        12, excerpts=3
    )
    radius = constraints.radius(stft.magnitudes(original), 15)
    together = constraints.pull_into_ball(waveform, original, radius)
    for row in range(3):
        one = slice(row, row + 1)
        alone = constraints.pull_into_ball(waveform[one], original[one], radius[one])
        np.testing.assert_allclose(together[one], alone, atol=1e-5)


def on_the_grid(seed, level=0.3):
    return Grid().project(random_waveforms(seed, level=level), None)


candidates = st.builds(
    lambda seed, size: size * random_waveforms(seed),
    seeds,
    st.sampled_from([1e-5, 1e-3, 0.1, 1.0, 100.0]),
)
balls = st.builds(SnrBall, st.floats(-20, 75))


@few
@given(seeds, candidates, balls)
def test_no_candidate_leaves_the_ball_of_either_snr(seed, change, ball):
    originals = on_the_grid(seed)
    nearest = ball.project(originals + change, originals)
    assert ball.holds(nearest, originals).all()
    assert (stft.snr_db(originals, nearest, dims=1) >= ball.limit_db).all()
    for original, each in zip(originals.numpy(), nearest.numpy(), strict=True):
        assert stft.waveform_snr_db(original, each) >= ball.limit_db


@few
@given(seeds, st.floats(-20, 60))
def test_a_waveform_outside_the_ball_goes_to_its_surface_on_the_straight_way(seed, limit):
    originals, change = on_the_grid(seed), 100 * random_waveforms(seed + 1)
    nearest = SnrBall(limit).project(originals + change, originals)
    radius = norms(originals[:, 1024:-1024]) / 10 ** (limit / 20)
    np.testing.assert_allclose(norms(nearest - originals), radius, rtol=1e-4)
    along = (nearest - originals).double() * change.double()
    cosines = along.sum(dim=-1).numpy() / norms(nearest - originals) / norms(change)
    np.testing.assert_allclose(cosines, 1, atol=1e-4)


@few
@given(seeds, candidates, balls)
def test_projecting_twice_is_projecting_once(seed, change, ball):
    originals = on_the_grid(seed)
    for constraint in (ball, SampleRange(), Grid()):
        once = constraint.project(originals + change, originals)
        twice = constraint.project(once, originals)
        # Rounding may leave the surface of a ball by more than its margin, and is then undone.
        tolerance = 2**-24 if constraint is ball else 0
        np.testing.assert_allclose(twice, once, rtol=0, atol=tolerance)
        assert constraint.holds(once, originals).all()


@few
@given(seeds, candidates, st.sampled_from([0.0, -1.0, 1.0 - 2**-15, 1.0, 2**-16, np.nan]))
def test_range_and_grid_hold_where_they_would_move_no_sample(seed, change, odd):
    waveforms = on_the_grid(seed) + change
    for constraint in (SampleRange(), Grid()):
        for each in (waveforms, Grid().project(waveforms, None)):
            each[0, 7] = odd
            moved = constraint.project(each, None).numpy() != each.numpy()
            assert constraint.holds(each, None).tolist() == (~moved.any(axis=-1)).tolist()


@few
@given(seeds, candidates)
def test_what_satisfies_range_and_grid_is_written_and_read_bit_for_bit(
    tmp_path_factory, seed, change
):
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    originals = on_the_grid(seed)
    for waveform in in_order([SampleRange(), Grid()], originals + change, originals).numpy():
        write_wav(path, waveform)
        np.testing.assert_array_equal(read_excerpt(path), waveform)


@few
@given(seeds, candidates)
def test_the_grid_rounds_as_the_written_file_does(tmp_path_factory, seed, change):
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    originals = on_the_grid(seed)
    rounded = in_order([SampleRange(), Grid()], originals + change, originals)
    for candidate, expected in zip(originals + change, rounded.numpy(), strict=True):
        write_wav(path, candidate.numpy())
        np.testing.assert_array_equal(read_excerpt(path), expected)


@settings(max_examples=60, deadline=None)
@given(seeds, candidates, balls)
def test_all_constraints_hold_together_even_where_rounding_leaves_the_ball(seed, change, ball):
    originals = on_the_grid(seed)
    every = [ball, SampleRange(), Grid()]
    found = satisfying(every, originals + change, originals)
    for constraint in every:
        assert constraint.holds(found, originals).all()


@few
@given(seeds, st.floats(0, 50))
def test_little_of_the_allowed_change_is_lost_to_the_grid(seed, limit):
    originals, change = on_the_grid(seed, level=0.1), 0.1 * random_waveforms(seed + 1)
    found = satisfying([SnrBall(limit), SampleRange(), Grid()], originals + change, originals)
    allowed = norms(SnrBall(limit).project(originals + change, originals) - originals)
    assert (norms(found - originals) > 0.99 * allowed).all()


def test_rounding_alone_does_leave_the_ball():
    """So that the tests above are about something."""
    originals, change = on_the_grid(14), random_waveforms(15)
    ball = SnrBall(60.0)
    rounded = in_order([ball, SampleRange(), Grid()], originals + change, originals)
    assert not ball.holds(rounded, originals).any()


@few
@given(seeds, candidates)
def test_of_range_and_grid_the_order_does_not_matter(seed, change):
    originals = on_the_grid(seed)
    found = [
        in_order(order, originals + change, originals)
        for order in itertools.permutations([SampleRange(), Grid()])
    ]
    assert torch.equal(*found)


def test_the_ball_has_to_come_before_the_grid():
    originals, change = on_the_grid(16), random_waveforms(17)
    found = in_order([Grid(), SnrBall(20.0)], originals + change, originals)
    assert not Grid().holds(found, originals).any()


def test_where_nothing_fits_the_original_comes_back_as_it_is_written():
    """Its own rounding is farther from it than the limit allows."""
    originals = on_the_grid(18) + 0.4 / 2**15
    every = [SnrBall(120.0), SampleRange(), Grid()]
    found = satisfying(every, originals + random_waveforms(19), originals)
    assert torch.equal(found, Grid().project(originals, originals))
    assert not every[0].holds(found, originals).any()


def test_excerpts_beside_one_that_is_shortened_stay_as_they_are():
    originals = on_the_grid(20)
    change = torch.tensor([[1e-4], [10.0]]) * random_waveforms(21)
    every = [SnrBall(40.0), SampleRange(), Grid()]
    together = satisfying(every, originals + change, originals)
    for row in (0, 1):
        one = slice(row, row + 1)
        alone = satisfying(every, (originals + change)[one], originals[one])
        assert torch.equal(together[one], alone)


def test_a_silent_waveform_under_a_limit_stays_silent():
    silence = torch.zeros(2, 4000)
    for limit in (0.0, 40.0):
        every = [*waveform_constraints(limit), Grid()]
        assert not satisfying(every, random_waveforms(22), silence).any()


def test_without_a_limit_there_is_no_ball():
    assert [type(each) for each in waveform_constraints(-float("inf"))] == [SampleRange]
    assert waveform_constraints(30.0)[0] == SnrBall(30.0)
