"""Put the tables of attacked excerpts together, before and after the WAV side by side."""

from pathlib import Path

from job import columns_of, run

import pandas as pd

from music_adversaries.judged_tables import collect, read_attacked
from music_adversaries.tidy_tables import write_table

STAGED = ["predicted", "confidence", "snr_db"]
"""Columns that both stages have."""


def collect_adversarial_excerpts(snakemake):
    tables = [
        collected(wildcards, read_attacked(before), read_attacked(after))
        for wildcards, before, after in zip(
            snakemake.params.wildcards,
            snakemake.input.adversarial,
            snakemake.input.resynthesised,
            strict=True,
        )
    ]
    output = Path(snakemake.output[0])
    write_table(collect(tables, output.stem), output)


def collected(wildcards, before, after):
    stages = before.join(
        after[[*STAGED, "clipped_samples"]], suffixes=("_adversarial", "_resynthesised")
    )
    about = pd.DataFrame([columns_of(wildcards)] * len(stages))
    return pd.concat([about, stages], axis=1)


run(collect_adversarial_excerpts, snakemake)
