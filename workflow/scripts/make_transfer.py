"""Sum up what written adversarial excerpts do to systems that they were not made against."""

from job import run

from music_adversaries.judgements import read_collected
from music_adversaries.tables import write_table
from music_adversaries.transfer import transfer


def make_transfer(snakemake):
    adversarial = read_collected(snakemake.input.adversarial)
    transferred = read_collected(snakemake.input.transferred)
    write_table(transfer(adversarial, transferred), snakemake.output[0])


run(make_transfer, snakemake)
