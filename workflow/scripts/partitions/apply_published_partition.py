"""Split GTZAN as the published fault-filtered partition does."""

from music_job import run, usable_manifest

from music_adversaries.datasets.gtzan import fault_filtered_splits
from music_adversaries.datasets.partitions import apply_splits
from music_adversaries.tidy_tables import write_table


def apply_published_partition(snakemake):
    fold = apply_splits(usable_manifest(snakemake.input.manifest), fault_filtered_splits())
    write_table(fold, snakemake.output[0])


run(apply_published_partition, snakemake)
