"""A table laid out as plain text, before it is written in any format."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tabulate import tabulate

NOTHING_WAS_RUN = "Nothing was run that this table would show."
ALIGN = {"l": "left", "p": "left", "r": "right"}
"""Letters of `PrintedTable.align`, as tabulate calls them."""


@dataclass(frozen=True)
class PrintedTable:
    """A table of plain text.

    Attributes:
        caption: what the table shows and what its numbers mean.
        headings: a text per column; they may repeat.
        rows: the texts below the headings; those of type `numbers.Bold` are printed bold.
        align: a letter per column: ``l`` left, ``r`` right, ``p`` text broken into lines.
    """

    caption: str
    headings: list[str]
    rows: list[list[str]]
    align: str


def one_line(text: str) -> str:
    """The text on one line, without control characters, which no format prints."""
    text = " ".join(text.split())
    return "".join(c for c in text if unicodedata.category(c) != "Cc")


def tabulated(table: PrintedTable, form: str, cell: Callable[[str], str]) -> str:
    """A table in one of tabulate's formats; ``cell`` writes the text of a cell."""
    return tabulate(
        [map(cell, row) for row in table.rows],
        list(map(cell, table.headings)),
        tablefmt=form,
        disable_numparse=True,  # cells keep their text
        colalign=[ALIGN[letter] for letter in table.align],
    )
