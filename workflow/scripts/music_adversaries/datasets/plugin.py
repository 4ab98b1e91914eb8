"""Datasets whose loader is a plugin.

Imports nothing heavy itself: the workflow lists the files while it plans.
"""

from collections import Counter
from pathlib import PurePosixPath

from music_adversaries import plugins
from music_adversaries.datasets.artists import NO_ARTIST, own_artist, plain
from music_adversaries.errors import InputError


def list_tracks(dataset: dict) -> list[dict[str, str]]:
    """The tracks that a plugin lists, ordered by name, with the keys of other loaders.

    ``dataset`` is its entry in a completed config. A track without an artist counts as an
    artist of its own, and one without a fault has none. Raises `InputError` where the plugin
    fails or what it lists are no tracks.
    """
    loader = dataset["loader"]
    lists = plugins.load(loader, plugins.LOADER).list_tracks
    try:
        found = [dict(track) for track in lists(dataset)]
    except Exception as error:
        raise plugins.failure(loader, "has a `list_tracks` that fails", error) from error
    for track in found:
        if fault := _fault(track):
            raise InputError(f"The plugin {loader} lists {track!r}, {fault}: correct it.")
    files = [track["file"] for track in found]
    if twice := [file for file, count in Counter(files).items() if count > 1]:
        raise InputError(f"The plugin {loader} lists {twice[0]!r} twice: correct it.")
    if len({track["label"] for track in found}) < 2:
        raise InputError(
            f"The plugin {loader} lists tracks of fewer than two labels: correct it."
        )
    tracks = [
        {
            "file": track["file"],
            "label": track["label"],
            "artist": _artist(track),
            "fault": track.get("fault") or "none",
        }
        for track in found
    ]
    return sorted(tracks, key=lambda track: track["file"])


def _artist(track: dict) -> str:
    """A track's artist, its own where what the plugin says names nobody."""
    artist = " ".join(track.get("artist", "").split())
    return own_artist(track["file"]) if plain(artist) in ("", *NO_ARTIST) else artist


def _fault(track: dict) -> str:
    """What is wrong with a track, a clause; files and labels name files of results as well."""
    for key in ("file", "label"):
        if not isinstance(track.get(key), str) or not track[key]:
            return f"which has no text as its `{key}`"
    for key in ("artist", "fault"):
        if not isinstance(track.get(key, ""), str):
            return f"whose `{key}` is no text"
    parts = PurePosixPath(track["file"]).parts
    if "/".join(parts) != track["file"] and not track["file"].startswith("/"):
        return "whose `file` is not written in the shortest way"
    if track["file"].startswith("/") or ".." in parts:
        return "whose `file` is not relative to the dataset's `root`"
    if "/" in track["label"] or track["label"] in (".", ".."):
        return "whose `label` could name no file"
    return ""
