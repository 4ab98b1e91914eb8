"""Put together the manifest of a dataset, and find repeats in it."""

from pathlib import Path

from music_job import dataset, run

import pandas as pd

from music_adversaries import studio
from music_adversaries.datasets import loaders
from music_adversaries.datasets.manifest import (
    check_audio,
    make_manifest,
    remarks,
    tag_remarks,
)
from music_adversaries.datasets.repeats import find_repeats
from music_adversaries.tidy_tables import read_table, write_table


def make_manifest_and_repeats(snakemake):
    settings = dataset(snakemake)
    if settings["loader"] == "studio":
        tracks = studio.plan_tracks(*studio.plan_arguments(settings))
    else:
        tracks = pd.DataFrame(loaders.list_tracks(settings))
    indexes = [read_table(index) for index in snakemake.input]
    inspected = pd.concat([index for index in indexes if len(index)], ignore_index=True)
    tracks = tracks[["file", "label", "artist", "fault"]]
    manifest = make_manifest(tracks, inspected)
    bad_audio = write_bad_audio(manifest, Path(snakemake.log[0]).with_name("bad_audio.tsv"))
    if snakemake.params.on_bad_audio == "stop":
        check_audio(manifest, bad_audio)
    name = snakemake.wildcards.dataset
    for remark in remarks(manifest, name, bad_audio) + tag_remarks(manifest, tracks, name):
        print(remark)  # into the log, which the run shows
    labelled = inspected.merge(tracks[["file", "label"]], on="file")
    write_table(find_repeats(labelled), snakemake.output.repeats)
    write_table(manifest, snakemake.output.manifest)


def write_bad_audio(manifest, path):
    """Write the table of unusable files, if there are any, and return its path.

    It is not an output of the rule: Snakemake would remove it if the job refuses the files.
    """
    bad = manifest.loc[manifest.problem != "", ["file", "label", "problem"]]
    path.unlink(missing_ok=True)
    if len(bad):
        write_table(bad, path)
    return path


run(make_manifest_and_repeats, snakemake)
