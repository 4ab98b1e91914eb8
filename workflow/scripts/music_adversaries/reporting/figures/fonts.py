"""Letters that the font of the figures lacks, drawn by an installed font that has them."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache

from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

FONT = "DejaVu Sans"
"""The one that comes with Matplotlib: Latin, Greek, Cyrillic, Hebrew and Arabic."""

PREFERRED = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "Source Han Sans SC"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "IPAexGothic", "IPAGothic", "VL Gothic"),
    *("Hiragino Sans", "PingFang SC", "Heiti TC", "Microsoft YaHei", "Yu Gothic", "Meiryo"),
    *("Droid Sans Fallback", "Noto Sans CJK KR", "NanumGothic", "Malgun Gothic"),
    *("Apple SD Gothic Neo", "Noto Sans Thai", "Noto Sans Devanagari", "Lohit Devanagari"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Leelawadee UI", "Nirmala UI"),
    *("Arial Unicode MS", "FreeSans", "Unifont"),
)
"""Families without serifs, each of one or more scripts; any other font comes after them."""

NO_LETTERS = ("Last Resort", "LastResort", "Adobe Blank")
"""How the names of fonts begin that have every letter as a box, or as nothing."""

TOLD: set[str] = set()
"""Letters of which this process has said that no font has them."""


@contextmanager
def with_all_letters(figure: Figure) -> Iterator[None]:
    """Draw a figure in fonts that have its letters; texts in `FONT` alone stay as they are.

    Letters that no installed font has are named in a sentence on standard error, once.
    """
    lacking = _lacking(_said_in(figure))
    if not lacking:
        yield
        return
    families = _families(frozenset(lacking))
    _use(figure, [FONT, *families], lacking)
    _tell(lacking.difference(*map(_letters, families)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from", append=False)
        yield


def _axes(figure: Figure) -> Iterator[Axis]:
    return (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis))


def _said_in(figure: Figure) -> str:
    """All text of a figure; that of ticks is known to their axes alone until they are drawn."""
    texts = [text.get_text() for text in figure.findobj(Text)]
    ticks = [getattr(axis.get_major_formatter(), "seq", ()) for axis in _axes(figure)]
    return "".join([*texts, *(str(label) for labels in ticks for label in labels)])


def _use(figure: Figure, families: list[str], lacking: set[str]) -> None:
    """Set the fonts of the texts that have a letter of ``lacking``."""
    for text in figure.findobj(Text):
        if lacking & set(text.get_text()):
            text.set_fontfamily(families)
    for axis in _axes(figure):
        labels = map(str, getattr(axis.get_major_formatter(), "seq", ()))
        if lacking & set("".join(labels)):
            axis.set_tick_params(labelfontfamily=families)


def _lacking(said: str) -> set[str]:
    return {letter for letter in set(said) - _letters(FONT) if letter.isprintable()}


@cache
def _families(lacking: frozenset[str]) -> list[str]:
    """Installed families that have, together, as many of the letters as any have."""
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
    # Matplotlib keeps a list, in which what was installed since is not.
    listed = {font.fname for font in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - listed:
        with suppress(Exception):  # a font that Matplotlib cannot read
            font_manager.fontManager.addfont(path)
    names = {font.name for font in font_manager.fontManager.ttflist}
    names = {name for name in names if not name.startswith(NO_LETTERS)}
    preferred = [name for name in PREFERRED if name in names]
    return preferred + sorted(names.difference(preferred))


@cache
def _letters(family: str) -> frozenset[str]:
    """The letters of a family, by one of its upright fonts."""
    fonts = [font for font in font_manager.fontManager.ttflist if font.name == family]
    path = min(fonts, key=lambda font: font.style != "normal").fname
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))


def _tell(missing: set[str]) -> None:
    if new := missing - TOLD:
        TOLD.update(new)
        print(
            f"No installed font has {' '.join(sorted(new))}: figures show a box in place of"
            " each; install a font that has them, such as Noto Sans CJK for Chinese, Japanese"
            " and Korean, and delete the figures to have them drawn anew.",
            file=sys.stderr,
        )
