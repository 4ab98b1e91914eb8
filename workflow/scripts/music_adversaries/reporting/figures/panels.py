"""Panels of lines over an axis of SNRs, which falls to the right: changes grow there."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import COLOURS, GREY, PAGE_IN, look

COLUMNS = 3
LEGEND_COLUMNS = 4
PANEL_IN = 1.55
BANDS = 0.4
"""Opacity of all bands of a panel on top of one another, about."""
LARGEST_MARKER, MARKER_STEP = 7, 0.75
"""In points; the step is from line to line of different colours."""
LABELLED_DISTANCE = 0.12
"""Between two labelled SNRs at least, in widths of the axis."""


def make_panels(count, names, x_label, y_label):
    """A figure of ``count`` panels that share their y-axis, in per cent.

    Args:
        count: of panels; those that the last row lacks are hidden.
        names: of the lines, which `line_looks` tells apart by their numbers: the legend.
        x_label: of the lowest panels.
        y_label: of all panels.

    Returns:
        The figure and its panels, row by row.
    """
    columns = 2 if count == 4 else min(COLUMNS, count)
    rows = -(-count // columns)
    legend_in = 0.14 * -(-len(names) // LEGEND_COLUMNS)
    figure = Figure(figsize=(PAGE_IN, 1.1 + legend_in + PANEL_IN * rows))
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    panels[0].set_ylim(-5, 105)  # room for marks at either end
    for axes in panels[count:]:
        axes.set_visible(False)
    for axes in panels[max(0, count - columns) : count]:
        axes.set_xlabel(x_label)
    figure.supylabel(y_label)
    handles = [
        Line2D([], [], label=shorten(name, 24), **line_looks(number))
        for number, name in enumerate(names)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=LEGEND_COLUMNS)
    return figure, panels[:count]


def line_looks(number):
    """How the line with this number looks, and that it lies on those before it.

    Markers become smaller, so that lines that coincide can all be seen at their points.
    """
    turn, place = divmod(number, len(COLOURS))
    colour, marker = look(number)
    return {
        "color": colour,
        "marker": marker,
        "markersize": LARGEST_MARKER - MARKER_STEP * place,
        "linestyle": ["-", "--", ":"][turn % 3],
        "zorder": 2 + number / 100,
    }


def draw_shares(axes, x, shares, looks, bands):
    """Draw a line of shares, in per cent, and their intervals as a band.

    Args:
        axes: the panel.
        x: places ``(limits,)``.
        shares: the columns value, low and high, as fractions of 1, a row per place.
        looks: of the line.
        bands: how many the panel has.
    """
    value, low, high = 100 * shares.to_numpy().T
    opacity = min(0.15, BANDS / bands)
    axes.fill_between(x, low, high, color=looks["color"], alpha=opacity, linewidth=0)
    axes.plot(x, value, **looks)


def lay_out_snrs(axes, snrs_db, ends):
    """Lay out the x-axis of SNRs; gives the function from SNRs in dB to places on it.

    Args:
        axes: the panel.
        snrs_db: SNRs to be labelled as far as there is room. Infinite ones are one more
            step out.
        ends: the names of those of +inf and −inf that are among them.
    """
    finite = np.unique(snrs_db[np.isfinite(snrs_db)])
    low, high = (finite[0], finite[-1]) if finite.size else (0, 0)
    step = max(1, 0.18 * (high - low), (high - low) / max(1, finite.size - 1))
    places = {np.inf: high + step, -np.inf: low - step}
    left, right = (places[end] if end in ends else inner for end, inner in _inner(low, high))
    width = left - right or step
    labels = _labels_that_fit(finite[::-1], LABELLED_DISTANCE * width)
    axes.set_xticks([*finite[::-1], *map(places.get, ends)], [*labels, *ends.values()])
    axes.set_xlim(left + 0.08 * width, right - 0.08 * width)
    for end, inner in _inner(low, high):
        if end in ends and finite.size:
            axes.axvline((inner + places[end]) / 2, color=GREY, linewidth=0.4)
    return lambda snr_db: np.clip(snr_db, places[-np.inf], places[np.inf])


def _inner(low, high):
    """Each infinite end with the finite SNR next to it."""
    return (np.inf, high), (-np.inf, low)


def _labels_that_fit(falling_db, distance):
    """SNRs in dB, an empty label where it would stand too close to the one before."""
    labels, last = [], np.inf
    for snr_db in falling_db:
        fits = last - snr_db >= distance
        labels.append(f"{snr_db:g}" if fits else "")
        last = snr_db if fits else last
    return labels
