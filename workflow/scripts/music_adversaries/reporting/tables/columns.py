"""Columns of a tidy table as columns of text, and the groups that make a printed one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from music_adversaries.reporting.tables.numbers import DASH, snr_limit, with_interval
from music_adversaries.snr_limits import NO_LIMIT


def groups(table: pd.DataFrame, keys: list[str]) -> Iterable[tuple[Any, Any]]:
    """``(key, rows)`` in order of appearance; a missing SNR limit makes a group as well."""
    return table.groupby(keys, sort=False, dropna=False)


def words(column: Iterable[str]) -> list[str]:
    """Text as it stands, a dash for none."""
    return [word or DASH for word in column]


def written(write: Callable[..., str], table: pd.DataFrame, *columns: str) -> list[str]:
    """What ``write`` makes of the numbers of ``columns``, row by row."""
    return [write(*row) for row in table[list(columns)].itertuples(index=False)]


def intervals(
    write: Callable[..., str],
    table: pd.DataFrame,
    value: str,
    low: str = "low",
    high: str = "high",
) -> list[str]:
    """A column's numbers, each as ``write`` has it, with the interval beside it."""
    return written(partial(with_interval, write), table, value, low, high)


def pairs(write: Callable[..., str], table: pd.DataFrame, name: str) -> list[str]:
    """The numbers of both sides of a comparison, ``first / second``."""
    sides = (f"{name}_first", f"{name}_second")
    return written(lambda *numbers: " / ".join(map(write, numbers)), table, *sides)


def attack(key: Mapping[str, Any]) -> str:
    """An adversary as a caption names it, from what its rows have in common (a dict)."""
    if key["adversary"] == "none":
        return "no adversary"
    mode = f", mode {key['mode']}" if "mode" in key else ""
    limit = snr_limit(key["snr_limit_db"])
    limit = "no SNR limit" if limit == NO_LIMIT else f"SNR limit {limit} dB"
    return f"{key['adversary']}{mode}, {limit}"
