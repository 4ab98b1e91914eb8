"""Draw how often each system is right, without an adversary and with each."""

from job import run

from music_adversaries.reporting.figures.overview import merit_overview
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_overview(snakemake):
    merits = read_table(snakemake.input[0])
    save(merit_overview(merits, snakemake.params.class_counts), snakemake.output)


run(draw_overview, snakemake)
