"""Printed tables with classes or targets as columns."""

import math
from typing import Any

import pandas as pd

from music_adversaries.reporting.tables.numbers import (
    DASH,
    Bold,
    count,
    number,
    text,
    with_spread,
)
from music_adversaries.reporting.tables.printed import PrintedTable
from music_adversaries.reporting.tables.rows import captioned, written

SPLITS = ("train", "valid", "test")
UNCHANGED = "∞"
SIZES = (
    "Sizes of the partitions: {dataset}, {partition} partition, fold {fold}. Numbers of"
    " excerpts, and of artists in brackets."
)
CONFUSIONS = (
    "Confusions and figures of merit in %: {architecture}, {training} training; {dataset},"
    " {partition} partition; {attack}. Columns are true classes and sum to 100, rows are"
    " predicted classes; recalls are bold, the normalised accuracy is at the bottom right."
)
PROBES = (
    "SNR in dB between the original and the adversarial waveform of each excerpt (row) for each"
    " target class (column): {architecture}, {training} training; {dataset}, {partition}"
    f" partition, fold {{fold}}, seed {{seed}}; {{attack}}. {DASH}: the adversary failed;"
    f" {UNCHANGED}: no change was needed."
)


def partition_sizes(key: dict[str, Any], rows: pd.DataFrame) -> PrintedTable:
    """Result 1: classes × splits of a fold.

    Excerpts have totals. Artists have none: one may occur in several classes or splits.
    """
    texts = rows.assign(text=written(rows, _size, "excerpts artists"))
    texts = _pivot(texts, "label", "split").fillna(DASH)
    splits = [split for split in SPLITS if split in texts]
    of_label, of_split = (rows.groupby(each)["excerpts"].sum() for each in ("label", "split"))
    lines = [
        [label, *texts.loc[label, splits], count(of_label[label])]
        for label in rows["label"].unique()
    ]
    lines.append(["all", *map(count, of_split[splits]), count(rows["excerpts"].sum())])
    headings = ["class", *splits, "all"]
    align = "l" + "r" * (len(splits) + 1)
    return PrintedTable(captioned(SIZES, key), headings, lines, align)


def _size(excerpts: float, artists: float) -> str:
    return f"{count(excerpts)} ({count(artists)})" if excerpts > 0 else DASH


def _pivot(rows: pd.DataFrame, index: str | list[str], columns: str) -> pd.DataFrame:
    return rows.pivot(index=index, columns=columns, values="text")


def merits(key: dict[str, Any], rows: pd.DataFrame) -> PrintedTable:
    """Results 2, 3 and 8: the confusion table of a system on one kind of test set.

    The layout is that of the paper; with several runs, half of an interval is below its mean.
    """
    labels = list(rows.loc[rows["quantity"] == "precision", "predicted"])
    runs = rows["runs"].max()
    means = _square(labels, rows, written(rows, _share, "percent_mean"))
    halves = written(rows, _half_interval, "percent_mean percent_high")
    lines = []
    for n, (mean, half) in enumerate(zip(means, _square(labels, rows, halves), strict=True)):
        if n < len(labels):
            mean[n] = Bold(mean[n])  # the recall
        lines.append([[*labels, "F-score"][n], *mean])
        if runs > 1:
            lines.append(["", *half])
    caption = captioned(CONFUSIONS, key)
    if key["adversary"] != "none":
        level = with_spread(key["snr_db_mean"], key["snr_db_sd"])
        caption += f" SNR between waveforms: {level} dB (mean ± standard deviation)."
    if runs > 1:
        caption += f" Means of {runs} runs; below each, ± half of its 95 % interval."
    headings = ["predicted", *labels, "precision"]
    return PrintedTable(caption, headings, lines, "l" + "r" * (len(labels) + 1))


def _square(labels: list[str], rows: pd.DataFrame, texts: list[str]) -> list[list[str]]:
    """Texts in the paper's places: true classes as columns, predicted classes as rows."""
    figures = dict(list(rows.assign(text=texts).groupby("quantity")))
    shares = _pivot(figures["confusion"], "predicted", "true")
    precisions = figures["precision"].set_index("predicted")["text"]
    f_scores = figures["f_score"].set_index("true")["text"]
    lines = [[*shares.loc[label, labels], precisions[label]] for label in labels]
    return [*lines, [*f_scores[labels], *figures["normalised_accuracy"]["text"]]]


def _share(mean: float) -> str:
    return "0" if mean == 0 else number(mean)


def _half_interval(mean: float, high: float) -> str:
    return "" if mean == 0 or math.isnan(high) else f"± {number(high - mean)}"


def probes(key: dict[str, Any], rows: pd.DataFrame) -> PrintedTable:
    """Result 4: excerpts × target classes of a system and an adversary."""
    targets = list(rows["target"].unique())
    sources = "predicted target iterations snr_db"
    texts = rows.assign(text=written(rows, _probe, sources))
    excerpts = list(dict.fromkeys(zip(rows["excerpt"], rows["true"], strict=True)))
    texts = _pivot(texts, ["excerpt", "true"], "target").reindex(excerpts)[targets].fillna(DASH)
    lines = [[name, text(true), *texts.loc[(name, true)]] for name, true in excerpts]
    headings = ["excerpt", "true class", *targets]
    align = "ll" + "r" * len(targets)
    return PrintedTable(captioned(PROBES, key), headings, lines, align)


def _probe(predicted: str, target: str, iterations: int, snr_db: float) -> str:
    if predicted != target:
        return DASH
    # An unchanged excerpt has a finite SNR because its WAV file is rounded to 16 bits.
    return UNCHANGED if iterations == 0 else number(snr_db)
