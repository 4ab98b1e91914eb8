"""Draw spectra and waveforms of some attacked excerpts, as they were written."""

import numpy as np
import torch

from job import audio_paths, run
from music_adversaries import figures, spectra
from music_adversaries.audio import SAMPLE_RATE, read_excerpt
from music_adversaries.tables import read_table
from music_adversaries.whole import whole

STRETCH_SECONDS = 0.03


def draw_excerpts(snakemake):
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
            for name, figure in drawn(original, adversarial, title).items():
                files = [folder / f"{name}{number}.{ending}" for ending in ("pdf", "png")]
                figures.save(figure, files)


def drawn(original, adversarial, title):
    """The figures of one excerpt, by name."""
    middle = len(original) // 2
    stretch = slice(middle, middle + round(STRETCH_SECONDS * SAMPLE_RATE))
    return {
        "spectra": figures.spectra(
            levels_db(original),
            levels_db(adversarial),
            levels_db(adversarial - original),
            seconds_per_frame=spectra.HOP / SAMPLE_RATE,
            hz_per_bin=SAMPLE_RATE / spectra.WINDOW,
            frame=middle // spectra.HOP,
            title=title,
        ),
        "waveforms": figures.waveforms(
            original[stretch],
            adversarial[stretch],
            start_s=middle / SAMPLE_RATE,
            sample_rate_hz=SAMPLE_RATE,
            title=title,
        ),
    }


def levels_db(waveform):
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``, in dB."""
    with np.errstate(divide="ignore"):
        return 20 * np.log10(spectra.magnitudes(torch.from_numpy(waveform)).numpy())


run(draw_excerpts, snakemake)
