"""Put tables together, with their wildcards as columns."""

from pathlib import Path

from job import columns_of, run

import pandas as pd

from music_adversaries.judged_tables import COLLECTED, collect
from music_adversaries.tidy_tables import read_table, write_table


def collect_tables(snakemake):
    output = Path(snakemake.output[0])
    tables = []
    for wildcards, path in zip(snakemake.params.wildcards, snakemake.input, strict=True):
        known = columns_of(wildcards)
        table = read_table(path, [name for name in COLLECTED[output.stem] if name not in known])
        about = pd.DataFrame([known] * len(table))
        tables.append(pd.concat([about, table], axis=1))
    write_table(collect(tables, output.stem), output)


run(collect_tables, snakemake)
