"""Success and accuracy under adversaries, against the SNR that they may use.

An adversary of the method ``minimum`` seeks the smallest change and has no limit: its file
counts at every SNR up to its own, and above that the excerpt counts as unchanged. The other
adversaries have a file for each limit. An excerpt that is judged as its target before the
attack counts as a success at every SNR, whatever the result of the attack. Failed attacks
count in every figure.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import groups
from music_adversaries.judged_tables import SYSTEM_KIND, already_reached

FIGURES = ["excerpts", "judgements", "unchanged", "success", "success_low", "success_high"]
FIGURES += ["accuracy", "accuracy_low", "accuracy_high", "clean_accuracy"]
CLEAN = np.inf
"""The SNR of an unchanged excerpt."""


def curves(
    excerpts: pd.DataFrame, minimum: Sequence[str], snr_limits_db: Sequence[float]
) -> pd.DataFrame:
    """Success and accuracy of each system at each SNR limit, pooled over folds and seeds.

    Takes the table ``curve_excerpts``, the names of the adversaries of the method
    ``minimum``, and the limits in dB (−inf for none). Returns a row per ``SYSTEM_KIND``,
    ``adversary`` and ``snr_limit_db``: ``excerpts``; the number of ``judgements`` (one per
    excerpt, fold and seed) and of those that needed no change (``unchanged``); the shares
    judged as the target, ``success``, and as the truth, ``accuracy``, with intervals;
    and the ``clean_accuracy`` of the same excerpts. The limit is that of the adversary:
    between magnitudes for the method ``paper``, between waveforms for the others.
    """
    rows = [
        {**place, "snr_limit_db": limit_db} | _figures(attacked)
        for place, group in groups(excerpts, [*SYSTEM_KIND, "adversary"])
        for limit_db in sorted(snr_limits_db)
        if len(attacked := _at_limit(group, limit_db, place["adversary"] in minimum))
    ]
    return pd.DataFrame(rows, columns=[*SYSTEM_KIND, "adversary", "snr_limit_db", *FIGURES])


def robust_accuracy(excerpts: pd.DataFrame, snr_limits_db: Sequence[float]) -> pd.DataFrame:
    """Accuracy of each system under the worst of all adversaries, excerpt by excerpt.

    An excerpt counts as correct at an SNR if the system is right about it unchanged and in
    every written file of at least that SNR, from any adversary and any limit: an ensemble of
    attacks (Croce and Hein 2020). The SNR is that between waveforms, for all adversaries.
    Each attack has one drawn target; attacks free to choose any wrong class could only lower
    the accuracy. Returns a row per ``SYSTEM_KIND`` and ``snr_limit_db``, infinite without an
    adversary: the numbers of ``adversaries`` and ``excerpts``, ``accuracy``, ``low``,
    ``high``. Arguments are as for `curves`.
    """
    rows = [
        {**place, "snr_limit_db": limit_db} | _robust(group, limit_db)
        for place, group in groups(excerpts, SYSTEM_KIND)
        for limit_db in sorted([*snr_limits_db, CLEAN])
    ]
    figures = ["adversaries", "excerpts", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=[*SYSTEM_KIND, "snr_limit_db", *figures])


def _at_limit(group: pd.DataFrame, limit_db: float, minimum: bool) -> pd.DataFrame:
    """One adversary's rows that count at a limit, with the label that counts: ``outcome``."""
    attacked = group if minimum else group[group["snr_limit_db"] == limit_db]
    changed = ~already_reached(attacked)
    if minimum:
        changed &= attacked["snr_db"] >= limit_db
    outcome = attacked["predicted"].where(changed, attacked["predicted_clean"])
    return attacked.assign(outcome=outcome)


def _figures(attacked: pd.DataFrame) -> dict:
    figures = [
        attacked["excerpt"].nunique(),
        len(attacked),
        int(already_reached(attacked).sum()),
        *intervals.share(attacked, attacked["outcome"] == attacked["target"]),
        *intervals.share(attacked, attacked["outcome"] == attacked["true"]),
        float((attacked["predicted_clean"] == attacked["true"]).mean()),
    ]
    return dict(zip(FIGURES, figures, strict=True))


def _robust(group: pd.DataFrame, limit_db: float) -> dict:
    written = (group["predicted"] == group["true"]) | (group["snr_db"] < limit_db)
    right = written & (group["predicted_clean"] == group["true"])
    keys = ["partition", "fold", "seed", "excerpt"]
    by_excerpt = group.assign(right=right).groupby(keys, as_index=False)
    judged = by_excerpt.agg(right=("right", "all"), artist=("artist", "first"))
    accuracy, low, high = intervals.share(judged, judged["right"])
    return {
        "adversaries": group["adversary"].nunique(),
        "excerpts": judged["excerpt"].nunique(),
        "accuracy": accuracy,
        "low": low,
        "high": high,
    }
