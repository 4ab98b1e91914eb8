"""Write adversarial waveforms as 16-bit WAV, read them back and judge them."""

from music_job import audio_paths, run

import pandas as pd

from music_adversaries.atomic_writes import whole
from music_adversaries.audio.files import read_excerpt
from music_adversaries.evaluation.resynthesis import verify
from music_adversaries.judged_tables import ABOUT, read_attacked
from music_adversaries.progress import counted
from music_adversaries.tidy_tables import write_table
from trained_systems import named_system


def verify_resynthesis(snakemake):
    system = named_system(snakemake)
    paths = audio_paths(snakemake)
    table = read_attacked(snakemake.input.table)
    with whole(snakemake.output.audio) as folder:
        verdicts = [
            verify(
                system,
                read_excerpt(paths[row.excerpt]),
                read_excerpt(f"{snakemake.input.waveforms}/{row.excerpt}.wav"),
                row.target,
                folder / f"{row.excerpt}.wav",
            )
            for row in counted(list(table.itertuples()), "excerpts")
        ]
    write_table(table[ABOUT].join(pd.DataFrame(verdicts)), snakemake.output.table)


run(verify_resynthesis, snakemake)
