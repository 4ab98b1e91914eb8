"""Make the page for listening to adversarial excerpts."""

from collections.abc import Iterator
from pathlib import Path

from music_job import as_list, audio_paths_of, columns_of, device, run

import torch

from music_adversaries.atomic_writes import whole
from music_adversaries.audio.files import read_excerpt, to_16_bits
from music_adversaries.audio.stft import magnitudes
from music_adversaries.datasets.names import probe_names
from music_adversaries.judged_tables import read_attacked
from music_adversaries.reporting.listening.cards import Card, choose, make_card
from music_adversaries.reporting.listening.media import Media
from music_adversaries.reporting.listening.page import write_page
from music_adversaries.tidy_tables import read_table

BEFORE = ["predicted_clean", "iterations"]
"""Columns of attacked excerpts that tables of written excerpts lack."""


def make_listening_page(snakemake):
    device(snakemake)  # for the number of threads
    originals = original_paths(snakemake)
    with whole(snakemake.output[0]) as folder:
        media = Media(folder, magnitudes_of)
        attacked, probed = (
            [card_of(row, originals, media) for row in rows]
            for rows in (attacked_rows(snakemake), probed_rows(snakemake))
        )
        write_page(attacked, probed, folder)


def original_paths(snakemake) -> dict[tuple[str, str], Path]:
    """The audio file by dataset and excerpt; the user's own probes are in every dataset."""
    files = [path for path, _ in snakemake.params.files]
    own = dict(zip(probe_names(files), map(Path, files), strict=True))
    datasets, manifests = snakemake.params.datasets, as_list(snakemake.input.manifests)
    return {
        (dataset, excerpt): path
        for dataset, manifest in zip(datasets, manifests, strict=True)
        for excerpt, path in (audio_paths_of(snakemake, dataset, manifest) | own).items()
    }


def attacked_rows(snakemake) -> Iterator[dict]:
    """The rows of the chosen excerpts of test sets, with the ``path`` of the written file."""
    inputs = snakemake.input
    files = (as_list(each) for each in (inputs.attacked, inputs.judged, inputs.audio))
    for wildcards, attacked, judged, audio in zip(
        snakemake.params.test_sets, *files, strict=True
    ):
        table = read_attacked(judged)
        table[BEFORE] = read_attacked(attacked)[BEFORE]
        chosen = table[table.excerpt.isin(choose(table.excerpt, snakemake.params.excerpts))]
        for row in chosen.to_dict("records"):
            path = f"{audio}/{row['excerpt']}.wav"
            yield {**columns_of(wildcards), **row, "path": path}


def probed_rows(snakemake) -> Iterator[dict]:
    """The rows of the chosen probes, one per target, with ``path`` and an empty mode."""
    tables, folders = as_list(snakemake.input.probes), as_list(snakemake.input.probe_audio)
    for wildcards, file, audio in zip(snakemake.params.probed, tables, folders, strict=True):
        table = read_table(file)
        is_own = table.true == ""
        names = choose(table.excerpt[~is_own], snakemake.params.probes)
        for row in table[is_own | table.excerpt.isin(names)].to_dict("records"):
            path = f"{audio}/{row['excerpt']}/{row['target']}.wav"
            yield {**columns_of(wildcards), **row, "mode": "", "path": path}


def card_of(row: dict, originals: dict[tuple[str, str], Path], media: Media) -> Card:
    """The card of a row of `attacked_rows` or `probed_rows`."""
    files = originals[row["dataset"], row["excerpt"]], row["path"]
    return make_card(row, *(to_16_bits(read_excerpt(file)) for file in files), media)


def magnitudes_of(waveform):
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``."""
    return magnitudes(torch.from_numpy(waveform)).numpy()


run(make_listening_page, snakemake)
