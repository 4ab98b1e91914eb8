"""Render the tracks of one label of the studio dataset."""

from tqdm import tqdm

from job import run
from music_adversaries.audio import write_wav
from music_adversaries.datasets import studio
from music_adversaries.files import whole


def render_studio_label(snakemake):
    settings = snakemake.params.studio
    tracks = studio.plan_tracks(
        settings["genres"],
        settings["artists_per_genre"],
        settings["tracks_per_artist"],
        settings["fault_shares"],
        settings["seed"],
    ).set_index("file", drop=False)
    here = tracks[tracks.label == snakemake.wildcards.label]
    with whole(snakemake.output[0]) as folder:
        folder.mkdir()
        for track in tqdm(list(here.itertuples()), desc="tracks", mininterval=5):
            played = tracks.loc[track.repeat_of] if track.fault == "repeat" else track
            waveform = studio.render_track(
                played.genre,
                played.artist,
                played.track,
                played.fault,
                settings["seconds"],
                settings["seed"],
            )
            write_wav(folder / track.file.split("/")[1], waveform)


run(render_studio_label, snakemake)
