"""Draw the sizes of the partitions."""

from job import run

from music_adversaries.reporting.figures.partition_sizes import partition_sizes
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_partition_sizes(snakemake):
    save(partition_sizes(read_table(snakemake.input[0])), snakemake.output)


run(draw_partition_sizes, snakemake)
