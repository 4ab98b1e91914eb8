"""Draw the distribution, over excerpts, of the highest SNR that fooled each system."""

from job import run

from music_adversaries.evaluation.minimum_snr import minimum_snrs
from music_adversaries.judged_tables import read_collected
from music_adversaries.reporting.figures.minimum_snr import minimum_snr_distributions
from music_adversaries.reporting.figures.style import save


def draw_minimum_snr(snakemake):
    snrs = minimum_snrs(read_collected(snakemake.input[0]), snakemake.params.minimum)
    save(minimum_snr_distributions(snrs), snakemake.output)


run(draw_minimum_snr, snakemake)
