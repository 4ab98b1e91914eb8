"""Draw the distribution, over excerpts, of the highest SNR that fooled each system."""

from job import run

from music_adversaries.figures.minimum_snr import minimum_snr_distributions
from music_adversaries.figures.style import save
from music_adversaries.judgements import read_collected
from music_adversaries.minimum_snr import minimum_snrs


def draw_minimum_snr(snakemake):
    snrs = minimum_snrs(read_collected(snakemake.input[0]), snakemake.params.minimum)
    save(minimum_snr_distributions(snrs), snakemake.output)


run(draw_minimum_snr, snakemake)
