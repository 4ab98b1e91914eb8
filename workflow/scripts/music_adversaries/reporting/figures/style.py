"""How every figure looks and is written.

Sizes are those of print: 7 in is a page's text width, and no letter is smaller than 7 pt.
Labels are arbitrary text and drawn as they are, never parsed as mathematics. Every figure
and `save` work under the one style `STYLE`, on top of Matplotlib's defaults, whatever the
user's own settings are.
"""

import functools
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ParamSpec, TypeVar

from matplotlib import style
from matplotlib.figure import Figure
from PIL import Image

from music_adversaries.atomic_writes import whole
from music_adversaries.reporting.figures.fonts import FONT, with_all_letters

Arguments = ParamSpec("Arguments")
Drawn = TypeVar("Drawn")

# Okabe and Ito, "Color Universal Design" (2008): told apart with any colour vision.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"
GREY = "#8C8C8C"

STYLE = {
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "font.family": FONT,
    "font.size": 8,
    "axes.titlesize": 8,
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
    "pdf.fonttype": 42,  # letters stay letters: searchable, editable
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "music-adversaries",  # identifiers that do not change from run to run
    "text.usetex": False,
    "text.parse_math": False,  # a label may hold a dollar sign
}
PAGE_IN = 7.0
COLOURS = [BLUE, VERMILION, ORANGE, GREEN, PURPLE, SKY, BLACK]
MARKERS = ["o", "X", "D", "^", "s", "v", "P"]


def in_style(draw: Callable[Arguments, Drawn]) -> Callable[Arguments, Drawn]:
    """Decorate ``draw`` to work under `STYLE`, untouched by the user's settings."""

    @functools.wraps(draw)
    def styled(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Drawn:
        with style.context(["default", STYLE]):
            return draw(*args, **kwargs)

    return styled


@in_style
def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to each of ``paths``, whole or not at all, the same bytes each time.

    Args:
        figure: a Matplotlib figure.
        paths: files ending in ``.pdf``, ``.png`` or ``.svg``.

    Raises:
        ValueError: another ending; nothing is written.
        OSError: a file cannot be written; what was there before stays.
    """
    # The dates that each format would hold; None leaves them out.
    dates = {".pdf": {"CreationDate": None}, ".png": {}, ".svg": {"Date": None}}
    files = [Path(path) for path in paths]
    unknown = [str(path) for path in files if path.suffix not in dates]
    if unknown:
        raise ValueError(f"figures are written as {', '.join(dates)}, not as {unknown}")
    for path in files:
        with whole(path) as partial:
            with with_all_letters(figure):
                figure.savefig(partial, format=path.suffix[1:], metadata=dates[path.suffix])
            if path.suffix == ".png":
                _reduce_colours(partial)


def _reduce_colours(png: Path) -> None:
    """Write a picture anew in 256 colours of its own: a third of the size."""
    with Image.open(png) as image:
        reduced, dpi = image.convert("RGB").quantize(), image.info["dpi"]
    reduced.save(png, format="png", optimize=True, dpi=dpi)


def look(number: int) -> tuple[str, str]:
    """Colour and marker of the line with this number, told apart up to the 49th."""
    turns, place = divmod(number, len(COLOURS))
    return COLOURS[place], MARKERS[(place + turns) % len(MARKERS)]


def set_title(figure: Figure, *lines: str) -> None:
    """Write the lines that are not empty above a figure, broken where they would leave it."""
    figure.suptitle("\n".join(_wrapped(figure, line, 12) for line in lines if line))


def set_note(figure: Figure, text: str) -> None:
    """Write how to read a figure below it, in small letters."""
    figure.supxlabel(_wrapped(figure, text, 15), fontsize=7)


def _wrapped(figure: Figure, text: str, letters_per_in: float) -> str:
    return textwrap.fill(text, int(letters_per_in * figure.get_figwidth()))
