"""The distribution over excerpts of the highest SNR at which each system is fooled."""

import numpy as np

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.labels import lines
from music_adversaries.reporting.figures.panels import lay_out, line_looks, snr_panels
from music_adversaries.reporting.figures.style import in_style, set_title

ENDS = {np.inf: "∞", -np.inf: "−∞"}
TICKS_DB = 10


@in_style
def minimum_snr_distributions(snrs):
    """A panel per dataset, partition, architecture and adversary, with a line per training.

    A line is the share of judgements that are the target at an SNR or a higher one. It begins
    on the left with a filled marker at the share that needed no change, and ends on the right
    with an open marker; the share above that marker failed.

    Args:
        snrs: a row per ``dataset``, ``partition``, ``architecture``, ``training``,
            ``adversary`` and judged excerpt, with ``minimum_snr_db``: +inf if no change was
            needed, −inf if the adversary failed.
    """
    groups = list(snrs.groupby(["dataset", "partition", "architecture", "adversary"]))
    trainings = in_order(snrs["training"])
    figure, panels = snr_panels(
        len(groups), trainings, "SNR of the file (dB)", "judged as the target (%)"
    )
    ticks_db = _round_snrs(snrs["minimum_snr_db"].to_numpy())
    for axes, (key, group) in zip(panels, groups, strict=True):
        place = lay_out(axes, ticks_db, ENDS)
        for training, rows in group.groupby("training"):
            looks = line_looks(trainings.index(training))
            _draw_distribution(axes, rows["minimum_snr_db"].to_numpy(), place, looks)
        axes.set_title(lines((", ".join(key[:2]), ", ".join(key[2:])), 32))
    set_title(
        figure,
        "Share of judgements that are the target, at an SNR or a higher one",
        "filled markers at ∞: no change needed; open markers at −∞: the share above failed",
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
