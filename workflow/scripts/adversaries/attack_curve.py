"""Attack the same excerpts at every SNR limit of a curve, and judge the written files."""

from pathlib import Path
from tempfile import TemporaryDirectory

from music_job import audio_paths, run

import pandas as pd

from chosen_excerpts import chosen_excerpts
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import settings_of
from music_adversaries.audio.files import Excerpts
from music_adversaries.evaluation.resynthesis import judged_row, verify
from music_adversaries.progress import counted
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import write_table
from trained_systems import named_adversary, named_system


def attack_curve(snakemake):
    system = named_system(snakemake)
    paths = audio_paths(snakemake)
    chosen = chosen_excerpts(snakemake, system.labels, "all_wrong")
    originals = Excerpts([paths[excerpt] for excerpt in chosen.excerpt])
    limits_db = [snr_limit_db(name) for name in snakemake.params.snr_limits]
    tables = []
    for limit_db in counted(limits_db, "SNR limits"):
        settings = settings_of(named_adversary(snakemake), limit_db)
        outcome = outcomes(system, originals, chosen.target, settings)
        tables.append(chosen.assign(snr_limit_db=limit_db).join(outcome))
    write_table(pd.concat(tables), snakemake.output[0])


def outcomes(system, originals, targets, settings) -> pd.DataFrame:
    """The row of each attacked excerpt, judged as written, in the order of the excerpts."""
    rows: list[dict] = [{}] * len(originals)
    with TemporaryDirectory() as folder:
        written = Path(folder) / "written.wav"
        for number, row, waveform in attack_excerpts(system, originals, targets, settings):
            verdict = verify(system, originals[number], waveform, targets[number], written)
            rows[number] = judged_row(row, verdict)
    return pd.DataFrame(rows)


run(attack_curve, snakemake)
