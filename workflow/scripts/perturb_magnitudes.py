"""Perturb the training and validation sets of a fold through its standard system."""

import numpy as np

from job import run
from music_adversaries.magnitudes import Magnitudes, write_shard
from music_adversaries.progress import counted
from music_adversaries.retraining import perturb
from music_adversaries.tables import read_table
from named import named_system


def perturb_magnitudes(snakemake):
    system = named_system(snakemake)
    magnitudes = Magnitudes(snakemake.input.magnitudes)
    fold = read_table(snakemake.input.fold)
    names = fold.excerpt[fold.split != "test"]
    rng = np.random.default_rng(int(snakemake.wildcards.seed))
    perturbed = (
        ({"excerpt": name}, perturb(system, magnitudes.excerpt(name), rng))
        for name in counted(list(names), "excerpts")
    )
    write_shard(perturbed, snakemake.output.magnitudes)


run(perturb_magnitudes, snakemake)
