"""Attack single excerpts with every class as the target, and judge the written files.

Result 4 of the paper.
"""

from pathlib import Path

from music_job import audio_paths, run

import numpy as np
import pandas as pd

from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import settings_of
from music_adversaries.adversaries.targets import choose_excerpts
from music_adversaries.atomic_writes import whole
from music_adversaries.audio.files import read_excerpt
from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.inspection import inspect_file
from music_adversaries.datasets.names import probe_names
from music_adversaries.errors import InputError
from music_adversaries.evaluation.resynthesis import judged_row, verify
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import write_table
from trained_systems import named_adversary, named_system


def attack_probes(snakemake):
    system = named_system(snakemake)
    probes = chosen_probes(snakemake)
    waveforms = {row.excerpt: probe_waveform(row.path) for row in probes.itertuples()}
    pairs = probes.merge(pd.DataFrame({"target": system.labels}), how="cross")
    settings = settings_of(
        named_adversary(snakemake), snr_limit_db(snakemake.wildcards.snr_limit)
    )
    originals = [waveforms[excerpt] for excerpt in pairs.excerpt]
    rows: list[dict] = [{}] * len(pairs)
    with whole(snakemake.output.audio) as folder:
        for number, row, waveform in attack_excerpts(system, originals, pairs.target, settings):
            pair = pairs.iloc[number]
            path = folder / pair.excerpt / f"{pair.target}.wav"
            verdict = verify(system, originals[number], waveform, pair.target, path)
            rows[number] = judged_row(row, verdict)
    table = pairs[["excerpt", "true", "target"]].join(pd.DataFrame(rows))
    write_table(table, snakemake.output.table)


def chosen_probes(snakemake) -> pd.DataFrame:
    """``excerpt``, ``true`` (empty where unknown) and ``path`` of every probe."""
    fold = read_fold(snakemake.input.fold)
    chosen = choose_excerpts(
        fold[fold.split == "test"],
        snakemake.params.excerpts,
        snakemake.params.excerpts_seed,
    ).rename(columns={"label": "true"})
    chosen["path"] = chosen.excerpt.map(audio_paths(snakemake))
    own = pd.DataFrame(snakemake.params.files, columns=["path", "sha256"])
    own = own.assign(excerpt=probe_names(list(own.path)), true="")
    columns = ["excerpt", "true", "path"]
    return pd.concat([chosen[columns], own[columns]], ignore_index=True)


def probe_waveform(path: str | Path) -> np.ndarray:
    """The waveform of a probe; raises `InputError` if the file cannot be used."""
    if problem := inspect_file(path).problem:
        raise InputError(f"The probe {path} cannot be used ({problem}): take another file.")
    return read_excerpt(path)


run(attack_probes, snakemake)
