"""Printed tables declared by their columns: a row per row of the tidy table, or per figure."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from music_adversaries.reporting.tables.numbers import (
    Format,
    bold,
    count,
    snr_limit,
    text,
)
from music_adversaries.reporting.tables.printed import PrintedTable
from music_adversaries.snr_limits import NO_LIMIT

WRAPPED = ("statement", "statistic")
"""Headings of columns whose text may take several lines."""

Column = tuple[str, Format, str]
"""A heading, the format of a cell, and the tidy columns it takes, separated by spaces."""


def texts(names: str) -> list[Column]:
    """Columns of labels that are called as they are in the tidy table."""
    return [(name, text, name) for name in names.split()]


def counts(names: str) -> list[Column]:
    """Columns of whole numbers that are called as they are in the tidy table."""
    return [(name, count, name) for name in names.split()]


def by_rows(
    table: pd.DataFrame, caption: str, keys: str, columns: list[Column]
) -> list[PrintedTable]:
    """One printed row per row of the tidy table, and one printed table per group.

    Args:
        table: a tidy table.
        caption: a template for `captioned`.
        keys: the tidy columns that a group has in common, separated by spaces.
        columns: those of the printed table.
    """
    headings = [heading for heading, _, _ in columns]
    return [
        PrintedTable(
            captioned(caption, key), headings, _transposed(columns, rows), _align(columns)
        )
        for key, rows in groups(table, keys)
    ]


def across(
    table: pd.DataFrame,
    caption: str,
    keys: str,
    about: list[Column],
    place: tuple[str, Callable[[float], str], bool],
    figures: list[Column],
) -> list[PrintedTable]:
    """One printed row per figure of a system, with the limits or cut-offs as columns.

    Args:
        table: a tidy table.
        caption: a template for `captioned`.
        keys: the tidy columns that a printed table has in common, separated by spaces.
        about: the columns that describe a system.
        place: the tidy column that becomes the columns, the format of their headings, and
            whether its values fall from left to right.
        figures: the printed rows of each system.
    """
    column, heading, falling = place
    about_names = " ".join(name for name, _, _ in about)
    tables = []
    for key, rows in groups(table, keys):
        places = sorted(rows[column].unique(), reverse=falling)
        lines = []
        for system, measured in groups(rows, about_names):
            # A place where nothing was measured becomes a row of NaN, hence of dashes.
            measured = measured.set_index(column).reindex(places)
            described = [write(system[name]) for name, write, _ in about]
            lines += [
                [*described, name, *written(measured, write, sources)]
                for name, write, sources in figures
            ]
        align = _align(about) + "l" + "r" * len(places)
        headings = [*about_names.split(), "figure", *map(heading, places)]
        tables.append(PrintedTable(captioned(caption, key), headings, lines, align))
    return tables


def groups(table: pd.DataFrame, keys: str) -> Iterable[tuple[dict[str, Any], pd.DataFrame]]:
    """The rows with equal ``keys`` and what these are, in the order of the table."""
    names = keys.split()
    for values, rows in table.groupby(names, sort=False, dropna=False):
        yield dict(zip(names, values, strict=True)), rows


def captioned(template: str, key: dict[str, Any]) -> str:
    """A caption with the values of ``key``, and ``{attack}`` if these name an adversary."""
    named = {"attack": _attack(key)} if "adversary" in key else {}
    return template.format_map(key | named)


def _attack(key: dict[str, Any]) -> str:
    if key["adversary"] == "none":
        return "no adversary"
    mode = f", mode {key['mode']}" if "mode" in key else ""
    limit = snr_limit(key["snr_limit_db"])
    limit = "no SNR limit" if limit == NO_LIMIT else f"SNR limit {limit} dB"
    return f"{key['adversary']}{mode}, {limit}"


def written(rows: pd.DataFrame, write: Format, sources: str) -> list[str]:
    """The text of a column's cell in each row."""
    return [write(*values) for values in rows[sources.split()].itertuples(index=False)]


def _align(columns: list[Column]) -> str:
    """Labels left, long ones wrapped, numbers right: the letters of `PrintedTable.align`."""
    return "".join(
        "p" if heading in WRAPPED else "l" if write in (text, bold) else "r"
        for heading, write, _ in columns
    )


def _transposed(columns: list[Column], rows: pd.DataFrame) -> list[list[str]]:
    cells = [written(rows, write, sources) for _, write, sources in columns]
    return [list(row) for row in zip(*cells, strict=True)]
