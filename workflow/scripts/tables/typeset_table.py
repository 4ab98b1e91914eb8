"""Lay out a tidy table as people print it, and write it in LaTeX, Markdown and HTML."""

from job import run

from music_adversaries.atomic_writes import whole
from music_adversaries.reporting.tables.html import to_html
from music_adversaries.reporting.tables.latex import to_latex
from music_adversaries.reporting.tables.layouts import LAYOUTS
from music_adversaries.reporting.tables.markdown import to_markdown
from music_adversaries.tidy_tables import read_table


def typeset_table(snakemake):
    name = snakemake.wildcards.table
    printed = LAYOUTS[name](read_table(snakemake.input[0]))
    write(to_latex(printed), snakemake.output.tex)
    write(to_markdown(printed), snakemake.output.md)
    write(to_html(printed, name), snakemake.output.html)


def write(text, path):
    with whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


run(typeset_table, snakemake)
