"""Typeset the tidy tables in LaTeX, Markdown and HTML."""

from pathlib import Path

from music_job import run

from music_adversaries.atomic_writes import whole
from music_adversaries.reporting.tables.html import to_html
from music_adversaries.reporting.tables.latex import to_latex
from music_adversaries.reporting.tables.layouts import LAYOUTS
from music_adversaries.reporting.tables.markdown import to_markdown
from music_adversaries.tidy_tables import read_table


def typeset_tables(snakemake):
    output = snakemake.output
    for table, tex, md, html in zip(
        snakemake.input, output.tex, output.md, output.html, strict=True
    ):
        name = Path(table).stem
        printed = LAYOUTS[name](read_table(table))
        write(to_latex(printed), tex)
        write(to_markdown(printed), md)
        write(to_html(printed, name), html)


def write(text, path):
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


run(typeset_tables, snakemake)
