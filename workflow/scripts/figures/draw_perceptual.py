"""Draw what a listener would notice of each test set, against its SNR."""

from job import run

from music_adversaries.reporting.figures.perceptual import perceptual_figures
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_perceptual(snakemake):
    save(perceptual_figures(read_table(snakemake.input[0])), snakemake.output)


run(draw_perceptual, snakemake)
