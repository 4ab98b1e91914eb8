"""Put the tables of attacked excerpts together, before and after the WAV side by side."""

import pandas as pd

from job import columns_of, run
from music_adversaries.tables import read_table, write_collected

STAGED = ["predicted", "confidence", "snr_db"]
"""Columns that both stages have."""


def collect_adversarial_excerpts(snakemake):
    tables = [
        collected(wildcards, read_table(before), read_table(after))
        for wildcards, before, after in zip(
            snakemake.params.wildcards,
            snakemake.input.adversarial,
            snakemake.input.resynthesised,
            strict=True,
        )
    ]
    write_collected(tables, snakemake.output[0])


def collected(wildcards, before, after):
    stages = before.join(
        after[[*STAGED, "clipped_samples"]],
        lsuffix="_adversarial",
        rsuffix="_resynthesised",
    )
    about = pd.DataFrame([columns_of(wildcards)] * len(stages))
    return pd.concat([about, stages], axis=1)


run(collect_adversarial_excerpts, snakemake)
