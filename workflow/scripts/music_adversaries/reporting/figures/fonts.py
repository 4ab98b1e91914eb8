"""Fonts for letters that the font of the figures lacks."""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text

FONT = "DejaVu Sans"
"""The font that comes with Matplotlib: Latin, Greek, Cyrillic, Hebrew and Arabic."""

SANS_SERIF = re.compile("Sans|Gothic|Hei|Arial")
"""Parts of the names of families to try first; any other installed font is tried after them."""

NO_LETTERS = ("Last Resort", "LastResort", "Adobe Blank")
"""Beginnings of the names of fonts that show every letter as a box, or as nothing."""


@contextmanager
def with_all_letters(figure: Figure) -> Iterator[None]:
    """Draw a figure in fonts that have its letters; one in `FONT` alone stays unchanged.

    Letters that no installed font has are reported once on standard error.
    """
    axes = [axis for panel in figure.axes for axis in (panel.xaxis, panel.yaxis)]
    texts = figure.findobj(Text)
    # Tick labels become texts only when they are drawn.
    tick_labels = [getattr(axis.get_major_formatter(), "seq", ()) for axis in axes]
    shown = [text.get_text() for text in texts] + [str(x) for seq in tick_labels for x in seq]
    lacking = set(filter(str.isprintable, "".join(shown))) - _letters(FONT)
    if not lacking:
        yield
        return
    families = _families(frozenset(lacking))
    for text in texts:
        text.set_fontfamily([FONT, *families])
    for axis in axes:
        axis.set_tick_params(labelfontfamily=[FONT, *families])
    _report(frozenset(lacking.difference(*map(_letters, families))))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from", append=False)
        yield


@cache
def _families(lacking: frozenset[str]) -> list[str]:
    """Installed families that together have as many of the letters as possible."""
    found, missing = [], set(lacking)
    for family in _installed():
        if missing & _letters(family):
            found.append(family)
            missing -= _letters(family)
        if not missing:
            break
    return found


@cache
def _installed() -> list[str]:
    """The installed families, the preferred ones first."""
    # Matplotlib's own list lacks fonts that were installed after it was made.
    listed = {font.fname for font in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - listed:
        with suppress(Exception):  # a font that Matplotlib cannot read
            font_manager.fontManager.addfont(path)
    names = {font.name for font in font_manager.fontManager.ttflist}
    usable = sorted(name for name in names if not name.startswith(NO_LETTERS))
    return sorted(usable, key=lambda name: not SANS_SERIF.search(name))


@cache
def _letters(family: str) -> frozenset[str]:
    """The letters of a family, from one of its upright fonts."""
    fonts = [font for font in font_manager.fontManager.ttflist if font.name == family]
    path = min(fonts, key=lambda font: font.style != "normal").fname
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))


@cache  # once per process
def _report(missing: frozenset[str]) -> None:
    if missing:
        print(
            f"No installed font has {' '.join(sorted(missing))}: figures show a box in place of"
            " each; install a font that has them, such as Noto Sans CJK for Chinese, Japanese"
            " and Korean, and delete the figures to have them drawn again.",
            file=sys.stderr,
        )
