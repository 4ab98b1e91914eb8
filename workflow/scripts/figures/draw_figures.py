"""Draw the figures of the experiment's tables."""

from music_job import columns_of, run

import pandas as pd
from matplotlib.figure import Figure

from music_adversaries.evaluation.minimum_snr import minimum_snrs
from music_adversaries.reporting.figures.claims import claim_cases
from music_adversaries.reporting.figures.confusion_table import confusion_table, snr_subtitle
from music_adversaries.reporting.figures.curves import success_curves
from music_adversaries.reporting.figures.labels import attack_name
from music_adversaries.reporting.figures.low_pass import low_pass_accuracy
from music_adversaries.reporting.figures.minimum_snr import minimum_snr_distributions
from music_adversaries.reporting.figures.overview import merit_overview
from music_adversaries.reporting.figures.partition_sizes import partition_sizes
from music_adversaries.reporting.figures.perceptual import perceptual_figures
from music_adversaries.reporting.figures.probes import probe_table
from music_adversaries.reporting.figures.robust_accuracy import robust_accuracy
from music_adversaries.reporting.figures.style import save
from music_adversaries.reporting.figures.survival import survival_intervals
from music_adversaries.reporting.figures.transfer import transfer_matrix
from music_adversaries.tidy_tables import read_table

NO_ADVERSARY = {"adversary": "none", "mode": "none"}


def draw_figures(snakemake):
    tables = {name: read_table(file) for name, file in snakemake.input.items()}
    counts, minimum = snakemake.params.class_counts, snakemake.params.minimum
    drawings = {
        "claims": lambda kind: claim_cases(tables["claims"], tables["claim_cases"]),
        "partition_sizes": lambda kind: partition_sizes(tables["partition_sizes"]),
        "overview": lambda kind: merit_overview(tables["figures_of_merit"], counts),
        "merits": lambda kind: merits(tables["merits"], kind),
        "probes": lambda kind: probes(tables["probes"], kind),
        "curves": lambda kind: curves(tables["curves"], kind),
        "robust_accuracy": lambda kind: robust_accuracy(tables["robust_accuracy"]),
        "minimum_snr": lambda kind: minimum_snr_distributions(
            minimum_snrs(tables["curve_excerpts"], minimum)
        ),
        "low_pass": lambda kind: low_pass_accuracy(tables["low_pass"], counts),
        "survival": lambda kind: survival_intervals(tables["survival"]),
        "transfer": lambda kind: transfer(tables["transfer"], kind),
        "perceptual": lambda kind: perceptual_figures(tables["perceptual"]),
    }
    files = zip(snakemake.output.pdf, snakemake.output.png, strict=True)
    for (name, kind), both in zip(snakemake.params.figures, files, strict=True):
        save(drawings[name](kind), both)


def merits(table: pd.DataFrame, kind: dict) -> Figure:
    """The confusion table of one system, clean or under one adversary."""
    here = of_kind(table, {**NO_ADVERSARY, **kind})
    subtitle = "no adversary"
    if "adversary" in kind:
        level = snr_subtitle(here.snr_db_mean.iloc[0], here.snr_db_sd.iloc[0])
        subtitle = f"{kind['adversary']}, mode {kind['mode']}; {level}"
    title = "{architecture}, {training} training; {dataset}, {partition} partition"
    return confusion_table(here.replace("", float("nan")), title.format_map(kind), subtitle)


def probes(table: pd.DataFrame, kind: dict) -> Figure:
    """The table of excerpts × target classes of one system."""
    title = (
        "{architecture}, {training} training, seed {seed}; {dataset}, {partition} partition,"
        " fold {fold}"
    )
    return probe_table(
        of_kind(table, kind), title.format_map(kind), f"changed by {attack_of(kind)}"
    )


def curves(table: pd.DataFrame, kind: dict) -> Figure:
    """The success of adversaries against the SNR, under one partition."""
    title = "Success of adversaries against the SNR: {dataset}, {partition} partition"
    return success_curves(of_kind(table, kind), title.format_map(kind))


def transfer(table: pd.DataFrame, kind: dict) -> Figure:
    """The transferability between the systems of one dataset, for one adversary."""
    title = f"{kind['dataset']}: excerpts written by {attack_of(kind)}"
    return transfer_matrix(of_kind(table, kind), title)


def of_kind(table: pd.DataFrame, kind: dict) -> pd.DataFrame:
    """The rows of a table whose columns have the values of ``kind``."""
    for column, value in columns_of(kind).items():
        table = table[table[column] == value]
    return table


def attack_of(kind: dict) -> str:
    return attack_name(kind["adversary"], columns_of(kind)["snr_limit_db"])


run(draw_figures, snakemake)
