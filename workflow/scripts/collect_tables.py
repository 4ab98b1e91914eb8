"""Put tables together, with their wildcards as columns."""

import pandas as pd

from job import columns_of, run
from music_adversaries.tables import read_table, write_collected


def collect_tables(snakemake):
    tables = []
    for wildcards, path in zip(snakemake.params.wildcards, snakemake.input, strict=True):
        table = read_table(path)
        about = pd.DataFrame([columns_of(wildcards)] * len(table))
        tables.append(pd.concat([about, table], axis=1))
    write_collected(tables, snakemake.output[0])


run(collect_tables, snakemake)
