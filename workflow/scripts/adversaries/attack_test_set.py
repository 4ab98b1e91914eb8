"""Attack excerpts of a test set, each with its target class."""

from music_job import audio_paths, run

import pandas as pd

from chosen_excerpts import chosen_excerpts
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import settings_of
from music_adversaries.atomic_writes import whole
from music_adversaries.audio.files import Excerpts, write_float_wav
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import write_table
from trained_systems import named_adversary, named_system


def attack_test_set(snakemake):
    system = named_system(snakemake)
    paths = audio_paths(snakemake)
    chosen = chosen_excerpts(
        snakemake, system.labels, snakemake.wildcards.mode, snakemake.params.same_label
    )
    limit_db, mode = snr_limit_db(snakemake.wildcards.snr_limit), snakemake.wildcards.mode
    settings = settings_of(named_adversary(snakemake), limit_db, mode)
    originals = Excerpts([paths[excerpt] for excerpt in chosen.excerpt])
    rows = []
    with whole(snakemake.output.waveforms) as folder:
        for number, row, waveform in attack_excerpts(
            system, originals, chosen.target, settings
        ):
            write_float_wav(folder / f"{chosen.excerpt[number]}.wav", waveform)
            rows.append({"number": number, **row})
    outcome = pd.DataFrame(rows).set_index("number").sort_index()
    write_table(chosen.join(outcome), snakemake.output.table)


run(attack_test_set, snakemake)
