"""Printed tables of curves, with SNRs across, and of the smallest changes that do.

Shares come as fractions of 1 and are printed in per cent, SNRs in dB.
"""

import math
from collections.abc import Sequence
from functools import partial

import pandas as pd
from pandas.api.types import is_numeric_dtype

from music_adversaries.reporting.tables.columns import (
    groups,
    intervals,
    pairs,
    words,
    written,
)
from music_adversaries.reporting.tables.numbers import (
    count,
    interval,
    number,
    percent,
    snr_limit,
)
from music_adversaries.reporting.tables.printed import PrintedTable

ACROSS = "Columns are the least SNR in dB that is left to the adversary"


def curves(table: pd.DataFrame) -> list[PrintedTable]:
    """A few rows per adversary, limits across; a table per system."""
    return [
        _across(
            f"Success of adversaries and accuracy in %, against the SNR: {architecture},"
            f" {training} training; {dataset}, {partition} partition. {ACROSS} (of files of"
            " the method minimum, their own). Unchanged: judgements that were the target"
            " before; they count as successes at every SNR.",
            rows,
            ["adversary", "excerpts", "judgements", "unchanged"],
            ["success", "accuracy"],
        )
        for (dataset, partition, architecture, training), rows in groups(
            table, ["dataset", "partition", "architecture", "training"]
        )
    ]


def robust_accuracy(table: pd.DataFrame) -> list[PrintedTable]:
    """Two rows per system, limits across; a table per partition."""
    renamed = table.rename(columns={"low": "accuracy_low", "high": "accuracy_high"})
    return [
        _across(
            f"Accuracy in % under the worst of all adversaries, excerpt by excerpt: {dataset},"
            f" {partition} partition. {ACROSS}, of the written file.",
            rows,
            ["architecture", "training", "adversaries", "excerpts"],
            ["accuracy"],
        )
        for (dataset, partition), rows in groups(renamed, ["dataset", "partition"])
    ]


def minimum_snr(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per system and adversary; a table per partition."""
    return [
        _minimum_snr(
            "The highest SNR in dB, between waveforms, at which excerpts were judged as their"
            f" target: {dataset}, {partition} partition. Median with its 95 % interval, and"
            " quartiles. Unchanged judgements were the target before and count as ∞; failed"
            " ones never were it and count as −∞.",
            rows,
        )
        for (dataset, partition), rows in groups(table, ["dataset", "partition"])
    ]


def minimum_snr_difference(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per two systems; a table per partition and what is compared."""
    return [
        _differences(
            f"The highest SNR in dB of systems that differ in {compared}, on the same"
            f" excerpts: {dataset}, {partition} partition. Difference: median of first −"
            " second with its 95 % interval, positive where the first yields to smaller"
            " changes; higher: pairs where the SNR is higher in the first / the second.",
            rows,
        )
        for (dataset, partition, compared), rows in groups(
            table, ["dataset", "partition", "compared"]
        )
    ]


def _across(
    caption: str, rows: pd.DataFrame, about: list[str], shares: Sequence[str]
) -> PrintedTable:
    """Each of ``shares`` with its interval below it, by falling SNR."""
    limits_db = sorted(rows["snr_limit_db"].unique(), reverse=True)
    lines = []
    for names, system in groups(rows, about):
        # A limit that an adversary did not meet has NaN, and so dashes.
        system = system.set_index("snr_limit_db").reindex(limits_db)
        texts = [name if isinstance(name, str) else count(name) for name in names]
        for share in shares:
            bounds = (f"{share}_low", f"{share}_high")
            lines.append([*texts, share, *written(percent, system, share)])
            between = written(partial(interval, percent), system, *bounds)
            lines.append([*texts, "95 % interval", *between])
    cells = pd.DataFrame(lines, columns=[*about, "figure", *map(_limit_name, limits_db)])
    kinds = ["r" if is_numeric_dtype(rows[name]) else "l" for name in about]
    return PrintedTable(caption, cells, "".join(kinds) + "l" + "r" * len(limits_db))


def _limit_name(limit_db: float) -> str:
    return "clean" if limit_db == math.inf else snr_limit(limit_db)


def _minimum_snr(caption: str, rows: pd.DataFrame) -> PrintedTable:
    cells = {
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "adversary": words(rows["adversary"]),
        "excerpts": written(count, rows, "excerpts"),
        "judgements": written(count, rows, "judgements"),
        "unchanged": written(count, rows, "unchanged"),
        "failed": written(count, rows, "failed"),
        "lower quartile": written(number, rows, "lower_quartile_db"),
        "median": intervals(number, rows, "median_db", "low_db", "high_db"),
        "upper quartile": written(number, rows, "upper_quartile_db"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "lllrrrrrrr")


def _differences(caption: str, rows: pd.DataFrame) -> PrintedTable:
    cells = {
        "first": words(rows["first"]),
        "second": words(rows["second"]),
        "held": words(rows["held"]),
        "adversary": words(rows["adversary"]),
        "excerpts": written(count, rows, "excerpts"),
        "pairs": written(count, rows, "pairs"),
        "difference": intervals(number, rows, "difference_db", "low_db", "high_db"),
        "higher": pairs(count, rows, "higher"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "llllrrrr")
