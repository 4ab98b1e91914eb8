"""How small a change fools a system: the highest SNR at which each excerpt did.

The SNR is that of the written file of an adversary of the method ``minimum``. It exists for
no excerpt that was judged as its target before (any SNR does: +inf), and for none that
the adversary never pushed there (−inf: what it would take was not found). Both are censored,
and are kept: they rank at their ends, quantiles are values that some excerpt has, and one
that falls among the censored is infinite.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.judged_tables import (
    SYSTEM,
    already_reached,
    clusters,
    in_order,
    require,
)

KIND = ["dataset", "partition", "architecture", "training", "adversary"]
JUDGED = ["target", "predicted_clean", "predicted"]
PAIR = ["fold", "seed", "excerpt", "target"]
"""What two judgements must share to be a pair."""


def minimum_snrs(excerpts: pd.DataFrame, minimum: Sequence[str]) -> pd.DataFrame:
    """The attacked excerpts of adversaries of the method ``minimum``, with their SNR.

    Args:
        excerpts: the table ``curve_excerpts``. May have no rows.
        minimum: the names of those adversaries.

    Returns:
        Their rows with ``minimum_snr_db``: +inf where nothing had to be changed, −inf where
        the written file is not judged as the target.

    Raises:
        ValueError: a column or a label is missing.
    """
    require(excerpts, [*SYSTEM, "adversary", "excerpt", "artist", *JUDGED, "snr_db"], JUDGED)
    found = excerpts[excerpts["adversary"].isin(minimum)]
    reached = found["snr_db"].where(found["predicted"] == found["target"], -np.inf)
    return found.assign(minimum_snr_db=reached.mask(already_reached(found), np.inf))


def quantile(values: Sequence[float], share: float) -> float:
    """The least of ``values`` that at least ``share`` of them do not exceed."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def summary(snrs: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of the minimum SNR of each system, pooled over folds and seeds.

    Args:
        snrs: as `minimum_snrs` gives them.

    Returns:
        A row per kind of system and adversary (``KIND``): ``excerpts``, each counted once;
        of the ``judgements``, of which an excerpt has one per fold and seed, how many were
        ``unchanged`` (+inf) and how many ``failed`` (−inf); ``lower_quartile_db``,
        ``median_db`` with its 95 % interval ``low_db``, ``high_db`` (of
        `intervals.median`), and ``upper_quartile_db``.
    """
    columns = ["excerpts", "judgements", "unchanged", "failed", "lower_quartile_db"]
    columns += ["median_db", "low_db", "high_db", "upper_quartile_db"]
    rows = [[*key, *_summary(group)] for key, group in snrs.groupby(KIND)]
    return pd.DataFrame(rows, columns=[*KIND, *columns])


def differences(snrs: pd.DataFrame) -> pd.DataFrame:
    """Minimum SNRs of every two trainings of one architecture, and of every two architectures.

    Pairs are of one fold, seed, excerpt and target. Where both SNRs are infinite alike,
    neither system was seen to be the weaker, and the difference counts as 0.

    Args:
        snrs: as `minimum_snrs` gives them.

    Returns:
        A row per comparison: ``dataset``, ``partition``, ``compared`` (``architecture`` or
        ``training``) with its names ``first`` and ``second``, ``held`` (the training or
        architecture that both have), ``adversary``; ``excerpts``, each counted once, and
        ``pairs``; how many have the higher SNR, that is, needed the smaller change, in the
        ``first`` and in the second system: ``higher_first``, ``higher_second``; and
        ``difference_db``, the median of first − second, with its 95 % interval ``low_db``,
        ``high_db`` (of `intervals.median`).
    """
    columns = ["dataset", "partition", "compared", "first", "second", "held", "adversary"]
    columns += ["excerpts", "pairs", "higher_first", "higher_second"]
    columns += ["difference_db", "low_db", "high_db"]
    rows = [[*place, *_difference(pairs)] for place, pairs in _comparisons(snrs)]
    return pd.DataFrame(rows, columns=columns)


def _summary(group: pd.DataFrame) -> list:
    snrs = group["minimum_snr_db"]
    low, high = intervals.median(snrs, clusters(group), group["excerpt"])
    counts = [len(snrs), int((snrs == np.inf).sum()), int((snrs == -np.inf).sum())]
    lower, median, upper = (quantile(snrs, share) for share in (0.25, 0.5, 0.75))
    return [group["excerpt"].nunique(), *counts, lower, median, low, high, upper]


def _comparisons(snrs: pd.DataFrame) -> Iterator[tuple[list, pd.DataFrame]]:
    """What two systems have in common and are called, and their pairs."""
    for compared, held in (("architecture", "training"), ("training", "architecture")):
        keys = ["dataset", "partition", held, "adversary"]
        for (dataset, partition, name, adversary), group in snrs.groupby(keys):
            for first, second in combinations(in_order(group[compared]), 2):
                pairs = _pair(group[group[compared] == first], group[group[compared] == second])
                if len(pairs):
                    yield [dataset, partition, compared, first, second, name, adversary], pairs


def _pair(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    return first.merge(
        second[[*PAIR, "minimum_snr_db"]],
        on=PAIR,
        suffixes=("_first", "_second"),
        validate="one_to_one",
    )


def _difference(pairs: pd.DataFrame) -> list:
    first, second = pairs["minimum_snr_db_first"], pairs["minimum_snr_db_second"]
    difference = (first - second).mask(first == second, 0.0)
    low, high = intervals.median(difference, clusters(pairs), pairs["excerpt"])
    counts = [pairs["excerpt"].nunique(), len(pairs)]
    counts += [int((first > second).sum()), int((second > first).sum())]
    return [*counts, quantile(difference, 0.5), low, high]
