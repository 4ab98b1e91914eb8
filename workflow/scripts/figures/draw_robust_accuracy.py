"""Draw how often systems stay right under the worst of all adversaries, against the SNR."""

from job import run

from music_adversaries.reporting.figures.robust_accuracy import robust_accuracy
from music_adversaries.reporting.figures.style import save
from music_adversaries.tidy_tables import read_table


def draw_robust_accuracy(snakemake):
    save(robust_accuracy(read_table(snakemake.input[0])), snakemake.output)


run(draw_robust_accuracy, snakemake)
