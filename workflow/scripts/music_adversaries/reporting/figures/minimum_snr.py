"""At which SNR excerpts gave way: the distribution over excerpts, for each system."""

import numpy as np

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.panels import (
    lay_out_snrs,
    line_looks,
    make_panels,
)
from music_adversaries.reporting.figures.style import in_style, set_title

ENDS = {np.inf: "∞", -np.inf: "−∞"}
TICKS_DB = 10


@in_style
def minimum_snr_distributions(snrs):
    """Shares of judgements that were the target at an SNR or a higher one.

    Args:
        snrs: a row per ``dataset``, ``partition``, ``architecture``, ``training``,
            ``adversary`` and judged excerpt, with ``minimum_snr_db``: +inf where nothing
            had to be changed, −inf where the adversary failed.

    Returns:
        A figure with a panel per dataset, partition, architecture and adversary, and in it
        a line per training: on the left it begins with a full mark at the share that was
        unchanged, on the right it ends with an open mark below the share that failed.
    """
    groups = list(snrs.groupby(["dataset", "partition", "architecture", "adversary"]))
    trainings = in_order(snrs["training"])
    figure, panels = make_panels(
        len(groups), trainings, "SNR of the file (dB)", "judged as the target (%)"
    )
    ticks_db = _round_snrs(snrs["minimum_snr_db"].to_numpy())
    for axes, (key, group) in zip(panels, groups, strict=True):
        place = lay_out_snrs(axes, ticks_db, ENDS)
        for training, line in group.groupby("training"):
            looks = line_looks(trainings.index(training))
            _draw_distribution(axes, line["minimum_snr_db"].to_numpy(), place, looks)
        lines = (", ".join(key[:2]), ", ".join(key[2:]))
        axes.set_title("\n".join(shorten(text, 32) for text in lines), loc="left")
    set_title(
        figure,
        "How small a change is enough: judgements that are the target at an SNR or above it",
        "full marks at ∞: needed no change; open marks at −∞: what is above them failed",
    )
    return figure


def _round_snrs(snrs_db):
    """Multiples of `TICKS_DB` around all finite SNRs."""
    finite = snrs_db[np.isfinite(snrs_db)]
    if not finite.size:
        return finite
    first, last = np.floor(finite.min() / TICKS_DB), np.ceil(finite.max() / TICKS_DB)
    return TICKS_DB * np.arange(first, last + 1)


def _draw_distribution(axes, snrs_db, place, looks):
    finite = np.sort(snrs_db[np.isfinite(snrs_db)])[::-1]
    unchanged = np.isposinf(snrs_db).sum()
    reached = unchanged + np.array([0, *range(1, len(finite) + 1), len(finite)])
    x, percent = place(np.array([np.inf, *finite, -np.inf])), 100 * reached / len(snrs_db)
    axes.plot(x, percent, **{**looks, "marker": ""}, drawstyle="steps-post")
    for end, fill in ((0, "full"), (-1, "none")):
        axes.plot(x[end], percent[end], **{**looks, "linestyle": ""}, fillstyle=fill)
