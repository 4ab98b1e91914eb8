"""Printed tables as a page of HTML, for the report and for browsers."""

from html import escape

from music_adversaries.reporting.tables.printed import (
    NOTHING_WAS_RUN,
    PrintedTable,
    laid_out,
    one_line,
)

# Black on white wherever it is shown, and nothing that is fetched.
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
    """A page with the tables, each under its caption, or a sentence for none."""
    body = "\n".join(map(_figure, tables)) or f"<p>{NOTHING_WAS_RUN}</p>"
    return PAGE.format(title=escape(title), body=body)


def _figure(table: PrintedTable) -> str:
    written = laid_out(table, "unsafehtml", _cell)  # the cells are escaped already
    caption = escape(one_line(table.caption))
    return f"<figure>\n<figcaption>{caption}</figcaption>\n{written}\n</figure>"


def _cell(text: str, bold: bool) -> str:
    text = escape(one_line(text))
    return f"<b>{text}</b>" if bold else text
