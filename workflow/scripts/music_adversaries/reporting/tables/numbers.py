"""Formats of cells, which turn one or several values into plain text; NaN becomes a dash."""

import math
from collections.abc import Callable
from functools import partial

from music_adversaries.snr_limits import NO_LIMIT

DASH = "–"

Format = Callable[..., str]
"""Takes the values of one cell and returns its text."""


class Bold(str):
    """Text of a cell that is printed bold."""


def text(label: str) -> str:
    """The label itself, or a dash if it is empty."""
    return label or DASH


def bold(label: str) -> Bold:
    """The label in bold."""
    return Bold(label)


def number(value: float, decimals: int = 1) -> str:
    """A number with a fixed number of decimals and a typographic minus; −0 becomes 0."""
    if math.isnan(value):
        return DASH
    return f"{value:z.{decimals}f}".replace("-", "−").replace("inf", "∞")


count = partial(number, decimals=0)
two_decimals = partial(number, decimals=2)
three_digits = "{:.3g}".format


def percent(fraction: float) -> str:
    """A fraction of 1 in per cent."""
    return number(100 * fraction)


def p_value(p: float) -> str:
    """A p-value with three decimals, or the bound ``<0.001``."""
    return "<0.001" if p < 0.001 else number(p, 3)


def snr_limit(limit_db: float) -> str:
    """An SNR limit in dB: a dash without an adversary (NaN), `NO_LIMIT` for −inf."""
    if math.isnan(limit_db):
        return DASH
    return NO_LIMIT if limit_db == -math.inf else f"{limit_db:g}".replace("-", "−")


def with_spread(value: float, spread: float) -> str:
    """``value ± spread``; only the value if there is no spread."""
    return number(value) if math.isnan(spread) else f"{number(value)} ± {number(spread)}"


def joined(write: Format, separator: str = " / ") -> Format:
    """A format of several values, such as ``first / second``."""
    return lambda *values: separator.join(map(write, values))


def interval(write: Format) -> Format:
    """A format of two bounds: ``[low, high]``, or a dash if both are missing."""

    def bounds(low: float, high: float) -> str:
        missing = math.isnan(low) and math.isnan(high)
        return DASH if missing else f"[{write(low)}, {write(high)}]"

    return bounds


def with_interval(write: Format) -> Format:
    """A format of a value and two bounds: ``value [low, high]``, or only the value."""

    def value_and_bounds(value: float, low: float, high: float) -> str:
        bounds = interval(write)(low, high)
        return write(value) if bounds == DASH else f"{write(value)} {bounds}"

    return value_and_bounds
