"""What an SNR means to the ear."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.style import (
    GREY,
    PAGE_IN,
    in_style,
    look,
    set_title,
)

MEASURES = {
    "segmental_snr_db": "segmental SNR (dB)",
    "log_spectral_distance_db": "log-spectral distance (dB)",
    "loudness_difference_lu": "loudness, changed − original (LU)",
    "change_loudness_lu": "loudness, change − original (LU)",
    "noise_to_mask_db": "noise-to-mask ratio (dB)",
    "audible_share": "bands above the threshold (%)",
}
ACROSS = 3
PANEL_IN = 1.9
TEST_SET = ["partition", "architecture", "training", "adversary", "snr_limit_db", "mode"]


@in_style
def perceptual_figures(perceptual):
    """Each measure of a change against its SNR, a point per kind of test set.

    Args:
        perceptual: a row per ``dataset``, kind of test set (`TEST_SET`) and ``quantity``
            (``snr_db`` or one of `MEASURES`), with ``median``, ``low`` and ``high``.

    Returns:
        A figure with a panel per dataset and measure: medians as marks, quartiles as bars.
    """
    datasets = list(perceptual["dataset"].unique())
    attacks = list(
        perceptual[["adversary", "snr_limit_db"]]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    )
    rows = -(-len(MEASURES) // ACROSS)
    height = 1.1 + 0.07 * len(attacks) + PANEL_IN * rows * len(datasets)
    figure = Figure(figsize=(PAGE_IN, height))
    panels = figure.subplots(rows * len(datasets), ACROSS, squeeze=False)
    for number, dataset in enumerate(datasets):
        table = perceptual[perceptual["dataset"] == dataset]
        for axes, measure in zip(panels[rows * number :].flat, MEASURES, strict=False):
            _draw_measure(axes, table, measure, attacks)
            title = MEASURES[measure]
            axes.set_title(
                f"{shorten(dataset)}\n{title}" if datasets[1:] else title, loc="left"
            )
    handles = [
        Line2D([], [], color=colour, marker=marker, ms=4, ls="", label=attack_name(*attack))
        for attack, (colour, marker) in zip(
            attacks, map(look, range(len(attacks))), strict=True
        )
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    for axes in panels[-1]:
        axes.set_xlabel("SNR between waveforms (dB)")
    set_title(
        figure,
        "What a listener would notice of a change, against its SNR",
        "marks: medians over a test set's excerpts that were changed; bars: quartiles",
    )
    return figure


def _draw_measure(axes, table, measure, attacks):
    wide = table.pivot(index=TEST_SET, columns="quantity", values=["median", "low", "high"])
    scale = 100 if measure == "audible_share" else 1
    for key, row in wide.iterrows():
        colour, marker = look(attacks.index(key[3:5]))
        values = [row.xs(name, level="quantity") for name in ("snr_db", measure)]
        x, y = values[0], scale * values[1]
        if not np.isfinite([x["median"], y["median"]]).all():
            continue
        axes.errorbar(
            x["median"],
            y["median"],
            xerr=_bars(x),
            yerr=_bars(y),
            color=colour,
            marker=marker,
            markersize=3.5,
            elinewidth=0.5,
        )
    axes.grid(color=GREY, linewidth=0.2)
    axes.margins(0.08)


def _bars(values):
    """Lengths ``(2, 1)`` down to the lower quartile and up to the upper; 0 if infinite."""
    lengths = [[values["median"] - values["low"]], [values["high"] - values["median"]]]
    return np.nan_to_num(lengths, posinf=0)
