"""Printed tables in Markdown, as GitHub and most other programs read it."""

import re

from tabulate import tabulate

from music_adversaries.typesetting.printed import NOTHING_WAS_RUN, PrintedTable, one_line

SPECIALS = re.compile(r"([\\`*_\[\]<>&|~$])")
ALIGN = {"l": "left", "p": "left", "r": "right"}


def escape(text: str) -> str:
    """Text that shows as it stands."""
    return SPECIALS.sub(r"\\\1", one_line(text))


def to_markdown(tables: list[PrintedTable]) -> str:
    """The tables, each under its caption, or a sentence for none."""
    return "\n\n".join(map(_with_caption, tables) if tables else [NOTHING_WAS_RUN]) + "\n"


def _with_caption(table):
    rows = [
        [_cell(text, (i, j) in table.bold) for j, text in enumerate(row)]
        for i, row in enumerate(table.cells.itertuples(index=False, name=None))
    ]
    written = tabulate(
        rows,
        [escape(heading) for heading in table.cells.columns],
        tablefmt="pipe",
        disable_numparse=True,  # what is laid out stays as it is
        colalign=[ALIGN[letter] for letter in table.align],
    )
    return f"{escape(table.caption)}\n\n{written}"


def _cell(text, bold):
    return f"**{escape(text)}**" if bold else escape(text)
