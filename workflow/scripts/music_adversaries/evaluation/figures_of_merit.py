"""Figures of merit: how well systems classify, with and without an adversary.

All functions take and return tables with one observation per row. The tables that they take
are those of `judged_tables.COLLECTED`. A *run* is one (fold, seed): a system trained once on
one fold. Failed attacks count in every figure.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, recall_score

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import groups, rows_of_groups
from music_adversaries.judged_tables import ATTACK, NO_ADVERSARY, SYSTEM, artists, in_order

MERITS = ["excerpts", "accuracy", "accuracy_low", "accuracy_high", "normalised_accuracy"]
SNR_STATISTICS = ["snr_db_median", "snr_db_mean", "snr_db_sd", "unchanged_excerpts"]
STAGES = ("adversarial", "resynthesised")
"""Before and after the round trip through a WAV: endings of an attacked excerpt's columns."""
CONDITIONS = ("clean", "adversarial")
"""What was low-pass filtered: endings of a filtered excerpt's columns."""
KIND = ["dataset", "partition", "architecture", "training", *ATTACK]


def figures_of_merit(clean: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of every system on its clean test set and on every attacked one.

    Args:
        clean: the table ``clean_excerpts``.
        adversarial: the table ``adversarial_excerpts``; may have no rows.

    Returns:
        A row per test set and stage: ``SYSTEM``, ``ATTACK``, ``stage``, ``MERITS`` (fractions
        of 1, with the 95 % interval of `intervals.proportion`) and ``SNR_STATISTICS``; sorted
        by system, the stage ``clean`` first. The SNR is that between waveforms. Its
        statistics are over the excerpts that the adversary changed (standard deviation with
        n − 1); ``unchanged_excerpts`` counts the others.
    """
    rows = rows_of_groups(clean, SYSTEM, _clean_figures)
    rows += rows_of_groups(adversarial, [*SYSTEM, *ATTACK], _attacked_figures)
    table = pd.DataFrame(rows, columns=[*SYSTEM, *ATTACK, "stage", *MERITS, *SNR_STATISTICS])
    return table.sort_values(SYSTEM, kind="stable", ignore_index=True)


def partition_sizes(folds: pd.DataFrame) -> pd.DataFrame:
    """The numbers of ``excerpts`` and ``artists`` of each fold, split and label.

    Args:
        folds: the table ``folds``.
    """
    groups = folds.groupby(["dataset", "partition", "fold", "split", "label"])
    return groups.agg(excerpts=("excerpt", "size"), artists=("artist", "nunique")).reset_index()


def low_pass(filtered: pd.DataFrame) -> pd.DataFrame:
    """Accuracies after low-pass filtering, pooled over folds and seeds.

    Args:
        filtered: the table ``filtered_excerpts``, where an infinite ``cutoff_hz`` means no
            filter; may have no rows.

    Returns:
        A row per kind of attacked test set, cut-off and condition: ``excerpts`` (distinct
        ones), ``accuracy`` with its 95 % interval ``low``, ``high``, and
        ``normalised_accuracy``, as fractions of 1. The condition ``clean`` is about the
        excerpts that were attacked, before the attack.
    """
    keys = [*KIND, "cutoff_hz"]
    figures = ["excerpts", "accuracy", "low", "high", "normalised_accuracy"]
    rows = rows_of_groups(filtered, keys, partial(_filtered_figures, names=figures))
    return pd.DataFrame(rows, columns=[*keys, "condition", *figures])


def merit_tables(
    clean: pd.DataFrame, adversarial: pd.DataFrame, labels: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """`merit_table` of every system's clean and attacked excerpts, over its runs.

    Args:
        clean: the table ``clean_excerpts``.
        adversarial: the table ``adversarial_excerpts``, judged after the round trip through a
            WAV; may have no rows.
        labels: the labels of each dataset.

    Returns:
        The columns of `KIND` (with ``none`` where there is no adversary), those of
        `merit_table`, and ``snr_db_mean`` and ``snr_db_sd`` between waveforms, over the
        excerpts of all runs that the adversary changed.
    """
    before = clean.assign(**NO_ADVERSARY)
    after = adversarial.rename(columns={"predicted_resynthesised": "predicted"})
    judged = pd.concat([before, after], ignore_index=True)
    judged["run"] = judged["fold"].astype(str) + "/" + judged["seed"].astype(str)
    tables = []
    for place, runs in groups(judged, KIND):
        snr_db = runs.loc[runs["iterations"] > 0, "snr_db_resynthesised"]
        levels = {"snr_db_mean": snr_db.mean(), "snr_db_sd": snr_db.std()}
        tables.append(merit_table(runs, labels[place["dataset"]]).assign(**place, **levels))
    table = pd.concat(tables)
    return table[[*KIND, *table.columns.difference(KIND, sort=False)]]


def normalised_accuracy(true: ArrayLike, predicted: ArrayLike) -> float:
    """Mean recall over the classes that occur in ``true``, as a fraction of 1.

    Args:
        true: labels, ``(excerpts,)``.
        predicted: labels, ``(excerpts,)``.
    """
    return float(recall_score(true, predicted, labels=np.unique(true), average="macro"))


def merit_table(runs: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Confusions, precisions, F-scores and normalised accuracy, as means over runs.

    Args:
        runs: a row per excerpt and run, with the columns ``run``, ``true``, ``predicted``.
        labels: the classes, in the order of the rows that are returned.

    Returns:
        A row per figure, all in per cent: ``quantity``, ``true``, ``predicted``,
        ``percent_mean``, ``percent_low``, ``percent_high``, ``runs``. The quantities are

        - ``confusion``: of the excerpts of class ``true``, the share judged ``predicted``;
          recalls are those where both are the same;
        - ``precision``, of a ``predicted`` class, and ``f_score``, of a ``true`` class;
        - ``normalised_accuracy``, of the system: the mean recall of the classes that occur.

        A label that does not apply is missing. Low and high are Student's 95 % interval of
        the mean over runs, not cut at 0 and 100, and NaN for a single run. A figure that is
        undefined in a run (the precision of a class that is never predicted, the recall of a
        class without excerpts, the F-score of a class with neither) is left out of the mean;
        ``runs`` counts the runs in the mean.

    Raises:
        ValueError: ``labels`` repeats, or ``runs`` is empty or has a label not in ``labels``.
    """
    labels = list(labels)
    unknown = set(runs["true"]).union(runs["predicted"]).difference(labels)
    if unknown or len(set(labels)) < len(labels) or runs.empty:
        raise ValueError(f"labels are repeated or unknown, or no runs: {sorted(unknown)}")
    figures = pd.concat([_run_figures(run, labels) for _, run in runs.groupby("run")])
    keys = ["quantity", "true", "predicted"]
    over_runs = figures.groupby(keys, sort=False, dropna=False)["percent"]
    table = over_runs.agg(percent_mean="mean", sd="std", runs="count").reset_index()
    quantile = stats.t.ppf((1 + intervals.CONFIDENCE) / 2, table["runs"] - 1)
    half_width = quantile * table["sd"] / np.sqrt(table["runs"].clip(lower=1))
    table["percent_low"] = table["percent_mean"] - half_width
    table["percent_high"] = table["percent_mean"] + half_width
    return table[[*keys, "percent_mean", "percent_low", "percent_high", "runs"]]


def partition_difference(clean: pd.DataFrame) -> pd.DataFrame:
    """How much more accurate systems look under one partition than under another.

    Every two partitions of a dataset are compared for every architecture and training, pooled
    over folds and seeds; ``random`` comes first where it is one of them. The interval is that
    of `intervals.difference`. Its clusters are artists under every partition, ``random``
    included: it says how much the difference would vary with other artists. Where both
    partitions test the same artists it is somewhat too wide.

    Args:
        clean: the table ``clean_excerpts``.

    Returns:
        A row per comparison: ``dataset``, ``architecture``, ``training``, ``first``,
        ``second`` (partitions), for both ``accuracy_*`` and ``normalised_accuracy_*``,
        ``difference`` (of accuracies, first − second) with its 95 % interval ``low``,
        ``high`` (NaN with fewer than two artists on a side), and for both ``artists_*`` and
        ``excerpts_*`` (distinct ones). Accuracies and differences are fractions of 1.
    """
    keys = ["dataset", "architecture", "training"]
    columns = [*keys, "first", "second", "accuracy_first", "accuracy_second"]
    columns += ["normalised_accuracy_first", "normalised_accuracy_second"]
    columns += ["difference", "low", "high"]
    columns += ["artists_first", "artists_second", "excerpts_first", "excerpts_second"]
    return pd.DataFrame(rows_of_groups(clean, keys, _partitions_compared), columns=columns)


def _clean_figures(judged: pd.DataFrame) -> list[dict]:
    merits = zip(MERITS, _merits(judged, "predicted"), strict=True)
    return [{**NO_ADVERSARY, "stage": "clean", **dict(merits), "unchanged_excerpts": 0}]


def _attacked_figures(attacked: pd.DataFrame) -> list[dict]:
    changed = attacked["iterations"] > 0
    rows = []
    for stage in STAGES:
        snr_db = attacked.loc[changed, f"snr_db_{stage}"]
        levels = [snr_db.median(), snr_db.mean(), snr_db.std(), int((~changed).sum())]
        figures = [*_merits(attacked, f"predicted_{stage}"), *levels]
        rows.append({"stage": stage} | dict(zip(MERITS + SNR_STATISTICS, figures, strict=True)))
    return rows


def _filtered_figures(judged: pd.DataFrame, names: list[str]) -> list[dict]:
    merits = {condition: _merits(judged, f"predicted_{condition}") for condition in CONDITIONS}
    return [
        {"condition": condition} | dict(zip(names, figures, strict=True))
        for condition, figures in merits.items()
    ]


def _merits(judged: pd.DataFrame, column: str) -> list[float]:
    """The figures of ``MERITS`` for the labels in ``column``."""
    return [
        judged["excerpt"].nunique(),
        *intervals.share(judged, judged["true"] == judged[column]),
        normalised_accuracy(judged["true"], judged[column]),
    ]


def _run_figures(run: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """All figures of one run in per cent, NaN where undefined; a row per figure."""
    judged = {"y_true": run["true"], "y_pred": run["predicted"], "labels": labels}
    precision, recall, f_score, sizes = precision_recall_fscore_support(
        **judged, zero_division=np.nan
    )
    with np.errstate(invalid="ignore"):
        shares = confusion_matrix(**judged) / sizes[:, None]
    confusion = pd.DataFrame(shares, index=labels, columns=labels).rename_axis("true")
    figures = pd.concat(
        [
            confusion.reset_index()
            .melt("true", var_name="predicted", value_name="percent")
            .assign(quantity="confusion"),
            pd.DataFrame({"quantity": "precision", "predicted": labels, "percent": precision}),
            pd.DataFrame({"quantity": "f_score", "true": labels, "percent": f_score}),
            pd.DataFrame(
                {"quantity": "normalised_accuracy", "percent": [recall[sizes > 0].mean()]}
            ),
        ]
    )
    return figures.assign(percent=100 * figures["percent"])


def _partitions_compared(clean: pd.DataFrame) -> list[dict]:
    rows = []
    for first, second in combinations(in_order(clean["partition"]), 2):
        row, sides = {"first": first, "second": second}, []
        for name, partition in list(row.items()):
            judged = clean[clean["partition"] == partition]
            right, artist = judged["true"] == judged["predicted"], artists(judged)
            row |= {
                f"accuracy_{name}": float(right.mean()),
                f"normalised_accuracy_{name}": normalised_accuracy(
                    judged["true"], judged["predicted"]
                ),
                f"artists_{name}": artist.nunique(),
                f"excerpts_{name}": judged["excerpt"].nunique(),
            }
            sides.append((right, artist, judged["excerpt"]))
        low, high = intervals.difference(*sides)
        difference = row["accuracy_first"] - row["accuracy_second"]
        rows.append(row | {"difference": difference, "low": low, "high": high})
    return rows
