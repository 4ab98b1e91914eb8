"""How small a change fools a system: the highest SNR at which each excerpt was misjudged.

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
from music_adversaries.judged_tables import already_reached, clusters

KIND = ["dataset", "partition", "architecture", "training", "adversary"]


def minimum_snrs(excerpts: pd.DataFrame, minimum: Sequence[str]) -> pd.DataFrame:
    """The rows of adversaries of the method ``minimum``, with their ``minimum_snr_db``.

    Args:
        excerpts: the table ``curve_excerpts``; may have no rows.
        minimum: the names of those adversaries.
    """
    found = excerpts[excerpts["adversary"].isin(minimum)]
    reached = found["snr_db"].where(found["predicted"] == found["target"], -np.inf)
    return found.assign(minimum_snr_db=reached.mask(already_reached(found), np.inf))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that is no less than a ``share`` of them."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def summary(snrs: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of the minimum SNR of each system, pooled over folds and seeds.

    Args:
        snrs: the table of `minimum_snrs`.

    Returns:
        A row per kind of system and adversary (``KIND``): distinct ``excerpts``; the number of
        ``judgements`` (one per excerpt, fold and seed), of those ``unchanged`` (+inf) and
        ``failed`` (−inf); ``lower_quartile_db``, ``median_db`` with its 95 % interval
        ``low_db``, ``high_db`` (`intervals.median`), and ``upper_quartile_db``.
    """
    columns = ["excerpts", "judgements", "unchanged", "failed", "lower_quartile_db"]
    columns += ["median_db", "low_db", "high_db", "upper_quartile_db"]
    return pd.DataFrame(rows_of_groups(snrs, KIND, _summary), columns=[*KIND, *columns])


def differences(snrs: pd.DataFrame) -> pd.DataFrame:
    """Minimum SNRs of every two trainings of one architecture, and of every two architectures.

    Pairs agree in fold, seed, excerpt and target. Where both SNRs are the same infinity, the
    difference counts as 0, since neither system was found to be weaker.

    Args:
        snrs: the table of `minimum_snrs`.

    Returns:
        A row per comparison: the columns of ``comparisons.COMPARED`` and ``adversary``;
        distinct ``excerpts`` and the number of ``pairs``; ``higher_first`` and
        ``higher_second``, the pairs in which that system has the higher SNR, that is, needed
        the smaller change; and ``difference_db``, the median of first − second, with its 95 %
        interval ``low_db``, ``high_db`` (`intervals.median`).
    """
    columns = [*COMPARED, "adversary", "excerpts", "pairs", "higher_first", "higher_second"]
    columns += ["difference_db", "low_db", "high_db"]
    rows = [
        place | _difference(pairs)
        for place, pairs in pairs_of_systems(snrs, ["adversary"], "minimum_snr_db")
    ]
    return pd.DataFrame(rows, columns=columns)


def _summary(group: pd.DataFrame) -> list[dict]:
    snrs = group["minimum_snr_db"]
    low, high = intervals.median(snrs, clusters(group), group["excerpt"])
    return [
        {
            "excerpts": group["excerpt"].nunique(),
            "judgements": len(snrs),
            "unchanged": int((snrs == np.inf).sum()),
            "failed": int((snrs == -np.inf).sum()),
            "lower_quartile_db": quantile(snrs, 0.25),
            "median_db": quantile(snrs, 0.5),
            "low_db": low,
            "high_db": high,
            "upper_quartile_db": quantile(snrs, 0.75),
        }
    ]


def _difference(pairs: pd.DataFrame) -> dict:
    first, second = pairs["minimum_snr_db_first"], pairs["minimum_snr_db_second"]
    difference = (first - second).mask(first == second, 0.0)
    low, high = intervals.median(difference, clusters(pairs), pairs["excerpt"])
    return {
        "excerpts": pairs["excerpt"].nunique(),
        "pairs": len(pairs),
        "higher_first": int((first > second).sum()),
        "higher_second": int((second > first).sum()),
        "difference_db": quantile(difference, 0.5),
        "low_db": low,
        "high_db": high,
    }
