"""Put tables together, with their wildcards as columns."""

from pathlib import Path

import pandas as pd

from job import columns_of, run
from music_adversaries.judgements import collect
from music_adversaries.tables import read_table, write_table


def collect_tables(snakemake):
    tables = []
    for wildcards, path in zip(snakemake.params.wildcards, snakemake.input, strict=True):
        table = read_table(path)
        about = pd.DataFrame([columns_of(wildcards)] * len(table))
        tables.append(pd.concat([about, table], axis=1))
    output = Path(snakemake.output[0])
    write_table(collect(tables, output.stem), output)


run(collect_tables, snakemake)
