"""Perturb the training and validation sets of a fold with its standard system's gradient."""

from music_job import run

import numpy as np

from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.progress import counted
from music_adversaries.training.retraining import perturb
from trained_systems import named_system


def perturb_magnitudes(snakemake):
    system = named_system(snakemake)
    magnitudes = Magnitudes(snakemake.input.magnitudes)
    fold = read_fold(snakemake.input.fold)
    names = fold.excerpt[fold.split != "test"]
    rng = np.random.default_rng(int(snakemake.wildcards.seed))
    perturbed = (
        ({"excerpt": name}, perturb(system, magnitudes.excerpt(name), rng))
        for name in counted(list(names), "excerpts")
    )
    write_shard(perturbed, snakemake.output.magnitudes)


run(perturb_magnitudes, snakemake)
