"""Describe all results as an RO-Crate."""

from pathlib import Path

from music_job import run

from music_adversaries.reporting.crate import write_crate


def make_crate(snakemake):
    write_crate(Path(snakemake.output[0]).parent, Path(snakemake.input.citation))


run(make_crate, snakemake)
