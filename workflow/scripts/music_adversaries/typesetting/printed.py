"""A table that is laid out, before it is written in any format."""

import unicodedata
from dataclasses import dataclass

import pandas as pd

NOTHING_WAS_RUN = "Nothing was run that this table would show."


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
