"""Figures of merit: how well systems classify, with and without an adversary.

A *run* is one (fold, seed): a system trained once on one fold. Failed attacks count in every
figure.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, recall_score

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import groups, rows_of_groups
from music_adversaries.judged_tables import (
    ATTACK,
    NO_ADVERSARY,
    SYSTEM,
    TEST_SET_KIND,
    artists,
    in_order,
)

MERITS = ["excerpts", "accuracy", "accuracy_low", "accuracy_high", "normalised_accuracy"]
SNR_STATISTICS = ["snr_db_median", "snr_db_mean", "snr_db_sd", "unchanged_excerpts"]
STAGES = ("adversarial", "resynthesised")
"""Before and after the round trip through a WAV, as in the names of columns."""
CONDITIONS = ("clean", "adversarial")
"""The excerpts that were low-pass filtered, as in the names of columns."""


def figures_of_merit(clean: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of every system on its clean test set and on every attacked one.

    A row per test set and stage: ``SYSTEM``, ``ATTACK``, ``stage``, ``MERITS`` and
    ``SNR_STATISTICS``; sorted by system, the stage ``clean`` first. The SNR is that between
    waveforms. Its statistics are over the excerpts that the adversary changed (standard
    deviation with n − 1); ``unchanged_excerpts`` counts the others.
    """
    rows = rows_of_groups(clean, SYSTEM, _clean_figures)
    rows += rows_of_groups(adversarial, [*SYSTEM, *ATTACK], _attacked_figures)
    table = pd.DataFrame(rows, columns=[*SYSTEM, *ATTACK, "stage", *MERITS, *SNR_STATISTICS])
    return table.sort_values(SYSTEM, kind="stable", ignore_index=True)


def partition_sizes(folds: pd.DataFrame) -> pd.DataFrame:
    """The numbers of ``excerpts`` and ``artists`` of each fold, split and label."""
    groups = folds.groupby(["dataset", "partition", "fold", "split", "label"])
    return groups.agg(excerpts=("excerpt", "size"), artists=("artist", "nunique")).reset_index()


def low_pass(filtered: pd.DataFrame) -> pd.DataFrame:
    """Accuracies after low-pass filtering, pooled over folds and seeds.

    A row per kind of attacked test set, cut-off (infinite for no filter) and condition:
    ``excerpts``, ``accuracy``, ``low``, ``high``, ``normalised_accuracy``. The condition
    ``clean`` is about the same excerpts before the attack.
    """
    keys = [*TEST_SET_KIND, "cutoff_hz"]
    rows = rows_of_groups(filtered, keys, _filtered_figures)
    table = pd.DataFrame(rows, columns=[*keys, "condition", *MERITS])
    return table.rename(columns={"accuracy_low": "low", "accuracy_high": "high"})


def merit_tables(
    clean: pd.DataFrame, adversarial: pd.DataFrame, labels: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """`merit_table` of every system's clean and attacked excerpts, over its runs.

    Attacked excerpts are judged after the round trip through a WAV; ``labels`` are those of
    each dataset. The columns are `TEST_SET_KIND` (``none`` without an adversary), those of
    `merit_table`, and ``snr_db_mean`` and ``snr_db_sd`` between waveforms, over the excerpts
    of all runs that the adversary changed.
    """
    before = clean.assign(**NO_ADVERSARY)
    after = adversarial.rename(columns={"predicted_resynthesised": "predicted"})
    judged = pd.concat([before, after], ignore_index=True)
    judged["run"] = judged["fold"].astype(str) + "/" + judged["seed"].astype(str)
    tables = []
    for place, runs in groups(judged, TEST_SET_KIND):
        snr_db = runs.loc[runs["iterations"] > 0, "snr_db_resynthesised"]
        levels = {"snr_db_mean": snr_db.mean(), "snr_db_sd": snr_db.std()}
        tables.append(merit_table(runs, labels[place["dataset"]]).assign(**place, **levels))
    table = pd.concat(tables)
    return table[[*TEST_SET_KIND, *table.columns.difference(TEST_SET_KIND, sort=False)]]


def normalised_accuracy(true: ArrayLike, predicted: ArrayLike) -> float:
    """Mean recall over the classes in ``true``; both arguments are labels ``(excerpts,)``."""
    return float(recall_score(true, predicted, labels=np.unique(true), average="macro"))


def merit_table(runs: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Confusions, precisions, F-scores and normalised accuracy, as means over runs.

    Takes a row per excerpt and run (``run``, ``true``, ``predicted``), and ``labels`` in the
    order of the rows to return. Returns a row per figure, all in per cent: ``quantity``,
    ``true``, ``predicted`` (missing where they do not apply), ``percent_mean``,
    ``percent_low``, ``percent_high``, ``runs``. The quantities are

    - ``confusion``: of the excerpts of class ``true``, the share judged ``predicted``;
    - ``precision``, of a ``predicted`` class, and ``f_score``, of a ``true`` class;
    - ``normalised_accuracy``, of the system: the mean recall of the classes that occur.

    Low and high are Student's 95 % interval of the mean over runs, not cut at 0 and 100, and
    NaN for a single run. A figure that is undefined in a run (the precision of a class that is
    never predicted, the recall of a class without excerpts, the F-score of a class with
    neither) is left out of the mean; ``runs`` counts the runs in the mean. Raises ValueError
    if ``labels`` repeats, or ``runs`` is empty or has a label that is not in ``labels``.
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

    A row per dataset, architecture, training and pair of partitions ``first``, ``second``
    (``random`` first), pooled over folds and seeds: for both ``accuracy_*``,
    ``normalised_accuracy_*``, ``artists_*`` and ``excerpts_*``; the ``difference`` of
    accuracies, first − second, with the interval ``low``, ``high`` of `intervals.difference`.
    Its clusters are artists under every partition, ``random`` included: it says how much the
    difference would vary with other artists. It is NaN with fewer than two artists on a side,
    and somewhat too wide if both partitions test the same artists.
    """
    keys = ["dataset", "architecture", "training"]
    columns = [*keys, "first", "second", "accuracy_first", "accuracy_second"]
    columns += ["normalised_accuracy_first", "normalised_accuracy_second"]
    columns += ["difference", "low", "high"]
    columns += ["artists_first", "artists_second", "excerpts_first", "excerpts_second"]
    return pd.DataFrame(rows_of_groups(clean, keys, _partitions_compared), columns=columns)


def _clean_figures(judged: pd.DataFrame) -> list[dict]:
    merits = _merits(judged, "predicted")
    return [{**NO_ADVERSARY, "stage": "clean", **merits, "unchanged_excerpts": 0}]


def _attacked_figures(attacked: pd.DataFrame) -> list[dict]:
    changed = attacked["iterations"] > 0
    rows = []
    for stage in STAGES:
        snr_db = attacked.loc[changed, f"snr_db_{stage}"]
        levels = [snr_db.median(), snr_db.mean(), snr_db.std(), int((~changed).sum())]
        statistics = dict(zip(SNR_STATISTICS, levels, strict=True))
        rows.append({"stage": stage, **_merits(attacked, f"predicted_{stage}"), **statistics})
    return rows


def _filtered_figures(judged: pd.DataFrame) -> list[dict]:
    return [{"condition": name, **_merits(judged, f"predicted_{name}")} for name in CONDITIONS]


def _merits(judged: pd.DataFrame, column: str) -> dict:
    """The figures of ``MERITS`` for the labels in ``column``."""
    figures = [
        judged["excerpt"].nunique(),
        *intervals.share(judged, judged["true"] == judged[column]),
        normalised_accuracy(judged["true"], judged[column]),
    ]
    return dict(zip(MERITS, figures, strict=True))


def _run_figures(run: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """All figures of one run in per cent, NaN where undefined; a row per figure."""
    judged = {"y_true": run["true"], "y_pred": run["predicted"], "labels": labels}
    precision, recall, f_score, sizes = precision_recall_fscore_support(
        **judged, zero_division=np.nan
    )
    with np.errstate(invalid="ignore"):
        shares = confusion_matrix(**judged) / sizes[:, None]
    tables = [
        {
            "quantity": "confusion",
            "true": labels * len(labels),
            "predicted": [label for label in labels for _ in labels],
            "percent": shares.T.ravel(),
        },
        {"quantity": "precision", "predicted": labels, "percent": precision},
        {"quantity": "f_score", "true": labels, "percent": f_score},
        {"quantity": "normalised_accuracy", "percent": [recall[sizes > 0].mean()]},
    ]
    figures = pd.concat(map(pd.DataFrame, tables))
    return figures.assign(percent=100 * figures["percent"])


def _partitions_compared(clean: pd.DataFrame) -> list[dict]:
    rows = []
    for names in combinations(in_order(clean["partition"]), 2):
        row: dict = dict(zip(("first", "second"), names, strict=True))
        sides = []
        for end, name in zip(("_first", "_second"), names, strict=True):
            judged = clean[clean["partition"] == name]
            right, artist = judged["true"] == judged["predicted"], artists(judged)
            normalised = normalised_accuracy(judged["true"], judged["predicted"])
            row |= {
                f"accuracy{end}": float(right.mean()),
                f"normalised_accuracy{end}": normalised,
                f"artists{end}": artist.nunique(),
                f"excerpts{end}": judged["excerpt"].nunique(),
            }
            sides.append((right, artist, judged["excerpt"]))
        low, high = intervals.difference(*sides)
        difference = row["accuracy_first"] - row["accuracy_second"]
        rows.append(row | {"difference": difference, "low": low, "high": high})
    return rows
