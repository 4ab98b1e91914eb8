"""Put the tables of attacked excerpts together, before and after the WAV side by side."""

import pandas as pd

from job import run
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tables import read_table, write_table

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
    write_table(pd.concat(tables), snakemake.output[0])


def collected(wildcards, before, after):
    stages = before.join(
        after[[*STAGED, "clipped_samples"]],
        lsuffix="_adversarial",
        rsuffix="_resynthesised",
    )
    about = {
        "snr_limit_db" if key == "snr_limit" else key: value for key, value in wildcards.items()
    }
    about["snr_limit_db"] = snr_limit_db(about["snr_limit_db"])
    return pd.concat([pd.DataFrame([about] * len(stages)), stages], axis=1)


run(collect_adversarial_excerpts, snakemake)
