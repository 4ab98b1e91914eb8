"""Grids of panels that share their axes, and axes of values that may be infinite."""

import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import lines, shorten

OPACITY = 0.4
"""Of all bands of a panel together, approximately."""
LARGEST_MARKER, MARKER_STEP = 7, 0.75
"""In points; the step is between successive lines."""
LABELLED_DISTANCE = 0.13
"""Between two labelled places of an axis, at least, as a fraction of its width."""
LIMIT_ENDS = {np.inf: "clean", -np.inf: "any"}
"""Labels of infinite SNR limits."""
PER_CENT = {"xlim": (-3, 103), "xticks": range(0, 101, 25)}
"""Limits and ticks of an x-axis of shares in per cent."""


def make_panels(count, most_columns, panel_in, rest_in, x_label, **shared):
    """A figure with a grid of panels, whose last row may not be full.

    Args:
        count: the number of panels.
        most_columns: the largest number of panels in a row.
        panel_in: the height of a panel in inches.
        rest_in: the height of title and legend in inches.
        x_label: the label of the lowest panel in each column.
        **shared: ``sharex`` and ``sharey`` of `Figure.subplots`.

    Returns:
        The figure and its panels, row by row.
    """
    columns = min(most_columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(style.PAGE_IN, rest_in + panel_in * rows))
    panels = figure.subplots(rows, columns, squeeze=False, **shared).ravel()
    for axes in panels[count:]:
        axes.set_visible(False)
    for axes in panels[max(0, count - columns) : count]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(x_label)
    return figure, panels[:count]


def name_rows(axes, names):
    """Name the rows of a panel, from the top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def line_looks(number):
    """The looks of a numbered line, which is drawn above the lines before it.

    Markers become smaller, so that all lines that coincide can be seen at their points.
    """
    turn, place = divmod(number, len(style.COLOURS))
    return {
        **style.look(number),
        "markersize": LARGEST_MARKER - MARKER_STEP * place,
        "linestyle": ["-", "--", ":"][turn % 3],
        "zorder": 2 + number / 100,
    }


def draw_shares(axes, x, shares, bands, **looks):
    """Draw shares as a line and their intervals as a band, in per cent.

    Args:
        axes: the panel.
        x: places ``(points,)``.
        shares: the columns value, low and high, as fractions of 1, a row per point.
        bands: how many bands the panel has.
        **looks: of the line.
    """
    value, low, high = 100 * shares.to_numpy().T
    opacity = min(0.15, OPACITY / bands)
    axes.fill_between(x, low, high, color=looks["color"], alpha=opacity, linewidth=0)
    axes.plot(x, value, **looks)


def lay_out(axes, values, ends, label="{:g}".format, falling=True):
    """Set up an x-axis on which an infinite value is one step beyond the finite ones.

    Args:
        axes: the panel.
        values: those to be labelled, as far as there is room.
        ends: the labels of +inf and −inf, if they belong to the axis.
        label: writes a finite value.
        falling: whether values fall from left to right.

    Returns:
        The function from values to places on the axis.
    """
    finite = np.unique(values[np.isfinite(values)])
    low, high = (finite[0], finite[-1]) if finite.size else (0, 0)
    step = max(0.18 * (high - low), (high - low) / max(1, finite.size - 1)) or 1
    places = {-np.inf: low - step, np.inf: high + step}
    first = places[-np.inf] if -np.inf in ends else low
    last = places[np.inf] if np.inf in ends else high
    width = last - first or step
    axes.set_xlim(first - 0.08 * width, last + 0.08 * width)
    if falling:
        axes.invert_xaxis()
        finite = finite[::-1]
    labels = _labels_that_fit(finite, LABELLED_DISTANCE * width, label)
    axes.set_xticks([*finite, *(places[end] for end in ends)], [*labels, *ends.values()])
    for end in ends if finite.size else ():
        axes.axvline(places[end] - np.sign(end) * step / 2, color=style.GREY, linewidth=0.4)
    return lambda value: np.clip(value, places[-np.inf], places[np.inf])


def _labels_that_fit(places, distance, label):
    """A label per place, empty if it would be too close to the label before."""
    labels, last = [], np.inf
    for place in places:
        fits = abs(place - last) >= distance
        labels.append(label(place) if fits else "")
        last = place if fits else last
    return labels


def snr_panels(count, names, x_label, y_label):
    """A figure with panels of lines over the SNR, which share a y-axis in per cent.

    Args:
        count: the number of panels.
        names: the lines' names for the legend, in the order of `line_looks`.
        x_label: the label of the x-axes.
        y_label: the label of the y-axes.

    Returns:
        The figure and its panels, row by row.
    """
    legend_in = 0.14 * -(-len(names) // 4)
    columns = 2 if count == 4 else 3
    figure, panels = make_panels(count, columns, 1.55, 1.1 + legend_in, x_label, sharey=True)
    panels[0].set_ylim(-5, 105)  # room for markers at both ends
    figure.supylabel(y_label)
    handles = [style.line(shorten(name, 24), **line_looks(n)) for n, name in enumerate(names)]
    style.add_legend(figure, handles, 4)
    return figure, panels


def snr_curves(tables, column, names, shares, x_label, y_label):
    """A figure with a panel per table: shares against the SNR limit, a line per name.

    Args:
        tables: by the lines of their title, each with ``snr_limit_db`` (+inf without an
            adversary, −inf without a limit) and the following columns.
        column: the column that names the lines.
        names: the names of the lines, in the order of `line_looks`.
        shares: the columns of value, low and high, as fractions of 1.
        x_label: the label of the x-axes.
        y_label: the label of the y-axes.
    """
    limits_db = np.concatenate([table["snr_limit_db"] for table in tables.values()])
    ends = {end: label for end, label in LIMIT_ENDS.items() if end in limits_db}
    figure, panels = snr_panels(len(tables), names, x_label, y_label)
    for axes, (title, table) in zip(panels, tables.items(), strict=True):
        place = lay_out(axes, limits_db, ends)
        for name, rows in table.sort_values("snr_limit_db").groupby(column):
            looks = line_looks(names.index(name))
            draw_shares(axes, place(rows["snr_limit_db"]), rows[shares], len(names), **looks)
        axes.set_title(lines(title, 32))
    return figure
