"""Draw spectra and waveforms of some attacked excerpts, as they were written."""

from job import audio_paths, run

import numpy as np
import torch

from music_adversaries.atomic_writes import whole
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.files import read_excerpt
from music_adversaries.audio.stft import HOP, WINDOW, magnitudes
from music_adversaries.judged_tables import UNTARGETED, read_attacked
from music_adversaries.reporting.figures.labels import attack_name
from music_adversaries.reporting.figures.spectra import spectra
from music_adversaries.reporting.figures.style import save
from music_adversaries.reporting.figures.waveforms import waveforms
from music_adversaries.snr_limits import snr_limit_db

STRETCH_SECONDS = 0.03


def draw_excerpts(snakemake):
    paths = audio_paths(snakemake)
    rows = read_attacked(snakemake.input.table).iloc[: snakemake.params.excerpts]
    excerpts = [
        (
            read_excerpt(paths[row.excerpt]),
            read_excerpt(f"{snakemake.input.audio}/{row.excerpt}.wav"),
            *titles(row, snakemake.wildcards),
        )
        for row in rows.itertuples()
    ]
    draw_each(excerpts, drawn_spectra, snakemake.output.spectra)
    draw_each(excerpts, drawn_waveforms, snakemake.output.waveforms)


def titles(row, test_set):
    """What was done to an excerpt; and by which adversary, against which system."""
    pushed = "away from" if test_set.mode == UNTARGETED else "towards"
    attack = attack_name(test_set.adversary, snr_limit_db(test_set.snr_limit))
    return (
        f"{row.excerpt}, pushed {pushed} {row.target}, judged {row.predicted}"
        f" (SNR {row.snr_db:.1f} dB)",
        f"{test_set.architecture}, {test_set.training} training, {test_set.partition}"
        f" partition; {attack}",
    )


def draw_each(excerpts, draw, output):
    """Draw excerpts, ``(original, adversarial, title, subtitle)``, into a folder.

    The files are called as the folder is, with a number.
    """
    with whole(output) as folder:
        folder.mkdir()
        for number, excerpt in enumerate(excerpts):
            stem = f"{output.rpartition('/')[2]}{number}"
            save(draw(*excerpt), [folder / f"{stem}.pdf", folder / f"{stem}.png"])


def drawn_spectra(original, adversarial, title, subtitle):
    return spectra(
        levels_db(original),
        levels_db(adversarial),
        levels_db(adversarial - original),
        seconds_per_frame=HOP / SAMPLE_RATE,
        hz_per_bin=SAMPLE_RATE / WINDOW,
        frame=middle(original) // HOP,
        title=title,
        subtitle=subtitle,
    )


def drawn_waveforms(original, adversarial, title, subtitle):
    start = middle(original)
    stretch = slice(start, start + round(STRETCH_SECONDS * SAMPLE_RATE))
    return waveforms(
        original[stretch],
        adversarial[stretch],
        start_s=start / SAMPLE_RATE,
        sample_rate_hz=SAMPLE_RATE,
        title=title,
        subtitle=subtitle,
    )


def levels_db(waveform):
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``, in dB."""
    with np.errstate(divide="ignore"):
        return 20 * np.log10(magnitudes(torch.from_numpy(waveform)).numpy())


def middle(waveform):
    """The sample at which single excerpts are looked at closely."""
    return len(waveform) // 2


run(draw_excerpts, snakemake)
