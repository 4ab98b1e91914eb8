"""Measure what a listener would notice of attacked excerpts, as they were written."""

from job import audio_paths, device, run

import pandas as pd

from music_adversaries.audio.files import read_excerpt
from music_adversaries.audio.perceptual_metrics import figures
from music_adversaries.judged_tables import read_attacked
from music_adversaries.progress import counted
from music_adversaries.tidy_tables import write_table


def measure_perception(snakemake):
    device(snakemake)  # for the number of threads
    paths = audio_paths(snakemake)
    attacked = read_attacked(snakemake.input.attacked)
    table = read_attacked(snakemake.input.table)
    written = [read_excerpt(f"{snakemake.input.audio}/{name}.wav") for name in table.excerpt]
    originals = [read_excerpt(paths[name]) for name in table.excerpt]
    pairs = list(zip(originals, written, strict=True))
    measured = pd.DataFrame([figures(*pair) for pair in counted(pairs, "excerpts")])
    table["iterations"] = attacked["iterations"]
    about = table[["excerpt", "artist", "true", "target", "iterations", "snr_db"]]
    write_table(about.join(measured), snakemake.output[0])


run(measure_perception, snakemake)
