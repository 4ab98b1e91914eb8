"""Printed tables in LaTeX, by pandas, with the rules of booktabs."""

import re
from collections.abc import Iterator

import pandas as pd

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
        # At the start of a row, the line break before it would take these as its options.
        **{option: f"{{{option}}}" for option in "[]*"},
        # Signs that pdfLaTeX does not know as letters.
        "−": "$-$",
        "±": r"$\pm$",
        "×": r"$\times$",
        "≥": r"$\geq$",
        "∞": r"$\infty$",
        "–": r"\textendash{}",
    }
)


def escape(text: str) -> str:
    """Text that prints as it stands; hyphens in a row stay hyphens."""
    return re.sub("-(?=-)", "-{}", one_line(text).translate(ESCAPES))


def to_latex(tables: list[PrintedTable]) -> str:
    """A document's part with each table in a float of its own, or a sentence for none.

    A table that is too wide is shrunk to the width of the text, one that is too long goes
    on in the next float.
    """
    floats = [_float(part) for table in tables for part in _parts(table)]
    return NEEDS + ("\n".join(floats) or NOTHING_WAS_RUN + "\n")


def _parts(table: PrintedTable) -> Iterator[PrintedTable]:
    """The table in pieces that fit a page."""
    for start in range(0, len(table.cells), ROWS_ON_A_PAGE):
        rows = range(start, start + ROWS_ON_A_PAGE)
        yield PrintedTable(
            table.caption + (" (continued)" if start else ""),
            table.cells.iloc[start : rows.stop],
            table.align,
            frozenset((row - start, column) for row, column in table.bold if row in rows),
        )


def _float(table: PrintedTable) -> str:
    # Where it stands, since LaTeX gives up when many floats wait with no text between.
    return rf"""\begin{{table}}[H]
\centering\small\setlength{{\tabcolsep}}{{3pt}}\setlength{{\belowcaptionskip}}{{6pt}}
\caption{{{escape(table.caption)}}}
\resizebox{{\ifdim\width>\linewidth\linewidth\else\width\fi}}{{!}}{{%
{_tabular(table)}%
}}
\end{{table}}
"""


def _tabular(table: PrintedTable) -> str:
    # Numbers name rows and columns here, since headings may repeat.
    columns = range(table.cells.shape[1])
    cells = table.cells.map(escape).set_axis(columns, axis=1).reset_index(drop=True)
    bold = pd.DataFrame("", cells.index, cells.columns)
    for position in table.bold:
        bold.iloc[position] = "textbf:--rwrap;"
    headings = [escape(heading) for heading in table.cells.columns]
    styler = cells.style.hide(axis="index").format_index(headings.__getitem__, axis=1)
    styler.apply(lambda _: bold, axis=None)
    align = "".join(TEXT_COLUMN if letter == "p" else letter for letter in table.align)
    return styler.to_latex(hrules=True, column_format=align).strip()
