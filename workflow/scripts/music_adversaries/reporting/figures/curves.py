"""The success rate of each adversary against the SNR that it must keep."""

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.panels import snr_curves
from music_adversaries.reporting.figures.style import in_style, set_title


@in_style
def success_curves(curves, title):
    """A panel per system of a partition, with the success rate of each adversary as a line.

    Args:
        curves: a row per ``architecture``, ``training``, ``adversary`` and
            ``snr_limit_db`` (−inf for none), with ``success`` and its 95 % interval
            ``success_low``, ``success_high``, as fractions of 1.
        title: of the figure: which dataset and partition.
    """
    systems = {
        (f"{architecture}, {training}",): rows[rows["training"] == training]
        for architecture, rows in curves.groupby("architecture")
        for training in in_order(rows["training"])
    }
    figure = snr_curves(
        systems,
        "adversary",
        sorted(curves["adversary"].unique()),
        ["success", "success_low", "success_high"],
        "lowest SNR allowed (dB)",
        "success rate (%)",
    )
    note = "the smallest perturbations are on the left; bands: 95 % intervals over excerpts"
    set_title(figure, title, note)
    return figure
