"""Figures of merit as a confusion table."""

import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures.cells import draw_cells, name_cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title


@in_style
def confusion_table(merits, title, subtitle=""):
    """Figures of merit as in the paper: confusions in per cent, true classes as columns.

    Each column is a true class and sums to 100, the recalls are on the diagonal (outlined).
    The last column holds the precisions, the last row the F-scores, the corner the normalised
    accuracy. With several runs, ± is half of the 95 % interval of the mean. A dash: undefined.

    Args:
        merits: the table of `figures_of_merit.merit_table`.
        title: which system on which data.
        subtitle: a second line, such as that of `snr_subtitle`.
    """
    labels = list(dict.fromkeys(merits["true"].dropna()))
    n = len(labels)
    mean, half = _grid(merits, labels)
    texts = np.array([list(map(_cell, *pair)) for pair in zip(mean, half, strict=True)])
    shares = np.full_like(mean, np.nan)
    shares[:n, :n] = mean[:n, :n]
    # At least so wide that the lines of text around a table of two classes fit.
    figure = Figure(figsize=(max(4.0, 1.3 + 0.43 * (n + 1)), 1.6 + 0.33 * (n + 1)))
    axes = figure.subplots()
    draw_cells(axes, shares, texts, (0, 100), [(i, i) for i in range(n)])
    axes.texts[-1].set_fontweight("bold")
    names = list(map(shorten, labels))
    columns, rows = [*names, "precision"], [*names, "F-score"]
    name_cells(axes, columns, rows, "true class (columns sum to 100 %)", "predicted class")
    set_title(figure, title, subtitle)
    intervals = "; ±: 95 % interval over runs" if np.isfinite(half).any() else ""
    set_note(figure, f"in %; bottom right: normalised accuracy{intervals}")
    return figure


def snr_subtitle(snr_db_mean, snr_db_sd):
    """The subtitle of a table of adversarial excerpts: their SNR, both arguments in dB."""
    return f"SNR {snr_db_mean:.1f} ± {snr_db_sd:.1f} dB (mean ± SD)"


def _grid(merits, labels):
    """Means and half-widths of intervals in the paper's layout, each ``(classes + 1,) * 2``."""
    # A precision has no true class, an F-score no predicted one: the last column and row.
    places = {label: i for i, label in enumerate(labels)}
    rows, columns = (
        merits[name].map(places).fillna(len(labels)).astype(int)
        for name in ("predicted", "true")
    )
    mean, half = np.full((2, len(labels) + 1, len(labels) + 1), np.nan)
    mean[rows, columns] = merits["percent_mean"]
    half[rows, columns] = merits["percent_high"] - merits["percent_mean"]
    return mean, half


def _cell(mean, half):
    if np.isnan(mean):
        return "–"
    number = f"{mean:.1f}" if mean else "0"
    return f"{number}\n±{half:.1f}" if half > 0 else number
