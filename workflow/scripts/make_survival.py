"""Sum up which adversaries survive transformations."""

from job import run

from music_adversaries.judgements import read_collected
from music_adversaries.survival import survival
from music_adversaries.tables import write_table


def make_survival(snakemake):
    write_table(survival(read_collected(snakemake.input[0])), snakemake.output[0])


run(make_survival, snakemake)
