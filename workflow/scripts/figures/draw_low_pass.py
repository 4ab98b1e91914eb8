"""Draw the accuracy of systems behind a low-pass filter, against its cut-off."""

from job import run

from music_adversaries.reporting.figures.low_pass import low_pass_accuracy
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_low_pass(snakemake):
    low_pass = read_table(snakemake.input[0])
    save(low_pass_accuracy(low_pass, snakemake.params.class_counts), snakemake.output)


run(draw_low_pass, snakemake)
