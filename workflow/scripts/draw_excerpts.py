"""Draw spectra and waveforms of some attacked excerpts, as they were written."""

import numpy as np
import torch

from job import audio_paths, run
from music_adversaries.audio import SAMPLE_RATE, read_excerpt
from music_adversaries.figures.spectra import spectra
from music_adversaries.figures.style import save
from music_adversaries.figures.waveforms import waveforms
from music_adversaries.spectra import HOP, WINDOW, magnitudes
from music_adversaries.tables import read_table
from music_adversaries.whole import whole

STRETCH_SECONDS = 0.03


def draw_excerpts(snakemake):
    paths = audio_paths(snakemake)
    rows = read_table(snakemake.input.table).iloc[: snakemake.params.excerpts]
    excerpts = [read_pair(row, paths, snakemake.input.audio) for row in rows.itertuples()]
    draw_each(excerpts, drawn_spectra, snakemake.output.spectra)
    draw_each(excerpts, drawn_waveforms, snakemake.output.waveforms)


def read_pair(row, paths, audio):
    """Waveforms ``(samples,)`` of an excerpt, original and adversarial, and a title."""
    title = (
        f"{row.excerpt}, pushed towards {row.target}, judged {row.predicted}"
        f" (SNR {row.snr_db:.1f} dB)"
    )
    adversarial = read_excerpt(f"{audio}/{row.excerpt}.wav")
    return read_excerpt(paths[row.excerpt]), adversarial, title


def draw_each(excerpts, draw, output):
    """Draw excerpts into a folder; the files are called as it is, with a number."""
    with whole(output) as folder:
        folder.mkdir()
        for number, excerpt in enumerate(excerpts):
            stem = f"{output.rpartition('/')[2]}{number}"
            save(draw(*excerpt), [folder / f"{stem}.pdf", folder / f"{stem}.png"])


def drawn_spectra(original, adversarial, title):
    return spectra(
        levels_db(original),
        levels_db(adversarial),
        levels_db(adversarial - original),
        seconds_per_frame=HOP / SAMPLE_RATE,
        hz_per_bin=SAMPLE_RATE / WINDOW,
        frame=middle(original) // HOP,
        title=title,
    )


def drawn_waveforms(original, adversarial, title):
    start = middle(original)
    stretch = slice(start, start + round(STRETCH_SECONDS * SAMPLE_RATE))
    return waveforms(
        original[stretch],
        adversarial[stretch],
        start_s=start / SAMPLE_RATE,
        sample_rate_hz=SAMPLE_RATE,
        title=title,
    )


def levels_db(waveform):
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``, in dB."""
    with np.errstate(divide="ignore"):
        return 20 * np.log10(magnitudes(torch.from_numpy(waveform)).numpy())


def middle(waveform):
    """The sample at which single excerpts are looked at closely."""
    return len(waveform) // 2


run(draw_excerpts, snakemake)
