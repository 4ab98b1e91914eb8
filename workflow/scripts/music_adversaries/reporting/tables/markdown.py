"""Printed tables in Markdown, as GitHub and most other programs read it."""

import re

from music_adversaries.reporting.tables.printed import (
    NOTHING_WAS_RUN,
    PrintedTable,
    laid_out,
    one_line,
)

SPECIALS = re.compile(r"([\\`*_\[\]<>&|~$])")


def escape(text: str) -> str:
    """Text that shows as it stands."""
    return SPECIALS.sub(r"\\\1", one_line(text))


def to_markdown(tables: list[PrintedTable]) -> str:
    """The tables, each under its caption, or a sentence for none."""
    return "\n\n".join(map(_with_caption, tables) if tables else [NOTHING_WAS_RUN]) + "\n"


def _with_caption(table: PrintedTable) -> str:
    return f"{escape(table.caption)}\n\n{laid_out(table, 'pipe', _cell)}"


def _cell(text: str, bold: bool) -> str:
    return f"**{escape(text)}**" if bold else escape(text)
