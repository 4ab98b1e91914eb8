"""Printed tables with a row per row of the tidy table, and captions for what rows share.

Accuracies and differences come as fractions of 1 and are printed in per cent.
"""

from collections.abc import Callable
from functools import partial

import pandas as pd

from music_adversaries.judged_tables import ATTACK
from music_adversaries.reporting.tables.columns import (
    attack,
    groups,
    intervals,
    pairs,
    words,
    written,
)
from music_adversaries.reporting.tables.numbers import (
    count,
    number,
    p_value,
    percent,
    snr_limit,
    with_spread,
)
from music_adversaries.reporting.tables.printed import PrintedTable

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


def transfer(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per attacked system and judge; a table per partition and adversary."""
    keys = ["dataset", "partition", *ATTACK]
    return [
        _judges(
            f"Transfer: {key[0]}, {key[1]} partition;"
            f" {attack(dict(zip(keys, key, strict=True)))}. Written excerpts that the judge"
            " takes for the target, in % with the 95 % interval; without: the same of the"
            " originals; turned: judged otherwise than the original; accuracy: original /"
            " written; left out: judgements of excerpts that the judge was trained on.",
            rows,
        )
        for key, rows in groups(table, keys)
    ]


def sanity(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per system and adversary, its verdict bold; a table per check and dataset."""
    return [
        _checked(
            f"Check {check}: {dataset}. {statement}. In %: {statistic}, the largest over SNR"
            " limits, and the most that passes; exceptions: of so many cases at all limits.",
            rows,
        )
        for (check, dataset, statement, statistic), rows in groups(
            table, ["check", "dataset", "statement", "statistic"]
        )
    ]


def gradients(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per system and cost; a table per partition."""
    return [
        _gradients(
            f"Gradients of costs at excerpts: {dataset}, {partition} partition; of a forest,"
            " those of the DNN under it. Norm in nats over a full scale of 1; zeros: the"
            " largest share of samples without a gradient, in %; error: by how many % of the"
            " norm the cost's difference departs from it, at 140 dB the largest, at 80 dB the"
            " median.",
            rows,
        )
        for (dataset, partition), rows in groups(table, ["dataset", "partition"])
    ]


def survival(table: pd.DataFrame) -> list[PrintedTable]:
    """A row per transformation; a table per system and adversary."""
    keys = ["dataset", "partition", "architecture", "training", "adversary", "snr_limit_db"]
    return [
        _survival(
            f"Survival: {kind[2]}, {kind[3]} training; {kind[0]}, {kind[1]} partition;"
            f" {attack(dict(zip(keys, kind, strict=True)))}. In %: excerpts that are judged the"
            " target after a transformation, of those turned (the file as written is judged the"
            " target, the original is not) and of all; accuracy on clean and on adversarial"
            " excerpts; each with its 95 % interval."
            f" Turned: {count(rows['turned'].iloc[0])} of {count(rows['excerpts'].iloc[0])}"
            f" excerpts; as written, {percent(rows['success_before'].iloc[0])} % succeed.",
            rows,
        )
        for kind, rows in groups(table, keys)
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


def _figures(caption: str, rows: pd.DataFrame) -> PrintedTable:
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


def _partitions(caption: str, rows: pd.DataFrame) -> PrintedTable:
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


def _systems(caption: str, rows: pd.DataFrame) -> PrintedTable:
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


def _judges(caption: str, rows: pd.DataFrame) -> PrintedTable:
    accuracies = ("accuracy_clean", "accuracy_adversarial")
    cells = {
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "judge": words(rows["judge"]),
        "its partition": words(rows["judge_partition"]),
        "its architecture": words(rows["judge_architecture"]),
        "its training": words(rows["judge_training"]),
        "success": intervals(percent, rows, "success"),
        "without": written(percent, rows, "success_clean"),
        "turned": written(percent, rows, "turned"),
        "accuracy": written(lambda *both: " / ".join(map(percent, both)), rows, *accuracies),
        "excerpts": written(count, rows, "excerpts"),
        "left out": written(count, rows, "left_out"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "llllllrrrrrr")


def _checked(caption: str, rows: pd.DataFrame) -> PrintedTable:
    cells = {
        "partition": words(rows["partition"]),
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "adversary": words(rows["adversary"]),
        "value": written(percent, rows, "value"),
        "at most": written(percent, rows, "threshold"),
        "exceptions": written(
            lambda *both: " of ".join(map(count, both)), rows, "exceptions", "cases"
        ),
        "verdict": words(rows["verdict"]),
    }
    bold = frozenset((row, list(cells).index("verdict")) for row in range(len(rows)))
    return PrintedTable(caption, pd.DataFrame(cells), "llllrrrl", bold)


def _gradients(caption: str, rows: pd.DataFrame) -> PrintedTable:
    cells = {
        "architecture": words(rows["architecture"]),
        "training": words(rows["training"]),
        "cost": words(rows["cost"]),
        "excerpts": written(count, rows, "excerpts"),
        "norm, median": written("{:.3g}".format, rows, "norm_median"),
        "norm, least": written("{:.3g}".format, rows, "norm_least"),
        "zeros": written(percent, rows, "zero_share_most"),
        "error, 140 dB": written(percent, rows, "error_140db_most"),
        "error, 80 dB": written(percent, rows, "error_80db_median"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "lllrrrrrr")


def _survival(caption: str, rows: pd.DataFrame) -> PrintedTable:
    cells = {
        "transformation": words(rows["transformation"]),
        "survival": _share(rows, "survival"),
        "success": _share(rows, "success"),
        "accuracy, clean": _share(rows, "accuracy_clean"),
        "accuracy, adversarial": _share(rows, "accuracy_adversarial"),
    }
    return PrintedTable(caption, pd.DataFrame(cells), "lrrrr")


def _share(rows: pd.DataFrame, name: str) -> list[str]:
    return intervals(percent, rows, name, f"{name}_low", f"{name}_high")


PERCEPTUAL: dict[str, tuple[str, Callable[..., str]]] = {
    "SNR": ("snr_db", number),
    "segmental SNR": ("segmental_snr_db", number),
    "LSD": ("log_spectral_distance_db", number),
    "loudness": ("loudness_difference_lu", partial(number, decimals=2)),
    "change": ("change_loudness_lu", number),
    "NMR": ("noise_to_mask_db", number),
    "audible": ("audible_share", percent),
}
"""Headings of the perceptual figures, with their quantity and how it is written."""


def _perceptual(caption: str, rows: pd.DataFrame) -> PrintedTable:
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


def _claims(caption: str, rows: pd.DataFrame) -> PrintedTable:
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


def _cases(caption: str, rows: pd.DataFrame) -> PrintedTable:
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
