"""The layout of each tidy table, by the table's name.

A layout takes a tidy table as `tidy_tables.read_table` returns it and returns its printed
tables, none if nothing was run. Shares come as fractions of 1 and are printed in per cent.
"""

import math

import pandas as pd

from music_adversaries.reporting.tables import grids
from music_adversaries.reporting.tables.numbers import (
    Format,
    bold,
    count,
    interval,
    joined,
    number,
    p_value,
    percent,
    snr_limit,
    text,
    three_digits,
    two_decimals,
    with_interval,
    with_spread,
)
from music_adversaries.reporting.tables.rows import (
    Column,
    across,
    by_group,
    by_rows,
    counts,
    texts,
)

WRITTEN_WAV = "adversarial excerpts are judged as written to WAV files"
JUDGED = {
    "clean": WRITTEN_WAV,
    "resynthesised": WRITTEN_WAV,
    "adversarial": "adversarial excerpts are judged before they are written to WAV files",
}
"""What was judged at each stage of the tidy table of figures of merit."""

LIMIT: Column = ("SNR limit (dB)", snr_limit, "snr_limit_db")
VALUE: Column = ("value", with_interval(percent), "value low high")
LIMITS_AS_COLUMNS = "Columns are the lowest SNR in dB allowed to the adversary"


def share(heading: str, name: str) -> Column:
    """A share with its interval in the columns ``{name}_low`` and ``{name}_high``."""
    return heading, with_interval(percent), f"{name} {name}_low {name}_high"


def pair(heading: str, write: Format, name: str) -> Column:
    """Both sides of a comparison."""
    return heading, joined(write), f"{name}_first {name}_second"


def limit_heading(limit_db: float) -> str:
    """The heading of a limit's column; an infinite one is without an adversary."""
    return "clean" if limit_db == math.inf else snr_limit(limit_db)


def cutoff_heading(hz: float) -> str:
    """The heading of a cut-off's column; an infinite one is without a filter."""
    return "no filter" if hz == math.inf else f"{hz / 1000:g} kHz"


PERCEPTUAL: dict[str, tuple[str, Format]] = {
    "snr_db": ("SNR", number),
    "segmental_snr_db": ("segmental SNR", number),
    "log_spectral_distance_db": ("LSD", number),
    "loudness_difference_lu": ("loudness", two_decimals),
    "change_loudness_lu": ("change", number),
    "noise_to_mask_db": ("NMR", number),
    "audible_share": ("audible", percent),
}
"""Headings and formats of the perceptual quantities."""


def with_stage(table: pd.DataFrame) -> pd.DataFrame:
    """Figures of merit with what was ``judged``, in words."""
    return table.assign(judged=table["stage"].map(JUDGED))


def with_success_as_written(table: pd.DataFrame) -> pd.DataFrame:
    """The table of survival with the success ``before`` transformations, as text."""
    return table.assign(before=table["success_before"].map(percent))


def by_test_set(table: pd.DataFrame) -> pd.DataFrame:
    """The perceptual table with a row per test set and columns such as ``median_snr_db``."""
    figures = ["median", "low", "high"]
    about = [name for name in table if name not in ("quantity", *figures)]
    wide = table.pivot(index=about, columns="quantity", values=figures)
    wide.columns = ["_".join(name) for name in wide]
    return wide.reset_index()


LAYOUTS = {
    "partition_sizes": by_group("dataset partition fold", grids.partition_sizes),
    "figures_of_merit": by_rows(
        "dataset partition fold seed judged",
        "Figures of merit: {dataset}, {partition} partition, fold {fold}, seed {seed};"
        " {judged}. Accuracies in %, one with its 95 % interval; SNR between waveforms in dB,"
        " mean ± standard deviation and median over the excerpts that the adversary changed;"
        " unchanged: excerpts that needed no change.",
        *texts("architecture training adversary"),
        LIMIT,
        *texts("mode"),
        *counts("excerpts"),
        share("accuracy", "accuracy"),
        ("normalised accuracy", percent, "normalised_accuracy"),
        ("SNR", with_spread, "snr_db_mean snr_db_sd"),
        ("median SNR", number, "snr_db_median"),
        ("unchanged", count, "unchanged_excerpts"),
        prepare=with_stage,
    ),
    "merits": by_group(
        "dataset partition architecture training adversary snr_limit_db mode snr_db_mean"
        " snr_db_sd",
        grids.merits,
    ),
    "partition_difference": by_rows(
        "dataset",
        "Systems under two partitions: {dataset}. Accuracies in %, first / second;"
        " difference: accuracy under the first minus accuracy under the second partition, in"
        " percentage points with its 95 % interval.",
        *texts("architecture training first second"),
        pair("accuracy", percent, "accuracy"),
        ("difference", with_interval(percent), "difference low high"),
        pair("normalised accuracy", percent, "normalised_accuracy"),
        pair("artists", count, "artists"),
        pair("excerpts", count, "excerpts"),
    ),
    "paired_comparisons": by_rows(
        "dataset partition compared",
        "Systems that differ in {compared}, on the same excerpts: {dataset},"
        " {partition} partition. Accuracy of the system, or success of the adversary, in %;"
        " difference: first minus second, in percentage points with its 95 % interval; only"
        " one: excerpts with this outcome for only the first / only the second; p: McNemar's"
        " test of these.",
        *texts("first second held adversary"),
        LIMIT,
        *texts("mode quantity"),
        pair("first / second", percent, "value"),
        ("difference", with_interval(percent), "difference low high"),
        *counts("excerpts"),
        pair("only one", count, "only"),
        ("p", p_value, "mcnemar_p"),
    ),
    "probes": by_group(
        "dataset partition fold seed architecture training adversary snr_limit_db",
        grids.probes,
    ),
    "low_pass": across(
        "dataset partition adversary snr_limit_db mode",
        "Accuracy in % after a low-pass filter in front of the system, by its cut-off"
        " (column): {dataset}, {partition} partition; {attack}.",
        about=[*texts("architecture training condition"), *counts("excerpts")],
        place=("cutoff_hz", cutoff_heading, False),
        figures=[
            ("accuracy", percent, "accuracy"),
            ("95 % interval", interval(percent), "low high"),
            ("normalised accuracy", percent, "normalised_accuracy"),
        ],
    ),
    "curves": across(
        "dataset partition architecture training",
        "Success of adversaries and accuracy in %, by SNR: {architecture}, {training}"
        f" training; {{dataset}}, {{partition}} partition. {LIMITS_AS_COLUMNS} (for the method"
        " minimum, the SNR of its own files). Unchanged: judgements that were the target before"
        " any change; they count as successes at every SNR.",
        about=[*texts("adversary"), *counts("excerpts judgements unchanged")],
        place=("snr_limit_db", limit_heading, True),
        figures=[
            ("success", percent, "success"),
            ("95 % interval", interval(percent), "success_low success_high"),
            ("accuracy", percent, "accuracy"),
            ("95 % interval", interval(percent), "accuracy_low accuracy_high"),
        ],
    ),
    "robust_accuracy": across(
        "dataset partition",
        "Accuracy in % under the worst of all adversaries for each excerpt: {dataset},"
        f" {{partition}} partition. {LIMITS_AS_COLUMNS}, in the written file.",
        about=[*texts("architecture training"), *counts("adversaries excerpts")],
        place=("snr_limit_db", limit_heading, True),
        figures=[
            ("accuracy", percent, "accuracy"),
            ("95 % interval", interval(percent), "low high"),
        ],
    ),
    "minimum_snr": by_rows(
        "dataset partition",
        "The highest SNR in dB, between waveforms, at which excerpts were judged as"
        " their target: {dataset}, {partition} partition. Quartiles over judgements, the median"
        " with its 95 % interval. Unchanged judgements were the target before any change and"
        " count as ∞; failed judgements never became the target and count as −∞.",
        *texts("architecture training adversary"),
        *counts("excerpts judgements unchanged failed"),
        ("lower quartile", number, "lower_quartile_db"),
        ("median", with_interval(number), "median_db low_db high_db"),
        ("upper quartile", number, "upper_quartile_db"),
    ),
    "minimum_snr_difference": by_rows(
        "dataset partition compared",
        "The highest SNR in dB at which the adversary succeeds, for systems that differ"
        " in {compared}, on the same excerpts: {dataset}, {partition} partition. Difference:"
        " median of first minus second with its 95 % interval, positive if smaller changes"
        " suffice against the first; higher: pairs whose SNR is higher for the first / the"
        " second.",
        *texts("first second held adversary"),
        *counts("excerpts pairs"),
        ("difference", with_interval(number), "difference_db low_db high_db"),
        pair("higher", count, "higher"),
    ),
    "transfer": by_rows(
        "dataset partition adversary snr_limit_db mode",
        "Transferability: {dataset}, {partition} partition; {attack}. Success:"
        " adversarial excerpts that the judging system assigns to the target, in % with the"
        " 95 % interval; success, original: the same for the originals; turned: judged"
        " differently from the original; accuracy: original / adversarial; left out: judgements"
        " of excerpts that the judging system was trained on.",
        *texts("architecture training judge"),
        ("judge's partition", text, "judge_partition"),
        ("judge's architecture", text, "judge_architecture"),
        ("judge's training", text, "judge_training"),
        ("success", with_interval(percent), "success low high"),
        ("success, original", percent, "success_clean"),
        ("turned", percent, "turned"),
        ("accuracy", joined(percent), "accuracy_clean accuracy_adversarial"),
        *counts("excerpts"),
        ("left out", count, "left_out"),
    ),
    "gradients": by_rows(
        "dataset partition",
        "Gradients of the costs at excerpts: {dataset}, {partition} partition; for a"
        " forest, those of the DNN whose features it takes. Norm in nats per full scale; zeros:"
        " the largest share of samples with a zero gradient, in %; error: deviation of the"
        " cost's central difference along the gradient from the norm, in % of the norm, for"
        " steps at an SNR of 140 dB (the largest) and of 80 dB (the median).",
        *texts("architecture training cost"),
        *counts("excerpts"),
        ("norm, median", three_digits, "norm_median"),
        ("norm, smallest", three_digits, "norm_least"),
        ("zeros", percent, "zero_share_most"),
        ("error, 140 dB", percent, "error_140db_most"),
        ("error, 80 dB", percent, "error_80db_median"),
    ),
    "sanity": by_rows(
        "check dataset statement statistic",
        "Check {check}: {dataset}. {statement}. In %: {statistic}, the largest value"
        " over all SNR limits, and the largest that passes; exceptions: of all cases at all"
        " limits.",
        *texts("partition architecture training adversary"),
        ("value", percent, "value"),
        ("at most", percent, "threshold"),
        ("exceptions", joined(count, " of "), "exceptions cases"),
        ("verdict", bold, "verdict"),
    ),
    "survival": by_rows(
        "dataset partition architecture training adversary snr_limit_db turned excerpts before",
        "Survival: {architecture}, {training} training; {dataset}, {partition} partition;"
        " {attack}. In %, each with its 95 % interval: excerpts still judged as the target"
        " after a transformation, as a share of those turned (judged as the target in the file"
        " as written but not in the original) and of all; accuracy on clean and on adversarial"
        " excerpts. Turned: {turned:.0f} of {excerpts:.0f} excerpts; success as written:"
        " {before} %.",
        *texts("transformation"),
        share("survival (of turned)", "survival"),
        share("success (of all)", "success"),
        share("accuracy, clean", "accuracy_clean"),
        share("accuracy, adversarial", "accuracy_adversarial"),
        prepare=with_success_as_written,
    ),
    "perceptual": by_rows(
        "dataset partition",
        "Perceptual measures of the changes: {dataset}, {partition} partition. Medians and"
        " quartiles over the excerpts that the adversary changed. SNR, segmental SNR and"
        " log-spectral distance (LSD) in dB; loudness: of the adversarial excerpt minus that of"
        " the original, change: of the change alone minus that of the original, both in LU;"
        " noise-to-mask ratio (NMR) in dB; audible: critical bands of all frames in which the"
        " change is above the masking threshold, in %.",
        *texts("architecture training adversary"),
        LIMIT,
        *texts("mode"),
        ("changed / unchanged", joined(count), "changed_excerpts unchanged_excerpts"),
        *(
            (heading, with_interval(write), f"median_{name} low_{name} high_{name}")
            for name, (heading, write) in PERCEPTUAL.items()
        ),
        prepare=by_test_set,
    ),
    "claims": by_rows(
        "dataset",
        "Claims: {dataset}. In %: the value of the weakest case, which decides, with"
        " its 95 % interval, and the threshold that the value must be above or below; cases:"
        " numbers that hold / fail / are undecided.",
        *texts("claim statement statistic"),
        VALUE,
        *texts("rule"),
        ("threshold", percent, "threshold"),
        ("cases", joined(count), "holds fails undecided"),
        ("verdict", bold, "verdict"),
    ),
    "claim_cases": by_rows(
        "claim dataset",
        "Cases of claim {claim}: {dataset}. Values with 95 % intervals, and thresholds, in %.",
        *texts("partition training systems adversary"),
        LIMIT,
        *texts("statistic"),
        VALUE,
        ("threshold", percent, "threshold"),
        *counts("excerpts"),
        *texts("verdict"),
    ),
}
