"""Classify the clean excerpts of a test set."""

from music_job import run

from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.magnitude_shards import Magnitudes
from music_adversaries.systems.judging import judge_magnitudes
from music_adversaries.tidy_tables import write_table
from trained_systems import named_system


def classify_test_set(snakemake):
    system = named_system(snakemake)
    magnitudes = Magnitudes(snakemake.input.magnitudes)
    fold = read_fold(snakemake.input.fold)
    test_set = fold[fold.split == "test"].rename(columns={"label": "true"})
    judged = judge_magnitudes(system, (magnitudes.excerpt(name) for name in test_set.excerpt))
    table = test_set[["excerpt", "artist", "true"]].reset_index(drop=True)
    write_table(table.join(judged[["predicted", "confidence"]]), snakemake.output[0])


run(classify_test_set, snakemake)
