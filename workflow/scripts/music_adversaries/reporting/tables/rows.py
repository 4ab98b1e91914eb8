"""Printed tables declared by their columns: a row per row of the tidy table, or per figure."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from music_adversaries.evaluation.grouping import groups
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

Layout = Callable[[pd.DataFrame], list[PrintedTable]]
"""Takes a tidy table and returns its printed tables."""


def texts(names: str) -> list[Column]:
    """Columns of labels that are called as they are in the tidy table."""
    return [(name, text, name) for name in names.split()]


def counts(names: str) -> list[Column]:
    """Columns of whole numbers that are called as they are in the tidy table."""
    return [(name, count, name) for name in names.split()]


def by_group(
    keys: str, lay_out: Callable[[dict[str, Any], pd.DataFrame], PrintedTable]
) -> Layout:
    """A layout with a printed table per group of rows whose ``keys`` are equal."""
    return lambda table: [
        lay_out(key, rows) for key, rows in groups(table, keys.split(), sort=False)
    ]


def by_rows(
    keys: str,
    caption: str,
    *columns: Column,
    prepare: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table,
) -> Layout:
    """A layout with a printed row per row of the tidy table.

    Args:
        keys: the tidy columns that the rows of a printed table have in common, separated by
            spaces.
        caption: a template for `captioned`.
        *columns: those of the printed table.
        prepare: changes the tidy table first.
    """
    headings = [heading for heading, _, _ in columns]

    def laid_out(key: dict[str, Any], rows: pd.DataFrame) -> PrintedTable:
        cells = [written(rows, write, sources) for _, write, sources in columns]
        lines = [list(row) for row in zip(*cells, strict=True)]
        return PrintedTable(captioned(caption, key), headings, lines, _align(columns))

    return lambda table: by_group(keys, laid_out)(prepare(table))


def across(
    keys: str,
    caption: str,
    about: list[Column],
    place: tuple[str, Callable[[float], str], bool],
    figures: list[Column],
) -> Layout:
    """A layout with a printed row per figure of a system, and limits or cut-offs as columns.

    Args:
        keys: the tidy columns that the rows of a printed table have in common, separated by
            spaces.
        caption: a template for `captioned`.
        about: the columns that describe a system.
        place: the tidy column whose values become columns, the format of their headings, and
            whether they fall from left to right.
        figures: the printed rows of each system.
    """
    column, heading, falling = place
    names = [name for name, _, _ in about]

    def laid_out(key: dict[str, Any], rows: pd.DataFrame) -> PrintedTable:
        places = sorted(rows[column].unique(), reverse=falling)
        lines = []
        for system, measured in groups(rows, names, sort=False):
            # A place without a measurement becomes a row of NaN, which is printed as dashes.
            measured = measured.set_index(column).reindex(places)
            described = [write(system[name]) for name, write, _ in about]
            lines += [
                [*described, name, *written(measured, write, sources)]
                for name, write, sources in figures
            ]
        headings = [*names, "figure", *map(heading, places)]
        align = _align(about) + "l" + "r" * len(places)
        return PrintedTable(captioned(caption, key), headings, lines, align)

    return by_group(keys, laid_out)


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


def _align(columns: Iterable[Column]) -> str:
    """Labels left, long ones wrapped, numbers right: the letters of `PrintedTable.align`."""
    return "".join(
        "p" if heading in WRAPPED else "l" if write in (text, bold) else "r"
        for heading, write, _ in columns
    )
