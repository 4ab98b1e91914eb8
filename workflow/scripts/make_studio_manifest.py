"""Describe the rendered files of the studio dataset."""

from pathlib import Path

from job import run
from music_adversaries.datasets import studio
from music_adversaries.datasets.manifest import describe
from music_adversaries.tables import write_table


def make_studio_manifest(snakemake):
    settings = snakemake.params.studio
    tracks = studio.plan_tracks(
        settings["genres"],
        settings["artists_per_genre"],
        settings["tracks_per_artist"],
        settings["fault_shares"],
        settings["seed"],
    )
    manifest = describe(
        tracks[["file", "label", "artist", "fault"]], Path(snakemake.input[0]).parent
    )
    write_table(manifest, snakemake.output[0])


run(make_studio_manifest, snakemake)
