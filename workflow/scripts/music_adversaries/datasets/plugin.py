"""The loader of datasets whose tracks a plugin lists."""

from collections import Counter
from pathlib import PurePosixPath

from music_adversaries import plugins
from music_adversaries.datasets.artists import artist_name, own_artist
from music_adversaries.datasets.listing import track
from music_adversaries.errors import InputError


def list_tracks(dataset: dict) -> list[dict[str, str]]:
    """The tracks that a plugin lists, ordered by name.

    ``dataset`` is its entry in a completed config. A track without an artist counts as an
    artist of its own. Raises `InputError` if the plugin fails or lists anything but tracks.
    """
    loader = dataset["loader"]
    lists = plugins.load(loader, plugins.LOADER).list_tracks
    try:
        found = [dict(each) for each in lists(dataset)]
    except Exception as error:
        raise plugins.failure(loader, "has a `list_tracks` that fails", error) from error
    for each in found:
        if mistake := _mistake(each):
            raise InputError(f"The plugin {loader} lists {each!r}, {mistake}: correct it.")
    files = Counter(each["file"] for each in found)
    if twice := [file for file, count in files.items() if count > 1]:
        raise InputError(f"The plugin {loader} lists {twice[0]!r} twice: correct it.")
    if len({each["label"] for each in found}) < 2:
        raise InputError(
            f"The plugin {loader} lists tracks of fewer than two labels: correct it."
        )
    tracks = [
        track(
            each["file"],
            each["label"],
            artist_name(each.get("artist", "")) or own_artist(each["file"]),
            each.get("fault") or "none",
        )
        for each in found
    ]
    return sorted(tracks, key=lambda each: each["file"])


def _mistake(found: dict) -> str:
    """What is wrong with a track, as a clause; empty if nothing is.

    Files and labels become parts of the names of result files.
    """
    for key in ("file", "label"):
        if not isinstance(found.get(key), str) or not found[key]:
            return f"which has no text as its `{key}`"
    for key in ("artist", "fault"):
        if not isinstance(found.get(key, ""), str):
            return f"whose `{key}` is no text"
    path = PurePosixPath(found["file"])
    if path.is_absolute() or ".." in path.parts:
        return "whose `file` is not relative to the dataset's `root`"
    if "/".join(path.parts) != found["file"]:
        return "whose `file` is not written in the shortest way"
    if "/" in found["label"] or found["label"] in (".", ".."):
        return "whose `label` could name no file"
    return ""
