"""Judge excerpts, original and adversarial, after what may happen to music files."""

from job import run

import numpy as np

from behind import judge_behind
from music_adversaries.audio.transformations import NONE, name_of, transform
from music_adversaries.tidy_tables import write_table


def transform_test_set(snakemake):
    changes = {NONE: lambda waveform, excerpt: waveform}
    changes |= {name_of(each): after(each) for each in snakemake.params.transformations}
    write_table(judge_behind(snakemake, "transformation", changes), snakemake.output[0])


def after(transformation):
    return lambda waveform, excerpt: transform(waveform, transformation, noise_of(excerpt))


def noise_of(excerpt):
    """A generator of an excerpt's own: in every run, and with each adversary, the same."""
    return np.random.default_rng(list(excerpt.encode(errors="surrogateescape")))


run(transform_test_set, snakemake)
