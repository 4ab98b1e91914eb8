"""Judge excerpts, original and adversarial, behind a low-pass filter (leaf 7)."""

import pandas as pd
import torch

from job import audio_paths, device, run
from music_adversaries import spectra
from music_adversaries.audio import read_excerpt
from music_adversaries.low_pass import low_pass
from music_adversaries.systems.loading import load_system
from music_adversaries.tables import read_table, write_table


def filter_test_set(snakemake):
    system = load_system(snakemake.input.system[0]).to(device(snakemake))
    paths = audio_paths(snakemake)
    cutoffs_hz = [*snakemake.params.cutoffs_hz, float("inf")]
    tables = []
    for row in read_table(snakemake.input.table).itertuples():
        adversarial = read_excerpt(f"{snakemake.input.audio}/{row.excerpt}.wav")
        judged = {
            "predicted_clean": labels(system, read_excerpt(paths[row.excerpt]), cutoffs_hz),
            "predicted_adversarial": labels(system, adversarial, cutoffs_hz),
        }
        table = pd.DataFrame({"cutoff_hz": cutoffs_hz, **judged})
        about = [row.excerpt, row.artist, row.true, row.target]
        table[["excerpt", "artist", "true", "target"]] = about
        tables.append(table[COLUMNS])
    write_table(pd.concat(tables), snakemake.output[0])


COLUMNS = [
    "excerpt",
    "artist",
    "true",
    "target",
    "cutoff_hz",
    "predicted_clean",
    "predicted_adversarial",
]


@torch.no_grad()
def labels(system, waveform, cutoffs_hz):
    """The label of a waveform ``(samples,)`` behind each filter."""
    filtered = [torch.from_numpy(low_pass(waveform, cutoff)) for cutoff in cutoffs_hz]
    magnitudes = spectra.magnitudes(torch.stack(filtered).to(system.device))
    return [system.labels[best] for best in system.posterior(magnitudes).argmax(dim=-1)]


run(filter_test_set, snakemake)
