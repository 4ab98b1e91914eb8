"""Check the gradients that adversaries against a system follow."""

from music_job import audio_paths, run

import pandas as pd

from chosen_excerpts import chosen_excerpts
from music_adversaries.adversaries.gradient_checks import check_gradients
from music_adversaries.audio.files import read_excerpt
from music_adversaries.tidy_tables import write_table
from trained_systems import named_system


def check_gradients_of_system(snakemake):
    system = named_system(snakemake)
    paths = audio_paths(snakemake)
    chosen = chosen_excerpts(snakemake, system.labels, "all_wrong")
    waveforms = [read_excerpt(paths[excerpt]) for excerpt in chosen.excerpt]
    rows = [
        {**chosen.iloc[number], **row}
        for number, row in check_gradients(system, waveforms, chosen.target)
    ]
    write_table(pd.DataFrame(rows), snakemake.output[0])


run(check_gradients_of_system, snakemake)
