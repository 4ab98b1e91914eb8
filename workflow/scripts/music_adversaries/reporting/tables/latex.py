"""Printed tables in LaTeX, by pandas, with the rules of the package booktabs."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from music_adversaries.reporting.tables.numbers import Bold
from music_adversaries.reporting.tables.printed import (
    NOTHING_WAS_RUN,
    PrintedTable,
    one_line,
)

NEEDS = (
    r"% \usepackage{array,booktabs,float,graphicx}; letters beyond Latin also need LuaLaTeX or"
    " XeLaTeX and a font that has them.\n"
)
ROWS_ON_A_PAGE = 40
TEXT_COLUMN = r">{\raggedright\arraybackslash}p{0.27\linewidth}"

ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "`": r"\textasciigrave{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{special: f"\\{special}" for special in "&%$#_{}"},
        # At the start of a row, these would be read as options of the line break before it.
        **{option: f"{{{option}}}" for option in "[]*"},
        # Signs that pdfLaTeX cannot print as they are.
        "−": "$-$",
        "±": r"$\pm$",
        "×": r"$\times$",
        "≥": r"$\geq$",
        "∞": r"$\infty$",
        "–": r"\textendash{}",
    }
)


def escape(text: str) -> str:
    """LaTeX that prints the text as it is; ``--`` stays two hyphens."""
    return re.sub("-(?=-)", "-{}", one_line(text).translate(ESCAPES))


def to_latex(tables: list[PrintedTable]) -> str:
    """Part of a document with a float per table, or a sentence if there are none.

    A table wider than the text is shrunk; one of more than `ROWS_ON_A_PAGE` rows continues in
    the next float.
    """
    floats = [_float(part) for table in tables for part in _parts(table)]
    return NEEDS + ("\n".join(floats) or NOTHING_WAS_RUN + "\n")


def _parts(table: PrintedTable) -> Iterator[PrintedTable]:
    """The table in pieces that fit a page."""
    for start in range(0, len(table.rows), ROWS_ON_A_PAGE):
        caption = table.caption + (" (continued)" if start else "")
        rows = table.rows[start : start + ROWS_ON_A_PAGE]
        yield replace(table, caption=caption, rows=rows)


def _float(table: PrintedTable) -> str:
    # [H]: LaTeX stops with an error if many floats without text between them have to move.
    return rf"""\begin{{table}}[H]
\centering\small\setlength{{\tabcolsep}}{{3pt}}\setlength{{\belowcaptionskip}}{{6pt}}
\caption{{{escape(table.caption)}}}
\resizebox{{\ifdim\width>\linewidth\linewidth\else\width\fi}}{{!}}{{%
{_tabular(table)}%
}}
\end{{table}}
"""


def _tabular(table: PrintedTable) -> str:
    cells = pd.DataFrame([map(_cell, row) for row in table.rows])
    headings = list(map(escape, table.headings))
    # A Styler needs unique columns and headings may repeat: the columns are numbers.
    styler = cells.style.hide(axis="index").format_index(headings.__getitem__, axis=1)
    align = "".join(TEXT_COLUMN if letter == "p" else letter for letter in table.align)
    return styler.to_latex(hrules=True, column_format=align).strip()


def _cell(text: str) -> str:
    return rf"\textbf{{{escape(text)}}}" if isinstance(text, Bold) else escape(text)
