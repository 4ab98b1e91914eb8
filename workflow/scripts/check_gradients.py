"""Look at the gradients by which adversaries attack a system."""

import pandas as pd

from job import audio_paths, device, run
from music_adversaries.adversaries.modes import choose_excerpts, draw_targets
from music_adversaries.audio import read_excerpt
from music_adversaries.gradients import check_gradients
from music_adversaries.systems.loading import load_system
from music_adversaries.tables import read_table, write_table


def check_gradients_of_system(snakemake):
    system = load_system(snakemake.input.system[0]).to(device(snakemake))
    paths = audio_paths(snakemake)
    chosen = chosen_excerpts(snakemake, system.labels)
    waveforms = [read_excerpt(paths[excerpt]) for excerpt in chosen.excerpt]
    rows = [
        {**chosen.iloc[number], **row}
        for number, row in check_gradients(system, waveforms, chosen.target)
    ]
    write_table(pd.DataFrame(rows), snakemake.output[0])


def chosen_excerpts(snakemake, labels) -> pd.DataFrame:
    """``excerpt``, ``artist``, ``true`` and ``target``, as attacks have them."""
    fold = read_table(snakemake.input.fold)
    test_set = fold[fold.split == "test"].sort_values("excerpt")
    seed = int(snakemake.wildcards.seed)
    test_set["target"] = draw_targets(test_set.label, labels, "all_wrong", labels[0], seed)
    chosen = choose_excerpts(
        test_set, snakemake.params.excerpts, snakemake.params.excerpts_seed
    ).rename(columns={"label": "true"})
    return chosen[["excerpt", "artist", "true", "target"]]


run(check_gradients_of_system, snakemake)
