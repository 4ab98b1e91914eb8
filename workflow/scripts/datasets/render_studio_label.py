"""Render the tracks of one label of the studio dataset."""

from pathlib import Path

from music_job import run

from music_adversaries import studio
from music_adversaries.atomic_writes import whole
from music_adversaries.audio.files import write_wav
from music_adversaries.progress import counted


def render_studio_label(snakemake):
    settings = snakemake.params.studio
    tracks = studio.plan_tracks(*studio.plan_arguments(settings))
    here = tracks[tracks.label == snakemake.wildcards.label]
    with whole(snakemake.output[0]) as folder:
        folder.mkdir()
        for track in counted(list(here.itertuples()), "tracks"):
            waveform = studio.render_track(
                track.genre,
                track.artist,
                track.track,
                track.fault,
                settings["seconds"],
                settings["seed"],
            )
            write_wav(folder / Path(track.file).name, waveform)


run(render_studio_label, snakemake)
