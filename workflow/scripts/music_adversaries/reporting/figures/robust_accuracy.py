"""Accuracy under the worst of all adversaries, against the SNR."""

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.panels import snr_curves
from music_adversaries.reporting.figures.style import in_style, set_title


@in_style
def robust_accuracy(table):
    """A panel per dataset, partition and architecture, with a line per training.

    Args:
        table: a row per ``dataset``, ``partition``, ``architecture``, ``training`` and
            ``snr_limit_db`` (+inf without an adversary, −inf without a limit), with
            ``accuracy`` and its 95 % interval ``low``, ``high``, as fractions of 1.
    """
    figure = snr_curves(
        {
            (f"{dataset}, {partition}", architecture): rows
            for (dataset, partition, architecture), rows in table.groupby(
                ["dataset", "partition", "architecture"]
            )
        },
        "training",
        in_order(table["training"]),
        ["accuracy", "low", "high"],
        "lowest SNR of the file (dB)",
        "accuracy (%)",
    )
    set_title(
        figure,
        "Accuracy under the worst of all adversaries for each excerpt",
        "the smallest perturbations are on the left; bands: 95 % intervals over excerpts",
    )
    return figure
