"""Draw spectra of some attacked excerpts, as they were written."""

import numpy as np
import torch

from attacked import draw_each, middle
from job import run
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.figures.spectra import spectra
from music_adversaries.spectra import HOP, WINDOW, magnitudes


def draw_spectra(snakemake):
    draw_each(snakemake, "spectra", drawn)


def drawn(original, adversarial, title):
    return spectra(
        levels_db(original),
        levels_db(adversarial),
        levels_db(adversarial - original),
        seconds_per_frame=HOP / SAMPLE_RATE,
        hz_per_bin=SAMPLE_RATE / WINDOW,
        frame=middle(original) // HOP,
        title=title,
    )


def levels_db(waveform):
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``, in dB."""
    with np.errstate(divide="ignore"):
        return 20 * np.log10(magnitudes(torch.from_numpy(waveform)).numpy())


run(draw_spectra, snakemake)
