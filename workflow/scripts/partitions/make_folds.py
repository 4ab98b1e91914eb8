"""Cut a dataset into folds."""

from music_job import run, usable_manifest

from music_adversaries.datasets import repeats
from music_adversaries.datasets.partitions import make_folds
from music_adversaries.tidy_tables import read_table, write_table


def make_fold_tables(snakemake):
    folds = make_folds(
        usable_manifest(snakemake.input.manifest),
        read_table(snakemake.input.repeats, repeats.COLUMNS),
        snakemake.wildcards.partition,
        len(snakemake.output),
        snakemake.params.seed,
    )
    for fold, path in zip(folds, snakemake.output, strict=True):
        write_table(fold, path)


run(make_fold_tables, snakemake)
