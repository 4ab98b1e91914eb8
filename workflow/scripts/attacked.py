"""Figures of single attacked excerpts: what the scripts that draw them have in common."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from job import audio_paths
from music_adversaries.audio import read_excerpt
from music_adversaries.figures.style import save
from music_adversaries.tables import read_table
from music_adversaries.whole import whole


def draw_each(
    snakemake, name: str, draw: Callable[[np.ndarray, np.ndarray, str], Figure]
) -> None:
    """Draw the first excerpts of a test set, as they were written, into the output folder.

    Calls ``draw(original, adversarial, title)`` with waveforms of shape ``(samples,)``;
    the files are called ``name`` and a number.
    """
    paths = audio_paths(snakemake)
    table = read_table(snakemake.input.table).iloc[: snakemake.params.excerpts]
    with whole(snakemake.output[0]) as folder:
        folder.mkdir()
        for number, row in enumerate(table.itertuples()):
            original = read_excerpt(paths[row.excerpt])
            adversarial = read_excerpt(f"{snakemake.input.audio}/{row.excerpt}.wav")
            title = (
                f"{row.excerpt}, pushed towards {row.target}, judged {row.predicted}"
                f" (SNR {row.snr_db:.1f} dB)"
            )
            files = [folder / f"{name}{number}.{ending}" for ending in ("pdf", "png")]
            save(draw(original, adversarial, title), files)


def middle(waveform: np.ndarray) -> int:
    """The sample at which single excerpts are looked at closely."""
    return len(waveform) // 2
