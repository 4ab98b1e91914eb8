"""Sum up which adversaries survive transformations."""

from job import run
from music_adversaries.survival import survival
from music_adversaries.tables import read_table, write_table


def make_survival(snakemake):
    write_table(survival(read_table(snakemake.input[0])), snakemake.output[0])


run(make_survival, snakemake)
