"""Sum up what written adversarial excerpts do to systems that they were not made against."""

from job import run

from music_adversaries.evaluation.transfer import transfer
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_transfer(snakemake):
    adversarial = read_collected(snakemake.input.adversarial)
    transferred = read_collected(snakemake.input.transferred)
    write_table(transfer(adversarial, transferred), snakemake.output[0])


run(make_transfer, snakemake)
