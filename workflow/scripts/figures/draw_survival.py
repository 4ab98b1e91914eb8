"""Draw which adversaries survive which transformations."""

from job import run

from music_adversaries.reporting.figures.style import save
from music_adversaries.reporting.figures.survival import survival_intervals
from music_adversaries.tidy_tables import read_table


def draw_survival(snakemake):
    save(survival_intervals(read_table(snakemake.input[0])), snakemake.output)


run(draw_survival, snakemake)
