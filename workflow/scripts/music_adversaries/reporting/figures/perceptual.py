"""Perceptual measures of the changes against their SNR."""

import numpy as np

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.panels import make_panels

MEASURES = {
    "segmental_snr_db": "segmental SNR (dB)",
    "log_spectral_distance_db": "log-spectral distance (dB)",
    "loudness_difference_lu": "loudness, changed − original (LU)",
    "change_loudness_lu": "loudness, change − original (LU)",
    "noise_to_mask_db": "noise-to-mask ratio (dB)",
    "audible_share": "bands above the threshold (%)",
}
TEST_SET = ["partition", "architecture", "training", "adversary", "snr_limit_db", "mode"]


@style.in_style
def perceptual_figures(perceptual):
    """A panel per dataset and measure, with a point per kind of test set.

    Markers are medians, bars are quartiles.

    Args:
        perceptual: a row per ``dataset``, kind of test set (`TEST_SET`) and ``quantity``
            (``snr_db`` or one of `MEASURES`), with ``median``, ``low`` and ``high``.
    """
    datasets = list(perceptual["dataset"].unique())
    attacks = list(
        dict.fromkeys(zip(perceptual["adversary"], perceptual["snr_limit_db"], strict=True))
    )
    figure, panels = make_panels(
        len(MEASURES) * len(datasets),
        3,
        1.9,
        1.1 + 0.07 * len(attacks),
        "SNR between waveforms (dB)",
    )
    places = [(dataset, measure) for dataset in datasets for measure in MEASURES]
    for axes, (dataset, measure) in zip(panels, places, strict=True):
        table = perceptual[perceptual["dataset"] == dataset]
        _draw_measure(axes, table, measure, attacks)
        lines = [shorten(dataset)] if len(datasets) > 1 else []
        axes.set_title("\n".join([*lines, MEASURES[measure]]))
    handles = [
        style.line(attack_name(*attack), linestyle="", **style.look(number))
        for number, attack in enumerate(attacks)
    ]
    style.add_legend(figure, handles, 3)
    style.set_title(
        figure,
        "Perceptual measures of the changes against their SNR",
        "markers: medians over the changed excerpts of a test set; bars: quartiles",
    )
    return figure


def _draw_measure(axes, table, measure, attacks):
    wide = table.pivot(index=TEST_SET, columns="quantity", values=["median", "low", "high"])
    for key, row in wide.iterrows():
        x = row.xs("snr_db", level="quantity")
        y = row.xs(measure, level="quantity") * (100 if measure == "audible_share" else 1)
        if np.isfinite([x["median"], y["median"]]).all():
            looks = style.look(attacks.index(key[3:5])) | {"markersize": 3.5, "elinewidth": 0.5}
            axes.errorbar(x["median"], y["median"], _bars(y), _bars(x), **looks)
    axes.grid(color=style.GREY, linewidth=0.2)
    axes.margins(0.08)


def _bars(values):
    """Lengths ``(2, 1)`` from the median to both quartiles; 0 if infinite."""
    lengths = [[values["median"] - values["low"]], [values["high"] - values["median"]]]
    return np.nan_to_num(lengths, posinf=0)
