"""Printed tables in Markdown, in the dialect of GitHub and most other programs."""

import re

from music_adversaries.reporting.tables.numbers import Bold
from music_adversaries.reporting.tables.printed import (
    NOTHING_WAS_RUN,
    PrintedTable,
    one_line,
    tabulated,
)

SPECIALS = re.compile(r"([\\`*_\[\]<>&|~$])")


def escape(text: str) -> str:
    """Markdown that shows the text as it is."""
    return SPECIALS.sub(r"\\\1", one_line(text))


def to_markdown(tables: list[PrintedTable]) -> str:
    """The tables, each below its caption, or a sentence if there are none."""
    parts = [
        f"{escape(table.caption)}\n\n{tabulated(table, 'pipe', _cell)}" for table in tables
    ]
    return "\n\n".join(parts or [NOTHING_WAS_RUN]) + "\n"


def _cell(text: str) -> str:
    return f"**{escape(text)}**" if isinstance(text, Bold) else escape(text)
