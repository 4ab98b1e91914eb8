"""Printed tables with a row per row of the tidy table, and captions for what rows share.

Accuracies and differences come as fractions of 1 and are printed in per cent.
"""

from functools import partial

import pandas as pd

from music_adversaries.typesetting.columns import groups, intervals, pairs, words, written
from music_adversaries.typesetting.numbers import (
    count,
    number,
    p_value,
    percent,
    snr_limit,
    with_spread,
)
from music_adversaries.typesetting.printed import PrintedTable

WRITTEN_WAV = "of adversarial excerpts, the written WAV is judged"
JUDGED = {
    "clean": WRITTEN_WAV,
    "resynthesised": WRITTEN_WAV,
    "adversarial": "adversarial excerpts before the round trip through a WAV",
}


def figures_of_merit(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per system and condition; a table per run and what is judged."""
    table = table.assign(judged=table["stage"].map(JUDGED))
    return [
        _figures(
            f"Figures of merit: {dataset}, {partition} partition, fold {fold}, seed {seed};"
            f" {judged}. Accuracies in %, one with its 95 % interval; SNR between waveforms"
            " in dB, mean ± standard deviation and median over the excerpts that the"
            " adversary changed; unchanged: those that it had no need to change.",
            rows,
        )
        for (dataset, partition, fold, seed, judged), rows in groups(
            table, ["dataset", "partition", "fold", "seed", "judged"]
        )
    ]


def partition_difference(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per system and two partitions; a table per dataset."""
    return [
        _partitions(
            f"Systems under two partitions: {dataset}. Accuracies in %, first / second;"
            " difference: accuracy under the first − under the second, in percentage points"
            " with its 95 % interval.",
            rows,
        )
        for (dataset,), rows in groups(table, ["dataset"])
    ]


def paired_comparisons(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per two systems and condition; a table per partition and what is compared."""
    return [
        _systems(
            f"Systems that differ in {compared}, on the same excerpts: {dataset},"
            f" {partition} partition. Accuracy, or success of the adversary, in %;"
            " difference: first − second, in percentage points with its 95 % interval; only"
            " one: excerpts where only the first / the second has it; p: McNemar's test of"
            " these.",
            rows,
        )
        for (dataset, partition, compared), rows in groups(
            table, ["dataset", "partition", "compared"]
        )
    ]


def perceptual(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per kind of test set; a table per dataset and partition."""
    return [
        _perceptual(
            f"What a listener would notice: {dataset}, {partition} partition. Medians and"
            " quartiles over the excerpts that the adversary changed. SNR, segmental SNR and"
            " log-spectral distance (LSD) in dB; loudness of the changed excerpt, and of the"
            " change alone, less the original's, in LU; noise-to-mask ratio (NMR) in dB;"
            " audible: critical bands, over all frames, where the change is above the"
            " masking threshold, in %.",
            rows,
        )
        for (dataset, partition), rows in groups(table, ["dataset", "partition"])
    ]


def claims(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per claim, its verdict bold; a table per dataset."""
    return [
        _claims(
            f"Claims: {dataset}. In %: the value, with its 95 % interval, of the weakest"
            " case, which decides, and the threshold that the rule puts it above or below;"
            " cases: hold / fail / undecided.",
            rows,
        )
        for (dataset,), rows in groups(table, ["dataset"])
    ]


def claim_cases(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per case; a table per claim and dataset."""
    return [
        _cases(
            f"Cases of claim {claim}: {dataset}. Values, with 95 % intervals, and thresholds"
            " in %.",
            rows,
        )
        for (claim, dataset), rows in groups(table, ["claim", "dataset"])
    ]


def _figures(caption, rows):
    accuracies = ("accuracy", "accuracy_low", "accuracy_high")
    cells = {
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "adversary": words(rows["adversary"]),
        "SNR limit (dB)": written(snr_limit, rows, "snr_limit_db"),
        "mode": words(rows["mode"]),
        "excerpts": written(count, rows, "excerpts"),
        "accuracy": intervals(percent, rows, *accuracies),
        "normalised": written(percent, rows, "normalised_accuracy"),
        "SNR": written(with_spread, rows, "snr_db_mean", "snr_db_sd"),
        "median": written(number, rows, "snr_db_median"),
        "unchanged": written(count, rows, "unchanged_excerpts"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "lllrlrrrrrr")


def _partitions(caption, rows):
    cells = {
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "first": words(rows["first"]),
        "second": words(rows["second"]),
        "accuracy": pairs(percent, rows, "accuracy"),
        "difference": intervals(percent, rows, "difference"),
        "normalised": pairs(percent, rows, "normalised_accuracy"),
        "artists": pairs(count, rows, "artists"),
        "excerpts": pairs(count, rows, "excerpts"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "llllrrrrr")


def _systems(caption, rows):
    cells = {
        "first": words(rows["first"]),
        "second": words(rows["second"]),
        "held": words(rows["held"]),
        "adversary": words(rows["adversary"]),
        "SNR limit (dB)": written(snr_limit, rows, "snr_limit_db"),
        "mode": words(rows["mode"]),
        "quantity": words(rows["quantity"]),
        "first / second": pairs(percent, rows, "value"),
        "difference": intervals(percent, rows, "difference"),
        "excerpts": written(count, rows, "excerpts"),
        "only one": pairs(count, rows, "only"),
        "p": written(p_value, rows, "mcnemar_p"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "llllrllrrrrr")


PERCEPTUAL = {
    "SNR": ("snr_db", number),
    "segmental SNR": ("segmental_snr_db", number),
    "LSD": ("log_spectral_distance_db", number),
    "loudness": ("loudness_difference_lu", partial(number, decimals=2)),
    "change": ("change_loudness_lu", number),
    "NMR": ("noise_to_mask_db", number),
    "audible": ("audible_share", percent),
}
"""Headings of the perceptual figures, with their quantity and how it is written."""


def _perceptual(caption, rows):
    # In every test set each quantity has one row, in the same order.
    of = {quantity: each for quantity, each in rows.groupby("quantity", sort=False)}
    sets = of["snr_db"]
    cells = {
        "architecture": words(sets["architecture"]),
        "training": words(sets["training"]),
        "adversary": words(sets["adversary"]),
        "SNR limit (dB)": written(snr_limit, sets, "snr_limit_db"),
        "mode": words(sets["mode"]),
        "changed / unchanged": written(
            lambda *counts: " / ".join(map(count, counts)),
            sets,
            "changed_excerpts",
            "unchanged_excerpts",
        ),
    }
    for heading, (quantity, write) in PERCEPTUAL.items():
        cells[heading] = intervals(write, of[quantity], "median")
    return PrintedTable(caption, pd.DataFrame(cells), "lllrlr" + "r" * len(PERCEPTUAL))


def _claims(caption, rows):
    verdicts = ["holds", "fails", "undecided"]
    cells = {
        "claim": words(rows["claim"]),
        "statement": words(rows["statement"]),
        "statistic": words(rows["statistic"]),
        "value": intervals(percent, rows, "value"),
        "rule": words(rows["rule"]),
        "threshold": written(percent, rows, "threshold"),
        "cases": written(lambda *cases: " / ".join(map(count, cases)), rows, *verdicts),
        "verdict": words(rows["verdict"]),
    }
    bold = frozenset((row, list(cells).index("verdict")) for row in range(len(rows)))
    return PrintedTable(caption, pd.DataFrame(cells), "lpprlrrl", bold)


def _cases(caption, rows):
    cells = {
        "partition": words(rows["partition"]),
        "training": words(rows["training"]),
        "systems": words(rows["systems"]),
        "adversary": words(rows["adversary"]),
        "SNR limit (dB)": written(snr_limit, rows, "snr_limit_db"),
        "statistic": words(rows["statistic"]),
        "value": intervals(percent, rows, "value"),
        "threshold": written(percent, rows, "threshold"),
        "excerpts": written(count, rows, "excerpts"),
        "verdict": words(rows["verdict"]),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "llllrprrrl")
