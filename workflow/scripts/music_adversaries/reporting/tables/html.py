"""Printed tables as an HTML page, for the report and for browsers."""

from html import escape

from music_adversaries.reporting.tables.numbers import Bold
from music_adversaries.reporting.tables.printed import (
    NOTHING_WAS_RUN,
    PrintedTable,
    one_line,
    tabulated,
)

# Black on white in any viewer; the page loads nothing from elsewhere.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ margin: 1.5rem; background: white; color: black; font: 0.9rem/1.4 sans-serif; }}
figure {{ margin: 0 0 2.5rem; overflow-x: auto; }}
figcaption {{ max-width: 45rem; margin-bottom: 0.6rem; }}
table {{ border-collapse: collapse; border-block: 1px solid; }}
th {{ border-bottom: 1px solid; text-align: left; vertical-align: bottom; }}
th, td {{ padding: 0.15rem 0.6rem; }}
td[style*="right"] {{ white-space: nowrap; }}
tbody tr:hover {{ background: #e8f1f7; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def to_html(tables: list[PrintedTable], title: str) -> str:
    """A page with the tables, each below its caption, or a sentence if there are none."""
    body = "\n".join(map(_figure, tables)) or f"<p>{NOTHING_WAS_RUN}</p>"
    return PAGE.format(title=escape(title), body=body)


def _figure(table: PrintedTable) -> str:
    written = tabulated(table, "unsafehtml", _cell)  # `_cell` escapes
    caption = escape(one_line(table.caption))
    return f"<figure>\n<figcaption>{caption}</figcaption>\n{written}\n</figure>"


def _cell(text: str) -> str:
    escaped = escape(one_line(text))
    return f"<b>{escaped}</b>" if isinstance(text, Bold) else escaped
