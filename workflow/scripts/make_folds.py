"""Cut a dataset into folds."""

from job import run
from music_adversaries.partitions import make_folds
from music_adversaries.tables import read_table, write_table


def make_fold_tables(snakemake):
    folds = make_folds(
        read_table(snakemake.input[0]),
        snakemake.wildcards.partition,
        len(snakemake.output),
        snakemake.params.seed,
    )
    for fold, path in zip(folds, snakemake.output, strict=True):
        write_table(fold, path)


run(make_fold_tables, snakemake)
