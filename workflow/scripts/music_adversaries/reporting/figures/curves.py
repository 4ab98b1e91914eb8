"""How often each adversary succeeds, against the SNR that is left to it."""

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


@in_style
def success_curves(curves, title):
    """Success of every adversary against every system of a partition.

    Args:
        curves: a row per ``architecture``, ``training``, ``adversary`` and
            ``snr_limit_db`` (−inf for none), with ``success`` and its 95 % interval
            ``success_low``, ``success_high``, as fractions of 1.
        title: of the figure: where the systems belong.

    Returns:
        A figure with a panel per system, and in it a line per adversary.
    """
    systems = [
        (architecture, training, group)
        for architecture, rows in curves.groupby("architecture")
        for training in in_order(rows["training"])
        for group in [rows[rows["training"] == training]]
    ]
    adversaries = sorted(curves["adversary"].unique())
    figure, panels = make_panels(
        len(systems), adversaries, "least SNR (dB)", "success: judged as the target (%)"
    )
    limits_db = curves["snr_limit_db"].to_numpy()
    ends = {-np.inf: "any"} if -np.inf in limits_db else {}
    for axes, (architecture, training, group) in zip(panels, systems, strict=True):
        place = lay_out_snrs(axes, limits_db, ends)
        for adversary, line in group.sort_values("snr_limit_db").groupby("adversary"):
            shares = line[["success", "success_low", "success_high"]]
            looks = line_looks(adversaries.index(adversary))
            draw_shares(axes, place(line["snr_limit_db"]), shares, looks, len(adversaries))
        axes.set_title(shorten(f"{architecture}, {training}", 32), loc="left")
    set_title(
        figure,
        title,
        "the smallest changes are on the left; bands: 95 % intervals, over excerpts",
    )
    return figure
