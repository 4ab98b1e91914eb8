"""Judge excerpts, original and adversarial, behind a low-pass filter (result 7)."""

from job import run

from behind import judge_behind
from music_adversaries.audio.low_pass import low_pass
from music_adversaries.tidy_tables import write_table


def filter_test_set(snakemake):
    cutoffs_hz = [*snakemake.params.cutoffs_hz, float("inf")]
    filters = {cutoff: behind(cutoff) for cutoff in cutoffs_hz}
    write_table(judge_behind(snakemake, "cutoff_hz", filters), snakemake.output[0])


def behind(cutoff_hz):
    return lambda waveform, excerpt: low_pass(waveform, cutoff_hz)


run(filter_test_set, snakemake)
