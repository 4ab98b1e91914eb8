"""Put together the manifest of a dataset, and find repeats in it."""

from job import dataset, run

import pandas as pd

from music_adversaries.datasets import loaders, studio
from music_adversaries.datasets.manifest import make_manifest
from music_adversaries.datasets.repeats import find_repeats
from music_adversaries.tables import read_table, write_table


def make_manifest_and_repeats(snakemake):
    settings = dataset(snakemake)
    if settings["loader"] == "studio":
        tracks = studio.plan_tracks(*studio.plan_arguments(settings))
    else:
        tracks = pd.DataFrame(loaders.list_tracks(settings))
    indexes = [read_table(index) for index in snakemake.input]
    inspected = pd.concat([index for index in indexes if len(index)], ignore_index=True)
    tracks = tracks[["file", "label", "artist", "fault"]]
    manifest = make_manifest(tracks, inspected, snakemake.params.on_bad_audio)
    labelled = inspected.merge(tracks[["file", "label"]], on="file")
    write_table(find_repeats(labelled), snakemake.output.repeats)
    write_table(manifest, snakemake.output.manifest)


run(make_manifest_and_repeats, snakemake)
