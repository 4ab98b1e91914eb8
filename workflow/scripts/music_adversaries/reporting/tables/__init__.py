"""Printed tables in LaTeX, Markdown and HTML, laid out from the tidy tables.

`layouts` declares every printed table by its columns, `rows` and `grids` lay them out,
`numbers` formats cells, and `latex`, `markdown` and `html` write the result.
Cells and captions are plain text and may contain any label: the writers alone escape them.
"""
