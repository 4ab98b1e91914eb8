"""How often systems stay right under the worst of all adversaries, against the SNR."""

import numpy as np

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.panels import (
    draw_shares,
    lay_out_snrs,
    line_looks,
    make_panels,
)
from music_adversaries.reporting.figures.style import in_style, set_title

CLEAN = np.inf
"""The SNR of an excerpt that nothing was done to."""
CLEAN_WIDTH = 0.11
"""Of the place where clean accuracies stand side by side, in widths of the axis."""
SHARES = ["accuracy", "low", "high"]


@in_style
def robust_accuracy(table):
    """Accuracy of each training under the worst of all adversaries.

    Args:
        table: a row per ``dataset``, ``partition``, ``architecture``, ``training`` and
            ``snr_limit_db`` (+inf without an adversary, −inf without a limit), with
            ``accuracy`` and its 95 % interval ``low``, ``high``, as fractions of 1.

    Returns:
        A figure with a panel per dataset, partition and architecture, and in it a line per
        training; the accuracies without an adversary are marks on the left.
    """
    groups = list(table.groupby(["dataset", "partition", "architecture"]))
    trainings = in_order(table["training"])
    figure, panels = make_panels(
        len(groups), trainings, "least SNR of the file (dB)", "accuracy (%)"
    )
    limits_db = table["snr_limit_db"].to_numpy()
    ends = {CLEAN: "clean"} | ({-np.inf: "any"} if -np.inf in limits_db else {})
    for axes, ((dataset, partition, architecture), group) in zip(panels, groups, strict=True):
        place = lay_out_snrs(axes, limits_db, ends)
        for training, line in group.sort_values("snr_limit_db").groupby("training"):
            looks = line_looks(trainings.index(training))
            clean = line["snr_limit_db"] == CLEAN
            at = place(CLEAN) - _aside(axes, trainings.index(training), len(trainings))
            _draw_clean(axes, at, 100 * line.loc[clean, SHARES].squeeze(), looks)
            line = line[~clean]
            draw_shares(axes, place(line["snr_limit_db"]), line[SHARES], looks, len(trainings))
        lines = (f"{dataset}, {partition}", architecture)
        axes.set_title("\n".join(shorten(text, 32) for text in lines), loc="left")
    set_title(
        figure,
        "Accuracy under the worst of all adversaries, excerpt by excerpt",
        "the smallest changes are on the left; bands and bars: 95 % intervals, over excerpts",
    )
    return figure


def _aside(axes, number, count):
    """How far right of the middle a mark stands that would else lie on others, in dB."""
    left, right = axes.get_xlim()
    return CLEAN_WIDTH * (left - right) * ((number + 0.5) / count - 0.5)


def _draw_clean(axes, place, percent, looks):
    axes.plot([place] * 2, [percent["low"], percent["high"]], color=looks["color"])
    axes.plot(place, percent["accuracy"], **{**looks, "linestyle": "", "markersize": 3.5})
