"""Figures of merit: how well systems name classes, with and without an adversary.

All functions take and return tables (pandas data frames) of one observation per row.
A *run* is one (fold, seed): a system trained once on one fold. Failed adversaries stay in
every count: nothing here looks at whether an excerpt reached its target.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.intervals import CONFIDENCE
from music_adversaries.judged_tables import (
    ATTACK,
    NO_ADVERSARY,
    SYSTEM,
    artists,
    clusters,
    in_order,
    require,
)

MERITS = ["excerpts", "accuracy", "accuracy_low", "accuracy_high", "normalised_accuracy"]
SNR_STATISTICS = ["snr_db_median", "snr_db_mean", "snr_db_sd", "unchanged_excerpts"]
STAGES = ("adversarial", "resynthesised")
"""Before and after the round trip through a WAV: endings of an attacked excerpt's columns."""
CONDITIONS = ("clean", "adversarial")
"""What a low-pass filter was put before: endings of a filtered excerpt's columns."""
JUDGED = ["excerpt", "artist", "true"]


def figures_of_merit(clean: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of every evaluated test set at every stage, as fractions of 1.

    Args:
        clean: a row per excerpt and system, with the columns of ``SYSTEM`` and
            ``excerpt``, ``artist``, ``true``, ``predicted``.
        adversarial: a row per excerpt, system and adversary, with the columns of
            ``SYSTEM`` and ``ATTACK`` and ``excerpt``, ``artist``, ``true``, ``iterations``
            (0 where the adversary had nothing to do) and, for each of `STAGES`,
            ``predicted_*`` and ``snr_db_*``. May have no rows.

    Returns:
        A row per test set and stage: ``SYSTEM``, ``ATTACK``, ``stage``, ``MERITS``,
        ``SNR_STATISTICS``; sorted by system, the clean stage first. There ``adversary``
        and ``mode`` are ``"none"`` and levels NaN. ``accuracy_low`` and ``accuracy_high``
        bound the 95 % interval of `intervals.proportion`. The SNR is that between
        waveforms; its statistics are over the excerpts that the adversary changed
        (standard deviation with n − 1), and ``unchanged_excerpts`` counts the others.

    Raises:
        ValueError: a column or a label is missing.
    """
    require(clean, [*SYSTEM, *JUDGED, "predicted"], ["true", "predicted"])
    judged = [f"predicted_{stage}" for stage in STAGES]
    levels = [f"snr_db_{stage}" for stage in STAGES]
    needed = [*SYSTEM, *ATTACK, *JUDGED, *judged, *levels, "iterations"]
    require(adversarial, needed, ["true", *judged])
    no_snr = _snr_statistics(pd.Series(dtype=float), 0)
    rows = [
        [*key, *NO_ADVERSARY.values(), "clean", *_merits(g, "predicted"), *no_snr]
        for key, g in clean.groupby(SYSTEM)
    ]
    # An adversary without a limit has NaN there, and is a group all the same.
    rows += [
        [*key, stage, *_stage_figures(g, stage)]
        for key, g in adversarial.groupby([*SYSTEM, *ATTACK], dropna=False)
        for stage in STAGES
    ]
    columns = [*SYSTEM, *ATTACK, "stage", *MERITS, *SNR_STATISTICS]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(SYSTEM, kind="stable", ignore_index=True)


def partition_sizes(folds: pd.DataFrame) -> pd.DataFrame:
    """How many excerpts and artists each class has in each split: leaf 1.

    Args:
        folds: a row per excerpt and fold: ``dataset``, ``partition``, ``fold``, ``split``,
            ``label``, ``artist``, ``excerpt``.

    Returns:
        A row per fold, split and label, with the numbers ``excerpts`` and ``artists``.
    """
    keys = ["dataset", "partition", "fold", "split", "label"]
    groups = folds.groupby(keys)
    return groups.agg(excerpts=("excerpt", "size"), artists=("artist", "nunique")).reset_index()


def low_pass(filtered: pd.DataFrame) -> pd.DataFrame:
    """Accuracies behind a low-pass filter, pooled over folds and seeds: leaf 7.

    Args:
        filtered: a row per excerpt, system, adversary and cut-off, with the columns of
            ``SYSTEM`` and ``ATTACK`` and ``excerpt``, ``artist``, ``true``, ``cutoff_hz``
            (infinite: no filter) and, for each of `CONDITIONS`, ``predicted_*``. May have
            no rows.

    Returns:
        A row per kind of attacked test set, cut-off and condition: ``excerpts`` (each
        counted once, however often judged), ``accuracy`` with its 95 % interval ``low``,
        ``high`` (of `intervals.proportion`), ``normalised_accuracy``, as fractions of 1.
        The clean condition is that of the excerpts that the adversary was given.

    Raises:
        ValueError: a column or a label is missing.
    """
    judged = [f"predicted_{condition}" for condition in CONDITIONS]
    columns = [*SYSTEM, *ATTACK, *JUDGED, "cutoff_hz", *judged]
    require(filtered, columns, ["true", *judged])
    kinds = ["dataset", "partition", "architecture", "training", *ATTACK, "cutoff_hz"]
    rows = [
        [*key, condition, *_merits(group, f"predicted_{condition}")]
        for key, group in filtered.groupby(kinds, dropna=False)
        for condition in CONDITIONS
    ]
    figures = ["excerpts", "accuracy", "low", "high", "normalised_accuracy"]
    return pd.DataFrame(rows, columns=[*kinds, "condition", *figures])


def merit_tables(
    clean: pd.DataFrame, adversarial: pd.DataFrame, labels: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """`merit_table` of every system's clean and attacked excerpts, over its runs.

    Args:
        clean: as for `figures_of_merit`.
        adversarial: as for `figures_of_merit`; judged after the round trip through a WAV.
        labels: the labels of each dataset, a dict of lists.

    Returns:
        The rows of `merit_table`, behind the columns ``dataset``, ``partition``,
        ``architecture``, ``training``, ``adversary``, ``snr_limit_db`` and ``mode``
        (``none`` where there is no adversary); last, ``snr_db_mean`` and ``snr_db_sd``
        between waveforms, over the excerpts of all runs that the adversary changed.
    """
    before = clean.assign(**NO_ADVERSARY)
    after = adversarial.rename(columns={"predicted_resynthesised": "predicted"})
    judged = pd.concat([before, after], ignore_index=True)
    judged["run"] = judged["fold"].astype(str) + "/" + judged["seed"].astype(str)
    kinds = ["dataset", "partition", "architecture", "training", *ATTACK]
    tables = []
    for key, runs in judged.groupby(kinds, dropna=False):
        table = merit_table(runs, labels[key[0]])
        changed = runs.loc[runs["iterations"] > 0, "snr_db_resynthesised"]
        levels = {"snr_db_mean": changed.mean(), "snr_db_sd": changed.std()}
        tables.append(table.assign(**dict(zip(kinds, key, strict=True)), **levels))
    table = pd.concat(tables)
    return table[[*kinds, *table.columns.difference(kinds, sort=False)]]


def normalised_accuracy(true: ArrayLike, predicted: ArrayLike) -> float:
    """Mean recall over the classes that are present in ``true``, as a fraction of 1.

    Args:
        true: labels, ``(excerpts,)``.
        predicted: labels, ``(excerpts,)``.
    """
    right = pd.Series(np.asarray(true) == np.asarray(predicted))
    return float(right.groupby(np.asarray(true)).mean().mean())


def merit_table(runs: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Confusions, precisions, F-scores and normalised accuracy, as means over runs.

    Args:
        runs: a row per excerpt and run, with the columns ``run``, ``true``, ``predicted``.
        labels: the classes, in the order in which they shall appear.

    Returns:
        A row per figure, all in per cent: ``quantity``, ``true``, ``predicted``,
        ``percent_mean``, ``percent_low``, ``percent_high``, ``runs``. The quantities are

        - ``confusion``: of the excerpts of class ``true``, those judged ``predicted``; a
          true class sums to 100, and the recalls are where both are the same;
        - ``precision``, of a ``predicted`` class, and ``f_score``, of a ``true`` class;
        - ``normalised_accuracy``, of the system: the mean recall of the classes present.

        A label that does not apply is missing. Low and high bound Student's 95 % interval
        of the mean over runs, which is not cut at 0 and 100, and is NaN with one run. A
        figure that a run leaves undefined (the precision of a class that it never
        predicts, the recall of a class without excerpts, the F-score of one with neither)
        is NaN in that run and skipped: ``runs`` counts those that the mean stands on.

    Raises:
        ValueError: a column or label is missing, ``labels`` repeats, or ``runs`` is empty
            or holds a label that is not in ``labels``.
    """
    require(runs, ["run", "true", "predicted"], ["true", "predicted"])
    labels = list(labels)
    unknown = set(runs["true"]).union(runs["predicted"]).difference(labels)
    if unknown or len(set(labels)) < len(labels) or runs.empty:
        raise ValueError(f"labels are repeated or unknown, or no runs: {sorted(unknown)}")
    figures = pd.concat(
        [_figures(_counts(run, labels), labels) for _, run in runs.groupby("run")]
    )
    keys = ["quantity", "true", "predicted"]
    over_runs = figures.groupby(keys, sort=False, dropna=False)["percent"]
    table = over_runs.agg(percent_mean="mean", sd="std", runs="count").reset_index()
    half = _half_width(table["sd"], table["runs"])
    table["percent_low"] = table["percent_mean"] - half
    table["percent_high"] = table["percent_mean"] + half
    return table[[*keys, "percent_mean", "percent_low", "percent_high", "runs"]]


def partition_difference(clean: pd.DataFrame) -> pd.DataFrame:
    """How much more accurate systems look under one partition than under another.

    Every two partitions of a dataset are compared for every architecture and training,
    pooled over folds and seeds; ``random``, where there is one, comes first, the others
    follow by name. The interval is that of `intervals.difference`, whose clusters are the
    artists under every partition, ``random`` included: it says how far the two would
    differ with other artists. Where the two test the same artists, it is rather too wide.

    Args:
        clean: as for `figures_of_merit`.

    Returns:
        A row per comparison: ``dataset``, ``architecture``, ``training``, ``first``,
        ``second`` (partitions), for both ``accuracy_*`` and ``normalised_accuracy_*``,
        ``difference`` (of accuracies, first − second) with its 95 % interval ``low``,
        ``high`` (NaN with fewer than two artists on a side), and for both ``artists_*``
        and ``excerpts_*`` (each counted once, however often judged). Accuracies and
        differences are fractions of 1.

    Raises:
        ValueError: a column or a label is missing.
    """
    require(clean, [*SYSTEM, *JUDGED, "predicted"], ["true", "predicted"])
    system = ["dataset", "architecture", "training"]
    rows = [
        dict(zip(system, key, strict=True)) | _difference(group, first, second)
        for key, group in clean.groupby(system)
        for first, second in combinations(in_order(group["partition"]), 2)
    ]
    sides = ["accuracy_first", "accuracy_second"]
    sides += [f"normalised_{side}" for side in sides]
    counts = ["artists_first", "artists_second", "excerpts_first", "excerpts_second"]
    columns = [*system, "first", "second", *sides, "difference", "low", "high", *counts]
    return pd.DataFrame(rows, columns=columns)


def _merits(judged: pd.DataFrame, column: str) -> list[float]:
    """The figures of ``MERITS``, with the judgement that stands in ``column``."""
    right = judged["true"] == judged[column]
    return [
        judged["excerpt"].nunique(),
        float(right.mean()),
        *intervals.proportion(right, clusters(judged), judged["excerpt"]),
        normalised_accuracy(judged["true"], judged[column]),
    ]


def _stage_figures(attacked: pd.DataFrame, stage: str) -> list[float]:
    changed = attacked["iterations"] > 0
    return [
        *_merits(attacked, f"predicted_{stage}"),
        *_snr_statistics(attacked.loc[changed, f"snr_db_{stage}"], int((~changed).sum())),
    ]


def _snr_statistics(snr_db: pd.Series, unchanged: int) -> list[float]:
    return [snr_db.median(), snr_db.mean(), snr_db.std(), unchanged]


def _counts(run: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    """Excerpts by predicted (rows) and true class (columns), ``(classes, classes)``."""
    index = pd.Index(labels)
    pairs = (index.get_indexer(run["predicted"]), index.get_indexer(run["true"]))
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, pairs, 1)
    return counts


def _figures(counts: np.ndarray, labels: Sequence[str]) -> pd.DataFrame:
    """All figures of one run in per cent, NaN where undefined; a row per figure."""
    right, predicted, true = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    shares = _ratio(counts, true)
    precisions = zip(labels, _ratio(right, predicted), strict=True)
    f_scores = zip(labels, _ratio(2 * right, predicted + true), strict=True)
    rows: list[tuple[str, str | None, str | None, float]] = [
        ("confusion", t, p, shares[i, j])
        for i, p in enumerate(labels)
        for j, t in enumerate(labels)
    ]
    rows += [("precision", None, p, value) for p, value in precisions]
    rows += [("f_score", t, None, value) for t, value in f_scores]
    rows += [("normalised_accuracy", None, None, shares.diagonal()[true > 0].mean())]
    figures = pd.DataFrame(rows, columns=["quantity", "true", "predicted", "percent"])
    return figures.assign(percent=100 * figures["percent"])


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``, NaN where ``whole`` is 0; shapes as numpy broadcasts them."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _half_width(sd: pd.Series, n: pd.Series) -> pd.Series:
    """Half of Student's interval of a mean of ``n`` values; NaN where ``n`` < 2."""
    return stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * sd / np.sqrt(n.clip(lower=1))


def _difference(group: pd.DataFrame, first: str, second: str) -> dict[str, Any]:
    row: dict[str, Any] = {"first": first, "second": second}
    sides = []
    for name, partition in (("first", first), ("second", second)):
        side = group[group["partition"] == partition]
        right, artist = side["true"] == side["predicted"], artists(side)
        row[f"accuracy_{name}"] = float(right.mean())
        row[f"normalised_accuracy_{name}"] = normalised_accuracy(
            side["true"], side["predicted"]
        )
        row[f"artists_{name}"] = artist.nunique()
        row[f"excerpts_{name}"] = side["excerpt"].nunique()
        sides.append((right, artist, side["excerpt"]))
    row["difference"] = row["accuracy_first"] - row["accuracy_second"]
    row["low"], row["high"] = intervals.difference(*sides)
    return row
