"""The minimum SNR: the highest SNR, thus the smallest change, that fools a system per excerpt.

The SNR is that of the file written by an adversary of the method ``minimum``. It is +inf for an
excerpt that was judged as its target before the attack (any SNR is enough), and −inf where
the adversary never reached the target (no SNR is known to be enough). Both are censored values
and are kept: they rank at the ends, and a quantile that falls among them is infinite.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.comparisons import COMPARED, pairs_of_systems
from music_adversaries.evaluation.grouping import rows_of_groups
from music_adversaries.judged_tables import SYSTEM_KIND, already_reached, clusters

KIND = [*SYSTEM_KIND, "adversary"]
SUMMARY = ["excerpts", "judgements", "unchanged", "failed", "lower_quartile_db", "median_db"]
SUMMARY += ["low_db", "high_db", "upper_quartile_db"]
DIFFERENCE = ["excerpts", "pairs", "higher_first", "higher_second", "difference_db"]
DIFFERENCE += ["low_db", "high_db"]


def minimum_snrs(excerpts: pd.DataFrame, minimum: Sequence[str]) -> pd.DataFrame:
    """The rows of ``curve_excerpts`` of the adversaries ``minimum``, with ``minimum_snr_db``.

    ``minimum`` are the names of the adversaries of that method.
    """
    found = excerpts[excerpts["adversary"].isin(minimum)]
    reached = found["snr_db"].where(found["predicted"] == found["target"], -np.inf)
    return found.assign(minimum_snr_db=reached.mask(already_reached(found), np.inf))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that is no less than a ``share`` of them."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def summary(snrs: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of the minimum SNR of each system, pooled over folds and seeds.

    Takes the table of `minimum_snrs`. Returns a row per kind of system and adversary
    (``KIND``): ``excerpts``; the number of ``judgements`` (one per excerpt, fold and seed), of
    those ``unchanged`` (+inf) and ``failed`` (−inf); ``lower_quartile_db``, ``median_db`` with
    the interval ``low_db``, ``high_db`` of `intervals.median`, and ``upper_quartile_db``.
    """
    return pd.DataFrame(rows_of_groups(snrs, KIND, _summary), columns=[*KIND, *SUMMARY])


def differences(snrs: pd.DataFrame) -> pd.DataFrame:
    """Differences of the minimum SNR between every two trainings, and every two architectures.

    Takes the table of `minimum_snrs`. Returns a row per comparison: the columns of
    ``comparisons.COMPARED`` and ``adversary``; the numbers of ``excerpts`` and ``pairs``;
    ``higher_first`` and ``higher_second``, the pairs in which that system has the higher SNR,
    that is, needed the smaller change; and ``difference_db``, the median of first − second,
    with the interval ``low_db``, ``high_db`` of `intervals.median`. Two SNRs that are the same
    infinity differ by 0, since neither system was found to be weaker.
    """
    pairs_by_place = pairs_of_systems(snrs, ["adversary"], "minimum_snr_db")
    rows = [place | _difference(pairs) for place, pairs in pairs_by_place]
    return pd.DataFrame(rows, columns=[*COMPARED, "adversary", *DIFFERENCE])


def _summary(group: pd.DataFrame) -> list[dict]:
    snrs = group["minimum_snr_db"]
    lower, median, upper = (quantile(snrs, share) for share in (0.25, 0.5, 0.75))
    figures = [
        group["excerpt"].nunique(),
        len(snrs),
        int((snrs == np.inf).sum()),
        int((snrs == -np.inf).sum()),
        lower,
        median,
        *intervals.median(snrs, clusters(group), group["excerpt"]),
        upper,
    ]
    return [dict(zip(SUMMARY, figures, strict=True))]


def _difference(pairs: pd.DataFrame) -> dict:
    first, second = pairs["minimum_snr_db_first"], pairs["minimum_snr_db_second"]
    difference = (first - second).mask(first == second, 0.0)
    figures = [
        pairs["excerpt"].nunique(),
        len(pairs),
        int((first > second).sum()),
        int((second > first).sum()),
        quantile(difference, 0.5),
        *intervals.median(difference, clusters(pairs), pairs["excerpt"]),
    ]
    return dict(zip(DIFFERENCE, figures, strict=True))
