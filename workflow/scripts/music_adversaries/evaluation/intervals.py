"""95 % intervals of proportions and of their differences, over judged excerpts.

An excerpt that is judged under several folds or seeds adds little information each time,
and excerpts of one artist succeed and fail together. Every interval therefore covers two
intervals and takes the wider end on each side:

- a percentile bootstrap that resamples *clusters* (an artist with all judgements of its
  excerpts, or an excerpt with all of its own: Field and Welsh, "Bootstrapping clustered
  data", JRSS B 69(3), 2007). It respects the dependence within clusters but has no width
  where all judgements agree;
- a closed form for as many independent judgements as there are distinct excerpts (Wilson,
  JASA 22, 1927). It always has a width but ignores clusters.

Judgements are arrays ``(judgements,)``: whether each succeeded, and the names of its cluster
and its excerpt. With fewer than two clusters an interval is NaN, since the variation between
clusters is unknown. The intervals say how these trained systems would do on other excerpts;
they do not cover the variation between trainings.
"""

from bisect import bisect_left, bisect_right

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from music_adversaries.judged_tables import clusters as clusters_of

CONFIDENCE = 0.95
RESAMPLES = 9999

Side = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Successes, clusters and excerpts of judgements, each ``(judgements,)``."""


def share(judged: pd.DataFrame, right: pd.Series) -> tuple[float, float, float]:
    """The share of rows of ``judged`` that are ``right``, and low and high of its interval.

    The rows have the columns ``partition``, ``excerpt`` and ``artist``; without rows, all
    three are NaN.
    """
    if judged.empty:
        return np.nan, np.nan, np.nan
    return float(right.mean()), *proportion(right, clusters_of(judged), judged["excerpt"])


def proportion(
    right: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike
) -> tuple[float, float]:
    """Low and high of the share of judgements that are ``right``, as fractions of 1."""
    right = np.asarray(right, dtype=bool)
    wilson = _wilson(right.mean(), _distinct(excerpts), CONFIDENCE)
    return _hull(_bootstrap(_sums(right, clusters)), wilson)


def difference(first: Side, second: Side) -> tuple[float, float]:
    """Low and high of the first share minus the second, for judgements that are not paired.

    Clusters are resampled separately on each side, so that the interval is somewhat too wide
    where the sides share clusters. The closed form is Newcombe's, based on Wilson's intervals
    (Statistics in Medicine 17, 1998).
    """
    counts, sums = [], []
    for right, clusters, excerpts in (first, second):
        right, n = np.asarray(right, dtype=bool), _distinct(excerpts)
        counts += [right.mean() * n, n]
        sums.append(_sums(right, clusters))
    newcombe = confint_proportions_2indep(
        *counts, method="newcomb", compare="diff", alpha=1 - CONFIDENCE
    )
    return _hull(_bootstrap(*sums), newcombe)


def paired_difference(
    first: ArrayLike, second: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike
) -> tuple[float, float]:
    """Low and high of the share right in ``first`` minus that in ``second``, for pairs.

    The closed form is conservative: it bounds the shares of pairs where only one side is
    right, each at half the error (Bonferroni), and subtracts opposite bounds.
    """
    first, second = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    n, confidence = _distinct(excerpts), (1 + CONFIDENCE) / 2
    only_first = _wilson((first & ~second).mean(), n, confidence)
    only_second = _wilson((second & ~first).mean(), n, confidence)
    bounds = (only_first[0] - only_second[1], only_first[1] - only_second[0])
    return _hull(_bootstrap(_sums(first.astype(int) - second, clusters)), bounds)


def median(values: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike) -> tuple[float, float]:
    """Low and high of the median of ``values``, which may be infinite.

    Inverts a test: the interval holds the values for which `proportion` allows that half of
    all judgements lie at or below and half at or above. A bound that the data cannot give is
    infinite.
    """
    values = np.asarray(values, dtype=float)
    candidates = [-np.inf, *np.unique(values[np.isfinite(values)]), np.inf]

    def most_up_to(value: float) -> float:
        return proportion(values <= value, clusters, excerpts)[1]

    def least_below(value: float) -> float:
        return proportion(values < value, clusters, excerpts)[0]

    if np.isnan(most_up_to(np.inf)):
        return np.nan, np.nan
    low = bisect_left(candidates, 0.5, key=most_up_to)
    high = bisect_right(candidates, 0.5, key=least_below) - 1
    return float(candidates[low]), float(candidates[high])


def _distinct(excerpts: ArrayLike) -> int:
    return len(np.unique(np.asarray(excerpts)))


def _wilson(share: float, n: int, confidence: float) -> tuple[float, float]:
    return proportion_confint(share * n, n, alpha=1 - confidence, method="wilson")


def _sums(values: ArrayLike, clusters: ArrayLike) -> np.ndarray:
    """Sum of values and number of judgements of each cluster, ``(clusters, 2)``."""
    sums = pd.Series(values).groupby(np.asarray(clusters)).agg(["sum", "count"])
    return sums.to_numpy()


def _hull(*bounds: tuple[float, float]) -> tuple[float, float]:
    """The lowest low and the highest high; NaN if any is NaN, unlike Python's ``min``."""
    low, high = zip(*bounds, strict=True)
    return float(np.min(low)), float(np.max(high))


def _bootstrap(*samples: np.ndarray) -> tuple[float, float]:
    """Interval of one mean, or of the difference of two, for samples from `_sums`."""
    if min(map(len, samples)) < 2:
        return np.nan, np.nan

    def statistic(*drawn: np.ndarray, axis: int) -> np.ndarray:
        means = [_mean(sums[rows], axis) for sums, rows in zip(samples, drawn, strict=True)]
        return np.subtract(*means) if means[1:] else means[0]

    interval = stats.bootstrap(
        [np.arange(len(sums)) for sums in samples],
        statistic,
        n_resamples=RESAMPLES,
        batch=1000,  # bounds memory at thousands of artists
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),  # a new one, so that no row depends on other rows
    ).confidence_interval
    return float(interval.low), float(interval.high)


def _mean(sums: np.ndarray, axis: int) -> np.ndarray:
    """The mean of the judgements in clusters ``(…, clusters, 2)``, along ``axis``."""
    total, judged = np.moveaxis(sums.sum(axis=axis - 1), -1, 0)
    return total / judged
