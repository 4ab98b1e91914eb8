"""Figures of merit as a table of confusions."""

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title


@in_style
def confusion_table(merits, title, subtitle=""):
    """Figures of merit as the paper prints them: confusions in per cent, true classes down.

    Each column is a true class and sums to 100, the recalls are on the diagonal
    (outlined); right of them the precisions, below them the F-scores, in the corner the
    normalised accuracy. Where there are several runs, ± is half of the 95 % interval of
    the mean. A dash: undefined.

    Args:
        merits: the table of `figures_of_merit.merit_table`.
        title: what system on what data.
        subtitle: a second line, such as `snr_subtitle` gives.
    """
    labels = list(dict.fromkeys(merits["true"].dropna()))
    n = len(labels)
    mean, half = _grid(merits, labels)
    # Never so narrow that the lines around a table of two classes do not fit.
    figure = Figure(figsize=(max(4.0, 1.3 + 0.43 * (n + 1)), 1.6 + 0.33 * (n + 1)))
    axes = figure.subplots()
    colours = np.ones((*mean.shape, 3))
    colour_map = colormaps[cells.SEQUENTIAL].with_extremes(bad="white")
    colours[:n, :n] = colour_map(mean[:n, :n] / 100)[..., :3]
    axes.imshow(colours, aspect="auto")
    for row, column in np.ndindex(mean.shape):
        cells.write_cell(
            axes,
            (column + 0.1 * (column == n), row + 0.1 * (row == n)),
            _cell(mean[row, column], half[row, column]),
            colours[row, column],
            weight="bold" if row == column else "normal",
        )
    for i in range(n):
        cells.outline(axes, i, i)
    axes.set(xlim=(-0.5, n + 0.65), ylim=(n + 0.65, -0.5))
    axes.set_xticks([*range(n), n + 0.1], [*map(shorten, labels), "precision"])
    axes.set_yticks([*range(n), n + 0.1], [*map(shorten, labels), "F-score"])
    cells.name_columns_on_top(axes, "true class (columns sum to 100 %)")
    axes.set_ylabel("predicted class")
    set_title(figure, title, subtitle)
    note = "in %; bottom right: normalised accuracy"
    if np.isfinite(half).any():
        note += "; ±: 95 % interval over runs"
    set_note(figure, note)
    return figure


def snr_subtitle(snr_db_mean, snr_db_sd):
    """The line that stands under a title for excerpts under an adversary; both in dB."""
    return f"SNR {snr_db_mean:.1f} ± {snr_db_sd:.1f} dB (mean ± SD)"


def _grid(merits, labels):
    """Means and half-widths as the paper lays them out, each ``(classes + 1,) * 2``."""
    shape = (len(labels) + 1, len(labels) + 1)
    mean, half = np.full(shape, np.nan), np.full(shape, np.nan)
    position = {label: i for i, label in enumerate(labels)}
    for figure in merits.itertuples():
        # What has no predicted (true) class is in the last row (column).
        cell = (
            position.get(figure.predicted, len(labels)),
            position.get(figure.true, len(labels)),
        )
        mean[cell] = figure.percent_mean
        half[cell] = figure.percent_high - figure.percent_mean
    return mean, half


def _cell(mean, half):
    if np.isnan(mean):
        return "–"
    number = f"{mean:.1f}" if mean else "0"
    return f"{number}\n±{half:.1f}" if half > 0 else number
