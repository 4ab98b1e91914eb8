"""Draw the accuracy of systems behind a low-pass filter, against its cut-off."""

from job import run
from music_adversaries.figures.lowpass import lowpass_accuracy
from music_adversaries.figures.style import save
from music_adversaries.tables import read_table


def draw_lowpass(snakemake):
    lowpass = read_table(snakemake.input[0])
    save(lowpass_accuracy(lowpass, snakemake.params.class_counts), snakemake.output)


run(draw_lowpass, snakemake)
