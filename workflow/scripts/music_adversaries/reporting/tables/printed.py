"""A table that is laid out, before it is written in any format."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from tabulate import tabulate

NOTHING_WAS_RUN = "Nothing was run that this table would show."
ALIGN = {"l": "left", "p": "left", "r": "right"}
"""Letters of a table's alignment, as tabulate calls them."""


@dataclass(frozen=True)
class PrintedTable:
    """Plain text in its place.

    Attributes:
        caption: what the table shows, and what its numbers mean.
        cells: text, a row per line below the headings; these are the columns' names, and
            may repeat.
        align: a letter per column: ``l`` left, ``r`` right, ``p`` text broken into lines.
        bold: the positions ``(row, column)`` of bold cells, counted from 0.
    """

    caption: str
    cells: pd.DataFrame
    align: str
    bold: frozenset[tuple[int, int]] = frozenset()


def one_line(text: str) -> str:
    """Text on one line, without control characters, which no format prints."""
    text = " ".join(text.split())
    return "".join(c for c in text if unicodedata.category(c) != "Cc")


def laid_out(table: PrintedTable, form: str, cell: Callable[[str, bool], str]) -> str:
    """A table in a format of tabulate; ``cell`` writes a text, which may be bold."""
    rows = [
        [cell(text, (i, j) in table.bold) for j, text in enumerate(row)]
        for i, row in enumerate(table.cells.itertuples(index=False, name=None))
    ]
    return tabulate(
        rows,
        [cell(heading, False) for heading in table.cells.columns],
        tablefmt=form,
        disable_numparse=True,  # what is laid out stays as it is
        colalign=[ALIGN[letter] for letter in table.align],
    )
