"""Draw spectra and waveforms of some written excerpts of each attacked test set."""

from collections.abc import Callable
from pathlib import Path

from music_job import as_list, audio_paths_of, run

import librosa
import numpy as np
import torch
from matplotlib.figure import Figure

from music_adversaries.atomic_writes import whole
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.files import read_excerpt
from music_adversaries.audio.stft import HOP, magnitudes
from music_adversaries.judged_tables import UNTARGETED, read_attacked
from music_adversaries.progress import counted
from music_adversaries.reporting.figures.labels import attack_name
from music_adversaries.reporting.figures.spectra import spectra
from music_adversaries.reporting.figures.style import save
from music_adversaries.reporting.figures.waveforms import waveforms
from music_adversaries.snr_limits import snr_limit_db

STRETCH_SECONDS = 0.03


def draw_excerpts(snakemake):
    inputs, outputs = snakemake.input, snakemake.output
    manifests = zip(snakemake.params.datasets, as_list(inputs.manifests), strict=True)
    paths = {dataset: audio_paths_of(snakemake, dataset, file) for dataset, file in manifests}
    files = (inputs.tables, inputs.audio, outputs.spectra, outputs.waveforms)
    test_sets = list(zip(snakemake.params.test_sets, *map(as_list, files), strict=True))
    for test_set, table, audio, spectra_folder, waveforms_folder in counted(
        test_sets, "test sets"
    ):
        rows = read_attacked(table).iloc[: snakemake.params.excerpts]
        excerpts = [
            (
                read_excerpt(paths[test_set["dataset"]][row.excerpt]),
                read_excerpt(f"{audio}/{row.excerpt}.wav"),
                *titles(row, test_set),
            )
            for row in rows.itertuples()
        ]
        draw_each(excerpts, drawn_spectra, spectra_folder)
        draw_each(excerpts, drawn_waveforms, waveforms_folder)


def titles(row, test_set: dict) -> tuple[str, str]:
    """The title, how an excerpt was changed, and the subtitle, by which attack."""
    aim = "away from" if test_set["mode"] == UNTARGETED else "towards"
    attack = attack_name(test_set["adversary"], snr_limit_db(test_set["snr_limit"]))
    about = "{architecture}, {training} training, {partition} partition; ".format(**test_set)
    return (
        f"{row.excerpt}, changed {aim} {row.target}, judged {row.predicted}"
        f" (SNR {row.snr_db:.1f} dB)",
        about + attack,
    )


def draw_each(excerpts: list[tuple], draw: Callable[..., Figure], output: str) -> None:
    """Draw excerpts, ``(original, adversarial, title, subtitle)``, into a folder.

    The files have the folder's name and a number.
    """
    with whole(output) as folder:
        folder.mkdir()
        for number, excerpt in enumerate(excerpts):
            stem = f"{Path(output).name}{number}"
            save(draw(*excerpt), [folder / f"{stem}.pdf", folder / f"{stem}.png"])


def drawn_spectra(original, adversarial, title, subtitle):
    return spectra(
        levels_db(original),
        levels_db(adversarial),
        levels_db(adversarial - original),
        sample_rate_hz=SAMPLE_RATE,
        hop=HOP,
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


def levels_db(waveform: np.ndarray) -> np.ndarray:
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``, in dB."""
    spectrum = magnitudes(torch.from_numpy(waveform)).numpy()
    return librosa.amplitude_to_db(spectrum, top_db=None)


def middle(waveform: np.ndarray) -> int:
    """The sample at which the stretch or frame that is drawn begins."""
    return len(waveform) // 2


run(draw_excerpts, snakemake)
