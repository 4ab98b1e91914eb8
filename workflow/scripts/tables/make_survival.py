"""Sum up which adversaries survive transformations."""

from job import run

from music_adversaries.evaluation.survival import survival
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_survival(snakemake):
    write_table(survival(read_collected(snakemake.input[0])), snakemake.output[0])


run(make_survival, snakemake)
