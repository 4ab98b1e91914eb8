"""Draw the sizes of the partitions."""

from job import run
from music_adversaries import figures
from music_adversaries.tables import read_table


def draw_partition_sizes(snakemake):
    figures.save(figures.partition_sizes(read_table(snakemake.input[0])), snakemake.output)


run(draw_partition_sizes, snakemake)
