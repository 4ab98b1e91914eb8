"""Sum up what a listener would notice of the excerpts of each test set."""

from job import run

from music_adversaries.evaluation.perceptual import perceptual
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_perceptual_table(snakemake):
    write_table(perceptual(read_collected(snakemake.input[0])), snakemake.output[0])


run(make_perceptual_table, snakemake)
