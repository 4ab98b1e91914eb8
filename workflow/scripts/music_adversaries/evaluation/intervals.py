"""95 % intervals of proportions and of their differences, over judged excerpts.

An excerpt that is judged under several folds or seeds is not new information each time,
and excerpts of one artist succeed and fail together. Every interval is therefore the hull
of two, the wider on each side:

- a percentile bootstrap that draws *clusters* (an artist with all judgements of its
  excerpts, or an excerpt with all of its own: Field and Welsh, "Bootstrapping clustered
  data", JRSS B 69(3), 2007), which knows what belongs together but has no width where
  all judgements agree;
- one in closed form from as many independent judgements as there are distinct excerpts
  (Wilson, JASA 22, 1927), which always has a width but knows of no clusters.

Judgements come as arrays of one entry each, ``(judgements,)``: whether they succeeded, and
the names of their cluster and their excerpt. With fewer than two clusters an interval is
NaN: nothing is known of how clusters differ. The intervals are of these trained systems
over other excerpts; they know nothing of how another training would have gone.
"""

from bisect import bisect_left, bisect_right

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

CONFIDENCE = 0.95
RESAMPLES = 9999

Side = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Right, clusters and excerpts of judgements, each ``(judgements,)``."""


def proportion(
    right: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike
) -> tuple[float, float]:
    """Low and high of the share of judgements that are ``right``, as fractions of 1."""
    right = np.asarray(right, dtype=bool)
    wilson = _wilson(right.mean(), _distinct(excerpts), CONFIDENCE)
    return _hull(_bootstrap(_sums(right, clusters)), wilson)


def difference(first: Side, second: Side) -> tuple[float, float]:
    """Low and high of one share less another, of judgements that are not paired.

    Args:
        first: right, clusters and excerpts of one side, each ``(judgements,)``.
        second: the same of the other side. Clusters are drawn for each side by itself:
            where the two share some, the interval is rather too wide.

    The closed form is Newcombe's, of Wilson's intervals (Statistics in Medicine 17, 1998).
    """
    sides = [(np.asarray(right, dtype=bool), c, e) for right, c, e in (first, second)]
    shares = [(right.mean(), _distinct(excerpts)) for right, _, excerpts in sides]
    newcombe = confint_proportions_2indep(
        *(figure for share, n in shares for figure in (share * n, n)),
        method="newcomb",
        compare="diff",
        alpha=1 - CONFIDENCE,
    )
    sums = [_sums(right, clusters) for right, clusters, _ in sides]
    return _hull(_bootstrap(*sums), newcombe)


def paired_difference(
    first: ArrayLike, second: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike
) -> tuple[float, float]:
    """Low and high of the share right in ``first`` less that in ``second``, of pairs.

    The closed form bounds the shares of the pairs where only one side is right, each at
    half the error (Bonferroni), and subtracts the bounds the far way: it is conservative.
    """
    first, second = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    n, confidence = _distinct(excerpts), (1 + CONFIDENCE) / 2
    only_first = _wilson((first & ~second).mean(), n, confidence)
    only_second = _wilson((second & ~first).mean(), n, confidence)
    bounds = (only_first[0] - only_second[1], only_first[1] - only_second[0])
    return _hull(_bootstrap(_sums(first.astype(int) - second, clusters)), bounds)


def median(values: ArrayLike, clusters: ArrayLike, excerpts: ArrayLike) -> tuple[float, float]:
    """Low and high of the median of ``values``, which may be infinite; bounds are values.

    The values that the median may well be (a test turned round): those that, by
    `proportion`, half of all may not exceed, and half may reach. An end that the judgements
    are too few to bound is infinite.
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


def _sums(values: ArrayLike, clusters: ArrayLike) -> pd.DataFrame:
    """Sum of the values and number of judgements, ``sum`` and ``count``, of each cluster."""
    return pd.Series(values).groupby(np.asarray(clusters)).agg(["sum", "count"])


def _hull(*bounds: tuple[float, float]) -> tuple[float, float]:
    """The wider on each side; NaN where one is, unlike Python's ``min``."""
    low, high = zip(*bounds, strict=True)
    return float(np.min(low)), float(np.max(high))


def _bootstrap(*samples: pd.DataFrame) -> tuple[float, float]:
    """Interval of a mean, or of one mean less another, of samples as `_sums` gives them."""
    if min(map(len, samples)) < 2:
        return np.nan, np.nan
    tables = [sums.to_numpy() for sums in samples]

    def statistic(*drawn: np.ndarray, axis: int) -> np.ndarray:
        means = [_mean(table[rows], axis) for table, rows in zip(tables, drawn, strict=True)]
        return np.subtract(*means) if means[1:] else means[0]

    interval = stats.bootstrap(
        [np.arange(len(table)) for table in tables],
        statistic,
        n_resamples=RESAMPLES,
        batch=1000,  # bounds memory at thousands of artists
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),  # afresh, so that no row depends on the others
    ).confidence_interval
    return float(interval.low), float(interval.high)


def _mean(sums: np.ndarray, axis: int) -> np.ndarray:
    """The mean over clusters ``(…, clusters, 2)`` of sums and numbers, along ``axis``."""
    total, judged = np.moveaxis(sums.sum(axis=axis - 1), -1, 0)
    return total / judged
