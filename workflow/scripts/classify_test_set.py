"""Judge the clean excerpts of a test set."""

from job import device, run
from music_adversaries.magnitudes import Magnitudes
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.voting import classify
from music_adversaries.tables import read_table, write_table


def classify_test_set(snakemake):
    system = load_system(snakemake.input.system[0]).to(device(snakemake))
    magnitudes = Magnitudes(snakemake.input.magnitudes)
    fold = read_table(snakemake.input.fold)
    test_set = fold[fold.split == "test"].rename(columns={"label": "true"})
    judged = classify(system, (magnitudes.excerpt(name) for name in test_set.excerpt))
    table = test_set[["excerpt", "artist", "true"]].reset_index(drop=True)
    write_table(table.join(judged[["predicted", "confidence"]]), snakemake.output[0])


run(classify_test_set, snakemake)
