"""Numbers as they are printed; what is missing or undefined is a dash."""

import math
from collections.abc import Callable

from music_adversaries.snr_limits import NO_LIMIT

DASH = "–"


def number(value: float, decimals: int = 1) -> str:
    """A number with so many decimals and a typographic minus; −0 is 0."""
    if math.isnan(value):
        return DASH
    return f"{value:z.{decimals}f}".replace("-", "−").replace("inf", "∞")


def count(value: float) -> str:
    """A whole number."""
    return number(value, 0)


def percent(fraction: float) -> str:
    """A fraction of 1 in per cent."""
    return number(100 * fraction)


def p_value(p: float) -> str:
    """Three decimals, and below the least of them a bound."""
    return "<0.001" if p < 0.001 else number(p, 3)


def snr_limit(limit_db: float) -> str:
    """A limit in dB as the config has it; a dash where no adversary is to be limited."""
    if math.isnan(limit_db):
        return DASH
    return NO_LIMIT if limit_db == -math.inf else f"{limit_db:g}".replace("-", "−")


def interval(write: Callable[[float], str], low: float, high: float) -> str:
    """``[low, high]``, each as ``write`` has it."""
    if math.isnan(low) and math.isnan(high):
        return DASH
    return f"[{write(low)}, {write(high)}]"


def with_interval(write: Callable[[float], str], value: float, low: float, high: float) -> str:
    """``value [low, high]``; the value alone where there is no interval."""
    beside = interval(write, low, high)
    return write(value) if beside == DASH else f"{write(value)} {beside}"


def with_spread(value: float, spread: float) -> str:
    """``value ± spread``; the value alone where there is no spread."""
    return number(value) if math.isnan(spread) else f"{number(value)} ± {number(spread)}"
