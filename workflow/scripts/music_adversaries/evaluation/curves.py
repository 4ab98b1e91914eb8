"""Success and accuracy under adversaries, against the SNR that is left to them.

An adversary of the method ``minimum`` seeks the smallest change and meets no limit: its
file counts at every SNR that the file has itself, and above that the excerpt stays as it
was. The others have a file for each limit. An excerpt that is judged as its target before
anything is changed counts as reached at every SNR, whatever an adversary made of it. Failed
adversaries stay in every count.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.judged_tables import SYSTEM, already_reached, clusters, require

KIND = ["dataset", "partition", "architecture", "training"]
JUDGED = ["true", "target", "predicted_clean", "predicted"]
NEEDED = [*SYSTEM, "adversary", "snr_limit_db", "excerpt", "artist", *JUDGED, "snr_db"]
FIGURES = [
    "excerpts",
    "judgements",
    "unchanged",
    "success",
    "success_low",
    "success_high",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "clean_accuracy",
]
CLEAN = np.inf
"""The SNR of an excerpt that nothing was done to."""


def curves(
    excerpts: pd.DataFrame, minimum: Sequence[str], snr_limits_db: Sequence[float]
) -> pd.DataFrame:
    """Success and accuracy of each system at each SNR limit, pooled over folds and seeds.

    Args:
        excerpts: a row per excerpt, system, adversary and SNR limit: the table
            ``curve_excerpts``. May have no rows.
        minimum: the names of the adversaries of the method ``minimum``.
        snr_limits_db: the limits in dB at which curves are taken; −inf for none.

    Returns:
        A row per kind of system, adversary and limit (``dataset``, ``partition``,
        ``architecture``, ``training``, ``adversary``, ``snr_limit_db``): ``excerpts``,
        each counted once; of the ``judgements``, of which an excerpt has one per fold and
        seed, how many needed no change (``unchanged``), the share that are the target,
        ``success``, and the share that are the truth, ``accuracy``, with their 95 %
        intervals (of `intervals.proportion`); ``clean_accuracy`` of the same excerpts.
        Shares are fractions of 1. A limit is the adversary's own, so between magnitudes
        for the method ``paper``.

    Raises:
        ValueError: a column or a label is missing.
    """
    require(excerpts, NEEDED, JUDGED)
    rows = [
        [*key, limit_db, *_figures(attacked.assign(outcome=outcome))]
        for key, group in excerpts.groupby([*KIND, "adversary"])
        for limit_db in sorted(snr_limits_db)
        for attacked, outcome in [_at_limit(group, limit_db, key[-1] in minimum)]
        if len(attacked)
    ]
    return pd.DataFrame(rows, columns=[*KIND, "adversary", "snr_limit_db", *FIGURES])


def robust_accuracy(excerpts: pd.DataFrame, snr_limits_db: Sequence[float]) -> pd.DataFrame:
    """Accuracy of each system under the worst of all adversaries, excerpt by excerpt.

    An excerpt is judged right at an SNR if it is as it is, and in every written file of at
    least that SNR, whichever adversary wrote it and at whichever limit: an ensemble, as of
    Croce and Hein (2020). What counts is the SNR between waveforms, of the file, for all
    adversaries alike. They aim at a class that was drawn, so that one that may go for any
    wrong class could only do worse to the system.

    Args:
        excerpts: as for `curves`.
        snr_limits_db: as for `curves`.

    Returns:
        A row per kind of system (``dataset``, ``partition``, ``architecture``,
        ``training``) and ``snr_limit_db``, infinite without an adversary: ``adversaries``
        (how many there were), ``excerpts`` (each counted once), ``accuracy`` as a fraction
        of 1 and its 95 % interval ``low``, ``high``.

    Raises:
        ValueError: a column or a label is missing.
    """
    require(excerpts, NEEDED, JUDGED)
    rows = [
        [*key, limit_db, group["adversary"].nunique(), *_robust(group, limit_db)]
        for key, group in excerpts.groupby(KIND)
        for limit_db in sorted([*snr_limits_db, CLEAN])
    ]
    figures = ["adversaries", "excerpts", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=[*KIND, "snr_limit_db", *figures])


def _at_limit(
    group: pd.DataFrame, limit_db: float, minimum: bool
) -> tuple[pd.DataFrame, pd.Series]:
    """One adversary's rows that count at a limit, and what each excerpt is judged as."""
    if minimum:
        attacked, allowed = group, group["snr_db"] >= limit_db
    else:
        attacked = group[group["snr_limit_db"] == limit_db]
        allowed = pd.Series(True, index=attacked.index)
    changed = allowed & ~already_reached(attacked)
    return attacked, attacked["predicted"].where(changed, attacked["predicted_clean"])


def _figures(attacked: pd.DataFrame) -> list:
    """The figures of `FIGURES`, with the judgement that stands in the column ``outcome``."""
    groups, excerpts = clusters(attacked), attacked["excerpt"]
    figures = [excerpts.nunique(), len(attacked), int(already_reached(attacked).sum())]
    for wanted in ("target", "true"):
        met = attacked["outcome"] == attacked[wanted]
        figures += [float(met.mean()), *intervals.proportion(met, groups, excerpts)]
    return [*figures, float((attacked["predicted_clean"] == attacked["true"]).mean())]


def _robust(group: pd.DataFrame, limit_db: float) -> list:
    written = (group["predicted"] == group["true"]) | (group["snr_db"] < limit_db)
    right = written & (group["predicted_clean"] == group["true"])
    keys = ["partition", "fold", "seed", "excerpt"]
    judged = group.assign(right=right).groupby(keys, as_index=False)
    judged = judged.agg(right=("right", "all"), artist=("artist", "first"))
    return [
        judged["excerpt"].nunique(),
        float(judged["right"].mean()),
        *intervals.proportion(judged["right"], clusters(judged), judged["excerpt"]),
    ]
