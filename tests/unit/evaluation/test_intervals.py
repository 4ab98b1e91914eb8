"""Intervals against scipy's, closed forms, a bootstrap written as a loop, and coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from music_adversaries.evaluation import intervals

few = settings(deadline=None, max_examples=30)  # thousands of resamples each
# Judgements of two systems on one excerpt, and the number of its artist.
pairs = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 4)), min_size=2).filter(
    lambda rows: len({artist for *_, artist in rows}) > 1
)


def columns(rows):
    first, second, artists = map(np.array, zip(*rows, strict=True))
    return first, second, artists, np.arange(len(rows))


def wilson(count, n, confidence=0.95):
    return stats.binomtest(count, n).proportion_ci(confidence, method="wilson")


def brute_force(statistic, artists, rng, resamples=4000):
    """Percentile interval of a statistic of row numbers, drawing all rows of an artist."""
    rows = [np.flatnonzero(artists == artist) for artist in np.unique(artists)]
    drawn = rng.integers(len(rows), size=(resamples, len(rows)))
    values = [statistic(np.concatenate([rows[i] for i in draw])) for draw in drawn]
    return np.quantile(values, [0.025, 0.975])


def clustered(rng, artists, excerpts, chance, agreement):
    """Judgements where an artist's excerpts share one outcome with this probability."""
    shared = np.repeat(rng.random(artists) < chance, excerpts)
    own = rng.random(artists * excerpts) < chance
    follows = rng.random(artists * excerpts) < agreement
    names = np.repeat(np.arange(artists), excerpts)
    return np.where(follows, shared, own), names, np.arange(artists * excerpts)


DRAWS = 400


def chance_error(share):
    """Four standard errors of a share of ``DRAWS``; an interval that is wide may do better."""
    return 4 * np.sqrt(share * (1 - share) / DRAWS)


# proportion


@pytest.mark.parametrize("right", [0, 12])
def test_where_all_agree_the_interval_of_a_proportion_is_wilsons(right):
    low, high = intervals.proportion(np.arange(12) < right, np.arange(12), np.arange(12))
    np.testing.assert_allclose([low, high], wilson(right, 12), atol=1e-9)


def test_of_clustered_excerpts_it_is_that_of_a_bootstrap_written_as_a_loop():
    rng = np.random.default_rng(1)
    right, artists, excerpts = clustered(rng, 30, 8, 0.6, agreement=0.9)
    kept = rng.random(len(right)) < 0.7  # artists of different sizes
    right, artists, excerpts = right[kept], artists[kept], excerpts[kept]
    expected = brute_force(lambda rows: right[rows].mean(), artists, rng)
    found = intervals.proportion(right, artists, excerpts)
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_judging_an_excerpt_again_adds_nothing():
    right = np.arange(20) < 19
    once = intervals.proportion(right, np.arange(20), np.arange(20))
    again = intervals.proportion(
        np.tile(right, 5), np.tile(np.arange(20), 5), np.tile(np.arange(20), 5)
    )
    np.testing.assert_allclose(again, once, atol=1e-9)


@few
@given(pairs)
def test_it_is_no_narrower_than_wilsons_and_holds_the_share(rows):
    right, _, artists, excerpts = columns(rows)
    low, high = intervals.proportion(right, artists, excerpts)
    least = wilson(int(right.sum()), len(right))
    assert low <= least.low + 1e-9 and high >= least.high - 1e-9
    assert 0 <= low <= right.mean() <= high <= 1


# paired_difference


@few
@given(pairs)
def test_swapping_the_sides_of_a_pair_flips_the_signs(rows):
    first, second, artists, excerpts = columns(rows)
    low, high = intervals.paired_difference(first, second, artists, excerpts)
    flipped = intervals.paired_difference(second, first, artists, excerpts)
    np.testing.assert_allclose(flipped, [-high, -low], atol=1e-9)
    assert low <= first.mean() - second.mean() <= high
    assert low < high


@few
@given(pairs, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    first, second, artists, excerpts = columns(rows)
    order = np.array(random.sample(range(len(rows)), len(rows)))
    found = [
        (
            intervals.proportion(first[at], artists[at], excerpts[at]),
            intervals.paired_difference(first[at], second[at], artists[at], excerpts[at]),
            intervals.difference(
                (first[at], artists[at], excerpts[at]), (second, artists, excerpts)
            ),
        )
        for at in (np.arange(len(rows)), order)
    ]
    assert found[0] == found[1]


def test_two_systems_that_never_differ_may_differ_by_both_bounds():
    alike = np.ones(46, dtype=bool)
    low, high = intervals.paired_difference(alike, alike, np.arange(46), np.arange(46))
    bound = wilson(0, 46, confidence=0.975).high
    np.testing.assert_allclose([low, high], [-bound, bound], atol=1e-9)
    # As docs/claims.md says, the fewest excerpts that show a difference under 0.1.
    assert bound < 0.1 < wilson(0, 45, confidence=0.975).high


def test_of_paired_clustered_excerpts_it_is_that_of_a_loop():
    rng = np.random.default_rng(2)
    first, artists, excerpts = clustered(rng, 30, 10, 0.7, agreement=0.95)
    second, _, _ = clustered(rng, 30, 10, 0.4, agreement=0.95)
    expected = brute_force(lambda rows: first[rows].mean() - second[rows].mean(), artists, rng)
    found = intervals.paired_difference(first, second, artists, excerpts)
    np.testing.assert_allclose(found, expected, atol=0.03)
    flipped = intervals.paired_difference(second, first, artists, excerpts)
    np.testing.assert_allclose(flipped, [-found[1], -found[0]])


# difference


def test_swapping_two_sides_flips_the_signs():
    rng = np.random.default_rng(5)
    sides = [clustered(rng, 40, 5, chance, agreement=0.5) for chance in (0.7, 0.4)]
    low, high = intervals.difference(*sides)
    # Other draws fall to either side, so that the two bootstraps differ by chance.
    flipped = intervals.difference(*sides[::-1])
    np.testing.assert_allclose(flipped, [-high, -low], atol=0.02)


@few
@given(pairs, pairs)
def test_it_holds_the_difference_of_the_shares(first, second):
    sides = [columns(rows) for rows in (first, second)]
    low, high = intervals.difference(
        *((right, artists, excerpts) for right, _, artists, excerpts in sides)
    )
    assert low <= sides[0][0].mean() - sides[1][0].mean() <= high
    assert low < high


def test_where_all_are_right_it_is_newcombes():
    sides = [(np.ones(n, dtype=bool), np.arange(n), np.arange(n)) for n in (8, 20)]
    found = intervals.difference(*sides)
    # Newcombe 1998, method 10: here the shares are 1 and their upper bounds too.
    expected = [-(1 - wilson(8, 8).low), 1 - wilson(20, 20).low]
    np.testing.assert_allclose(found, expected, atol=1e-9)


# median


@pytest.mark.parametrize("n", [12, 25, 60])
def test_the_interval_of_a_median_is_near_the_one_of_order_statistics(n):
    values = np.sort(np.random.default_rng(n).normal(size=n))
    low, high = intervals.median(values, np.arange(n), np.arange(n))
    exact = stats.quantile_test(values, p=0.5).confidence_interval(0.95)
    places = np.searchsorted(values, [low, high])
    # The binomial itself against its approximation by Wilson, and the bootstrap beside it.
    assert np.abs(places - np.searchsorted(values, [exact.low, exact.high])).max() <= 1


@few
@given(
    st.lists(
        st.tuples(st.sampled_from([-np.inf, np.inf]) | st.integers(-9, 9), st.integers(0, 4)),
        min_size=2,
    ).filter(lambda rows: len({artist for _, artist in rows}) > 1)
)
def test_it_holds_the_median_and_depends_on_ranks_alone(rows):
    values, artists = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    numbers = np.arange(len(values))
    low, high = intervals.median(values, artists, numbers)
    median = np.sort(values)[(len(values) + 1) // 2 - 1]
    assert low <= median <= high
    assert {low, high} <= {-np.inf, np.inf, *values}
    stretched = intervals.median(np.arctan(values / 9), artists, numbers)
    finite = np.isfinite([low, high])
    expected = np.arctan(np.array([low, high])[finite] / 9)
    np.testing.assert_allclose(np.array(stretched)[finite], expected)


def test_too_few_judgements_leave_the_ends_of_a_median_open():
    three = intervals.median([1.0, 2.0, 3.0], np.arange(3), np.arange(3))
    assert three == (-np.inf, np.inf)


def test_artists_that_agree_make_the_interval_of_a_median_wider():
    rng = np.random.default_rng(7)
    artists = np.repeat(np.arange(10), 12)
    values = rng.normal(size=10)[artists] + 0.1 * rng.normal(size=120)
    low, high = intervals.median(values, artists, np.arange(120))
    narrow = intervals.median(values, np.arange(120), np.arange(120))
    assert high - low > 1.5 * (narrow[1] - narrow[0])


# all of them


def test_one_cluster_gives_no_interval():
    right, alone, excerpts = np.array([True, False, True]), np.zeros(3), np.arange(3)
    for found in (
        intervals.proportion(right, alone, excerpts),
        intervals.paired_difference(right, ~right, alone, excerpts),
        intervals.difference((right, alone, excerpts), (right, excerpts, excerpts)),
        intervals.median(excerpts, alone, excerpts),
    ):
        assert np.isnan(found).all()


@pytest.mark.parametrize(
    ("artists", "excerpts", "chance", "expected"),
    [(40, 1, 0.9, 0.95), (40, 5, 0.6, 0.95), (10, 4, 0.6, 0.92)],  # few: docs/claims.md
)
def test_intervals_hold_what_was_drawn_from_as_often_as_they_say(
    artists, excerpts, chance, expected, monkeypatch
):
    monkeypatch.setattr(intervals, "RESAMPLES", 999)
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(DRAWS):
        right, names, numbers = clustered(rng, artists, excerpts, chance, agreement=0.5)
        low, high = intervals.proportion(right, names, numbers)
        held += low <= chance <= high
    assert held / DRAWS > expected - chance_error(expected)


def test_intervals_of_a_median_hold_what_was_drawn_from_as_often_as_they_say(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 199)
    rng = np.random.default_rng(6)
    held, draws, names = 0, 150, np.repeat(np.arange(15), 2)
    for _ in range(draws):
        # Half of the variance is the artist's; some values are censored on either side.
        values = rng.normal(size=15)[names] + rng.normal(size=30)
        values[values > 1.5], values[values < -2] = np.inf, -np.inf
        low, high = intervals.median(values, names, np.arange(30))
        held += low <= 0 <= high
    assert held / draws > 0.95 - 4 * np.sqrt(0.95 * 0.05 / draws)


def test_paired_intervals_hold_the_difference_that_was_drawn_from(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 999)
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(DRAWS):
        first, names, numbers = clustered(rng, 30, 4, 0.8, agreement=0.5)
        second, _, _ = clustered(rng, 30, 4, 0.6, agreement=0.5)
        low, high = intervals.paired_difference(first, second, names, numbers)
        held += low <= 0.2 <= high
    assert held / DRAWS > 0.95 - chance_error(0.95)
