"""Printed tables with classes, targets or cut-offs across.

Accuracies come as fractions of 1 and are printed in per cent.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from music_adversaries.judged_tables import ATTACK, SYSTEM
from music_adversaries.reporting.tables.columns import attack, groups, written
from music_adversaries.reporting.tables.numbers import (
    DASH,
    count,
    interval,
    number,
    percent,
    with_spread,
)
from music_adversaries.reporting.tables.printed import PrintedTable

SPLITS = ("train", "valid", "test")
UNCHANGED = "∞"


def partition_sizes(table: pd.DataFrame) -> list[PrintedTable]:
    """Result 1: classes × splits, a table per fold.

    Excerpts are totalled. Artists are not: one may stand in several classes or splits.
    """
    return [
        _sizes(
            f"Sizes of the partitions: {dataset}, {partition} partition, fold {fold}."
            " Excerpts, and artists in brackets.",
            rows,
        )
        for (dataset, partition, fold), rows in groups(table, ["dataset", "partition", "fold"])
    ]


def merits(table: pd.DataFrame) -> list[PrintedTable]:
    """Results 2, 3 and 8: a confusion table per system and kind of test set."""
    keys = ["dataset", "partition", "architecture", "training", *ATTACK]
    return _of_each(_confusions, table, [*keys, "snr_db_mean", "snr_db_sd"])


def probes(table: pd.DataFrame) -> list[PrintedTable]:
    """Result 4: excerpts × target classes, a table per system and adversary."""
    return _of_each(_probes, table, [*SYSTEM, "adversary", "snr_limit_db"])


def low_pass(table: pd.DataFrame) -> list[PrintedTable]:
    """Result 7: systems and conditions × cut-offs, a table per partition and adversary."""
    return _of_each(_cutoffs, table, ["dataset", "partition", *ATTACK])


def _of_each(
    lay_out: Callable[[dict, pd.DataFrame], PrintedTable], table: pd.DataFrame, keys: list[str]
) -> list[PrintedTable]:
    return [
        lay_out(dict(zip(keys, key, strict=True)), rows) for key, rows in groups(table, keys)
    ]


def _sizes(caption: str, rows: pd.DataFrame) -> PrintedTable:
    excerpts = rows.pivot(index="label", columns="split", values="excerpts")
    artists = rows.pivot(index="label", columns="split", values="artists")
    splits = [split for split in SPLITS if split in excerpts]
    lines = [
        [
            label,
            *(_size(excerpts.at[label, split], artists.at[label, split]) for split in splits),
            count(excerpts.loc[label].sum()),
        ]
        for label in rows["label"].unique()
    ]
    totals = [count(excerpts[split].sum()) for split in splits]
    lines.append(["all", *totals, count(rows["excerpts"].sum())])
    cells = pd.DataFrame(lines, columns=["class", *splits, "all"])
    return PrintedTable(caption, cells, "l" + "r" * (len(splits) + 1))


def _size(excerpts: float, artists: float) -> str:
    """``excerpts (artists)`` of a class in a split, where it has any."""
    return f"{count(excerpts)} ({count(artists)})" if excerpts > 0 else DASH


def _confusions(kind: dict, rows: pd.DataFrame) -> PrintedTable:
    """The paper's layout; over several runs, half of an interval stands under its mean."""
    labels = list(rows.loc[rows["quantity"] == "precision", "predicted"])
    runs = rows["runs"].max()
    means = _square(labels, rows.assign(text=written(_share, rows, "percent_mean")))
    texts = written(_half_interval, rows, "percent_mean", "percent_high")
    halves = _square(labels, rows.assign(text=texts))
    lines, step = [], 2 if runs > 1 else 1
    for name, mean, half in zip([*labels, "F-score"], means, halves, strict=True):
        lines += [[name, *mean], ["", *half]][:step]
    recalls = frozenset((i * step, i + 1) for i in range(len(labels)))
    cells = pd.DataFrame(lines, columns=["predicted", *labels, "precision"])
    caption = _confusions_caption(kind, runs)
    return PrintedTable(caption, cells, "l" + "r" * (len(labels) + 1), recalls)


def _square(labels: list[str], rows: pd.DataFrame) -> list[list[str]]:
    """Texts in the paper's places: true classes across, predicted ones down."""
    figures = dict(list(rows.groupby("quantity")))
    shares = figures["confusion"].pivot(index="predicted", columns="true", values="text")
    precisions = figures["precision"].set_index("predicted")["text"]
    f_scores = figures["f_score"].set_index("true")["text"]
    lines = [[*shares.loc[label, labels], precisions[label]] for label in labels]
    return [*lines, [*f_scores[labels], *figures["normalised_accuracy"]["text"]]]


def _share(mean: float) -> str:
    """A mean in per cent; what occurred in no run is a bare 0."""
    return "0" if mean == 0 else number(mean)


def _half_interval(mean: float, high: float) -> str:
    return "" if mean == 0 or math.isnan(high) else f"± {number(high - mean)}"


def _confusions_caption(kind: dict, runs: int) -> str:
    caption = (
        f"Confusions and figures of merit in %: {kind['architecture']}, {kind['training']}"
        f" training; {kind['dataset']}, {kind['partition']} partition; {attack(kind)}."
        " Columns are true classes and sum to 100, rows are predicted ones; recalls are"
        " bold, the normalised accuracy stands in the corner."
    )
    if kind["adversary"] != "none":
        level = with_spread(kind["snr_db_mean"], kind["snr_db_sd"])
        caption += f" SNR between waveforms {level} dB (mean ± standard deviation)."
    if runs > 1:
        caption += f" Means of {runs} runs; under each, ± half of its 95 % interval."
    return caption


def _probes(system: dict, rows: pd.DataFrame) -> PrintedTable:
    targets = rows["target"].unique()
    rows = rows.assign(text=[_probe(row) for row in rows.itertuples()])
    lines = []
    for (excerpt, true), probed in groups(rows, ["excerpt", "true"]):
        texts = dict(zip(probed["target"], probed["text"], strict=True))
        lines.append([excerpt, true or DASH, *(texts.get(t, DASH) for t in targets)])
    caption = (
        "SNR between waveforms in dB where the adversary pushed an excerpt (row) into a"
        f" target class (column): {system['architecture']}, {system['training']} training;"
        f" {system['dataset']}, {system['partition']} partition, fold {system['fold']}, seed"
        f" {system['seed']}; {attack(system)}. –: it failed; {UNCHANGED}: it had nothing to"
        " change."
    )
    cells = pd.DataFrame(lines, columns=["excerpt", "true class", *targets])
    return PrintedTable(caption, cells, "ll" + "r" * len(targets))


def _probe(row: Any) -> str:
    if row.predicted != row.target:
        return DASH
    # Writing the WAV alone has an SNR as well, which says nothing of the adversary.
    return UNCHANGED if row.iterations == 0 else number(row.snr_db)


def _cutoffs(test_set: dict, rows: pd.DataFrame) -> PrintedTable:
    columns = ["architecture", "training", "condition", "excerpts"]
    cutoffs = sorted(rows["cutoff_hz"].unique())
    lines = []
    for (*names, excerpts), filtered in groups(rows, columns):
        # A cut-off that is missing here has NaN, and so dashes.
        filtered = filtered.set_index("cutoff_hz").reindex(cutoffs)
        figures = {
            "accuracy": written(percent, filtered, "accuracy"),
            "95 % interval": written(partial(interval, percent), filtered, "low", "high"),
            "normalised": written(percent, filtered, "normalised_accuracy"),
        }
        lines += [[*names, count(excerpts), name, *texts] for name, texts in figures.items()]
    caption = (
        "Accuracy in % behind a low-pass filter, with its cut-off (column), before the"
        f" system: {test_set['dataset']}, {test_set['partition']} partition;"
        f" {attack(test_set)}."
    )
    cells = pd.DataFrame(lines, columns=[*columns, "figure", *map(_cutoff_name, cutoffs)])
    return PrintedTable(caption, cells, "lllrl" + "r" * len(cutoffs))


def _cutoff_name(hz: float) -> str:
    return "no filter" if hz == math.inf else f"{hz / 1000:g} kHz"
