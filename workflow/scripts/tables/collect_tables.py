"""Collect the judgements of many jobs in one table per kind, with wildcards as columns."""

from pathlib import Path

from music_job import as_list, columns_of, run

import pandas as pd

from music_adversaries.judged_tables import COLLECTED, collect, read_attacked
from music_adversaries.tidy_tables import read_table, write_table

BOTH_STAGES = ["predicted", "confidence", "snr_db"]
"""Columns that attacked excerpts have before and after they are written as audio."""


def collect_tables(snakemake):
    runs = dict(snakemake.params.items())
    del runs["code"]
    for kind, wildcards in runs.items():
        output = Path(snakemake.output[kind])
        known = [columns_of(each) for each in wildcards]
        if kind == "adversarial":
            attacked, written = snakemake.input.attacked, snakemake.input.resynthesised
            pairs = zip(as_list(attacked), as_list(written), strict=True)
            tables = [both_stages(*pair) for pair in pairs]
        else:
            files = zip(as_list(snakemake.input[kind]), known, strict=True)
            tables = [judged(file, output.stem, each) for file, each in files]
        with_runs = [table.assign(**each) for table, each in zip(tables, known, strict=True)]
        write_table(collect(with_runs, output.stem), output)


def judged(file: str, name: str, known: dict) -> pd.DataFrame:
    """One job's part of the collected table ``name``; ``known`` are the job's wildcards."""
    return read_table(file, [column for column in COLLECTED[name] if column not in known])


def both_stages(attacked: str, resynthesised: str) -> pd.DataFrame:
    """The judgements of an attacked test set before and after it was written, side by side."""
    before, after = read_attacked(attacked), read_attacked(resynthesised)
    return before.join(
        after[[*BOTH_STAGES, "clipped_samples"]], suffixes=("_adversarial", "_resynthesised")
    )


run(collect_tables, snakemake)
