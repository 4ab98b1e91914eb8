"""Tables of coloured cells with a text in each."""

import numpy as np
from matplotlib.patheffects import withStroke

from music_adversaries.reporting.figures.style import BLUE

SEQUENTIAL = "magma_r"  # perceptually uniform, and pale where there is nothing


def ink(colour):
    """Black or white, whichever contrasts more with an RGB colour (WCAG 2.2, § 1.4.3)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def write_cell(axes, place, text, colour, **looks):
    """Write in the middle of ``place`` (column, row) what can be read on an RGB colour."""
    axes.text(
        *place,
        text,
        color=ink(colour),
        ha="center",
        va="center",
        **{"fontsize": 7, "linespacing": 1.05, **looks},
    )


def outline(axes, column, row):
    """Draw a frame just within a cell."""
    x, y = 0.48 * np.array([[-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1]])
    halo = withStroke(linewidth=2.4, foreground="white")  # dark cells are darker than blue
    axes.plot(column + x, row + y, color=BLUE, linewidth=1, path_effects=[halo], clip_on=False)


def name_columns_on_top(axes, label):
    """Move the names of the columns above them, aslant, and leave out frame and ticks."""
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    for tick in axes.get_xticklabels():
        tick.set(rotation=45, ha="left", va="bottom", rotation_mode="anchor")
    axes.set_xlabel(label)
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)
