"""Describe the files of a dataset that is a folder."""

from pathlib import Path

import pandas as pd

from job import run
from music_adversaries.datasets.folder import list_tracks
from music_adversaries.datasets.manifest import describe
from music_adversaries.tables import write_table


def make_folder_manifest(snakemake):
    root, labels = snakemake.params.folder
    tracks = pd.DataFrame(list_tracks(root, labels))
    write_table(describe(tracks, Path(root).expanduser()), snakemake.output[0])


run(make_folder_manifest, snakemake)
