"""The style of all figures, and how they are written to files.

Sizes are those of print: the text of a page is 7 in wide, and no letter is smaller than 7 pt.
Labels are arbitrary text and are never parsed as mathematics. Figures are drawn and saved in
the style `STYLE` on top of Matplotlib's defaults, whatever the user's own settings are.
"""

import textwrap
from collections.abc import Iterable
from pathlib import Path

from matplotlib import style
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from music_adversaries.atomic_writes import whole
from music_adversaries.reporting.figures.fonts import FONT, with_all_letters

# Okabe and Ito, "Color Universal Design" (2008): distinct for any colour vision.
ORANGE, SKY, GREEN = "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"
GREY = "#8C8C8C"

STYLE = {
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "font.family": FONT,
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "figure.titlesize": 9,
    "figure.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 0.9,
    "lines.markersize": 4,
    "pdf.fonttype": 42,  # letters stay letters: searchable and editable
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "music-adversaries",  # identifiers that are the same in every run
    "text.usetex": False,
    "text.parse_math": False,  # a label may contain a dollar sign
}
PAGE_IN = 7.0
COLOURS = [BLUE, VERMILION, ORANGE, GREEN, PURPLE, SKY, BLACK]
MARKERS = ["o", "X", "D", "^", "s", "v", "P"]

in_style = style.context(["default", STYLE])
"""Decorates a function to run in the style of all figures."""


@in_style
def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to each of ``paths``, whole or not at all, the same bytes each time.

    Args:
        figure: a Matplotlib figure.
        paths: files ending in ``.pdf``, ``.png`` or ``.svg``.

    Raises:
        OSError: a file cannot be written; its previous content stays.
    """
    # The date that each format would contain; None leaves it out.
    dates = {".pdf": {"CreationDate": None}, ".png": {}, ".svg": {"Date": None}}
    for path in map(Path, paths):
        with whole(path) as partial:
            with with_all_letters(figure):
                figure.savefig(partial, format=path.suffix[1:], metadata=dates[path.suffix])
            if path.suffix == ".png":
                _reduce_colours(partial)


def _reduce_colours(png: Path) -> None:
    """Rewrite a picture with a palette of 256 colours, a third of the size."""
    with Image.open(png) as image:
        reduced, dpi = image.convert("RGB").quantize(), image.info["dpi"]
    reduced.save(png, format="png", optimize=True, dpi=dpi)


def look(number: int) -> dict[str, str]:
    """Colour and marker of a numbered line, distinct for the first 49."""
    turns, place = divmod(number, len(COLOURS))
    return {"color": COLOURS[place], "marker": MARKERS[(place + turns) % len(MARKERS)]}


def line(label: str, **looks) -> Line2D:
    """An entry of a legend for a line or marker with these looks."""
    return Line2D([], [], label=label, **looks)


def add_legend(figure: Figure, handles: list, columns: int) -> None:
    """Put a legend for all panels below a figure."""
    figure.legend(handles=handles, loc="outside lower center", ncols=columns)


def set_title(figure: Figure, *lines: str) -> None:
    """Write the non-empty lines above a figure, wrapped to its width."""
    figure.suptitle("\n".join(_wrapped(figure, line, 12) for line in lines if line))


def set_note(figure: Figure, text: str) -> None:
    """Write below a figure, in small letters, how to read it."""
    figure.supxlabel(_wrapped(figure, text, 15), fontsize=7)


def _wrapped(figure: Figure, text: str, letters_per_in: float) -> str:
    return textwrap.fill(text, int(letters_per_in * figure.get_figwidth()))
