"""Put tables together, with their wildcards as columns."""

import pandas as pd

from job import run
from music_adversaries.tables import read_table, write_table


def collect_tables(snakemake):
    tables = [
        pd.concat([pd.DataFrame([wildcards] * len(table)), table], axis=1)
        for wildcards, table in zip(
            snakemake.params.wildcards, map(read_table, snakemake.input), strict=True
        )
    ]
    write_table(pd.concat(tables), snakemake.output[0])


run(collect_tables, snakemake)
