"""Tables of coloured cells with a text in each."""

import numpy as np
from matplotlib import colormaps
from matplotlib.patheffects import withStroke

from music_adversaries.reporting.figures.style import BLUE

SEQUENTIAL = "magma_r"  # perceptually uniform, and pale for low values


def draw_cells(axes, values, texts, limits, outlined):
    """Draw a table of cells, coloured by their values.

    Args:
        axes: the axes to draw in.
        values: ``(rows, columns)``; NaN is a white cell.
        texts: ``(rows, columns)``; an empty one is not drawn.
        limits: the values at the ends of the colour map.
        outlined: which cells ``(row, column)`` have a frame and a bold text.

    Returns:
        The image, for a colour bar.
    """
    colour_map = colormaps[SEQUENTIAL].with_extremes(bad="white")
    low, high = limits
    image = axes.imshow(values, cmap=colour_map, vmin=low, vmax=high, aspect="auto")
    colours = image.to_rgba(values)[..., :3]
    for place, text in np.ndenumerate(texts):
        if text:
            drawn = axes.text(*place[::-1], text, color=ink(colours[place]), fontsize=7)
            drawn.set(ha="center", va="center", linespacing=1.05)
            drawn.set_weight("bold" if place in outlined else "normal")
    for row, column in outlined:
        _outline(axes, column, row)
    return image


def ink(colour):
    """Black or white, whichever contrasts more with an RGB colour (WCAG 2.2, § 1.4.3)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def _outline(axes, column, row):
    """Draw a frame just inside a cell."""
    x, y = 0.48 * np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]])
    halo = withStroke(linewidth=2.4, foreground="white")  # the blue is close to dark cells
    axes.plot(column + x, row + y, color=BLUE, linewidth=1, path_effects=[halo], clip_on=False)


def name_cells(axes, columns, rows, column_label, row_label):
    """Name the columns above the table, slanted, and the rows; draw no frame and no ticks."""
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    for tick in axes.get_xticklabels():
        tick.set(rotation=45, ha="left", va="bottom", rotation_mode="anchor")
    axes.set_xlabel(column_label)
    axes.set_ylabel(row_label)
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)
