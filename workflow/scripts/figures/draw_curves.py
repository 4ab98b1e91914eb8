"""Draw how often each adversary succeeds against a partition's systems, against the SNR."""

from job import run

from music_adversaries.reporting.figures.curves import success_curves
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_curves(snakemake):
    dataset, partition = snakemake.wildcards.dataset, snakemake.wildcards.partition
    curves = read_table(snakemake.input[0])
    here = curves[(curves.dataset == dataset) & (curves.partition == partition)]
    title = f"Success of adversaries against the SNR: {dataset}, {partition} partition"
    save(success_curves(here, title), snakemake.output)


run(draw_curves, snakemake)
