"""The loaders, by the names that the config gives them: what lies where in a dataset.

Imports nothing heavy: the workflow lists the files while it plans.
"""

from pathlib import Path

from music_adversaries.datasets import folder, gtzan, lmd, plugin
from music_adversaries.plugins import is_plugin

PUBLISHED = "fault_filtered"
"""The partition that was published for GTZAN, of one fold."""


def list_tracks(dataset: dict) -> list[dict[str, str]]:
    """The tracks of a dataset: ``file``, ``label``, ``artist``, ``fault``.

    ``dataset`` is its entry in a completed config. An empty artist is one that a job has
    yet to read from the file's tags (`lmd.artist_of`). Rendered tracks have no artist here:
    theirs come with the rendering.
    """
    match dataset["loader"]:
        case "studio":
            return _studio_tracks(dataset)
        case "gtzan":
            return gtzan.list_tracks(dataset["root"], dataset.get("artists"))
        case "lmd":
            return lmd.list_tracks(dataset["root"], dataset.get("artists"))
        case loader if is_plugin(loader):
            return plugin.list_tracks(dataset)
        case _:
            return folder.list_tracks(dataset["root"], dataset.get("labels"))


def audio_folder(name: str, dataset: dict) -> Path:
    """The folder to which the files of `list_tracks` are relative."""
    match dataset["loader"]:
        case "studio":
            return Path("results") / name / "audio"
        case "gtzan":
            return gtzan.find_genres(dataset["root"])
        case _:
            return Path(dataset["root"]).expanduser()


def notices(name: str, dataset: dict, partitions: list[str]) -> list[str]:
    """What a person should know of a dataset that is incomplete, a sentence each."""
    if dataset["loader"] != "gtzan":
        return []
    tracks = list_tracks(dataset)
    found = []
    if missing := gtzan.missing(tracks):
        found.append(f"The dataset {name!r} lacks {_some(missing)} of GTZAN's 1000 excerpts.")
    lost = {split: names for split, names in gtzan.lost(tracks).items() if names}
    if lost and PUBLISHED in partitions:
        parts = "; ".join(f"{split}: {_some(names)}" for split, names in lost.items())
        found.append(f"The published partition of {name!r} loses, of its {parts}.")
    return found


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)} ({', '.join(names[:most])}{more})"


def _studio_tracks(dataset: dict) -> list[dict[str, str]]:
    count = dataset["artists_per_genre"] * dataset["tracks_per_artist"]
    files = [
        (genre, f"{genre}/{genre}.{number:05d}.wav")
        for genre in dataset["genres"]
        for number in range(count)
    ]
    return [
        {"file": file, "label": genre, "artist": "", "fault": "none"} for genre, file in files
    ]
