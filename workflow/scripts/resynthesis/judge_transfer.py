"""Have other systems judge the excerpts that were written against one."""

from job import audio_paths, run

import pandas as pd

from music_adversaries.audio.files import Excerpts
from music_adversaries.datasets.folds import read_fold
from music_adversaries.judged_tables import ABOUT, read_attacked
from music_adversaries.progress import counted
from music_adversaries.systems.judging import judge
from music_adversaries.tidy_tables import write_table
from trained_systems import loaded_system


def judge_transfer(snakemake):
    paths = audio_paths(snakemake)
    attacked = read_attacked(snakemake.input.table)[ABOUT]
    originals = Excerpts([paths[excerpt] for excerpt in attacked.excerpt])
    written = Excerpts([f"{snakemake.input.audio}/{e}.wav" for e in attacked.excerpt])
    tables = []
    judges = zip(
        snakemake.params.judges, snakemake.input.models, snakemake.input.folds, strict=True
    )
    for other, model, fold in counted(list(judges), "judges"):
        system = loaded_system(snakemake, model, other["architecture"])
        about = {f"judge_{name}": value for name, value in other.items() if name != "dataset"}
        table = attacked.assign(
            **about,
            predicted_clean=judge(system, originals).predicted.to_numpy(),
            predicted_adversarial=judge(system, written).predicted.to_numpy(),
            judge_trained_on=trained_on(read_fold(fold), attacked.excerpt).astype(int),
        )
        tables.append(table)
    write_table(pd.concat(tables), snakemake.output[0])


def trained_on(fold, excerpts):
    """Which excerpts had a part in training: to fit the system, or to stop in time."""
    return excerpts.isin(fold.excerpt[fold.split != "test"])


run(judge_transfer, snakemake)
