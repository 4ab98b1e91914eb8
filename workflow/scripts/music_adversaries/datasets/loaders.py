"""The tracks of a dataset, listed by the loader that the config names."""

from pathlib import Path

from music_adversaries.datasets import folder, gtzan, lmd, plugin
from music_adversaries.datasets.artists import is_own_artist
from music_adversaries.datasets.listing import Listing, folder_path, some, track
from music_adversaries.plugins import is_plugin

PUBLISHED = "fault_filtered"
"""The published partition of GTZAN, which has one fold."""


def list_tracks(dataset: dict) -> list[dict[str, str]]:
    """The tracks of a dataset: ``file``, ``label``, ``artist``, ``fault``.

    ``dataset`` is its entry in a completed config. An artist is empty if only a job knows it,
    from the file's tags (`lmd.artist_of`) or the plan of rendered tracks.
    """
    return _listing(dataset).tracks


def list_dataset(name: str, dataset: dict, partitions: list[str]) -> Listing:
    """The tracks of the dataset ``name``, and notices for the user as sentences."""
    listing = _listing(dataset)
    sentences = [f"The dataset {name!r} {notice}." for notice in listing.notices]
    if dataset["loader"] == "gtzan":
        sentences += _gtzan_sentences(name, listing.tracks, partitions)
    if "artist_filtered" in partitions:
        sentences += _artist_sentences(name, dataset, listing.tracks)
    return Listing(listing.tracks, sentences)


def audio_folder(name: str, dataset: dict) -> Path:
    """The folder to which the files of `list_tracks` are relative."""
    match dataset["loader"]:
        case "studio":
            return Path("results") / name / "audio"
        case "gtzan":
            return gtzan.find_genres(dataset["root"])
        case _:
            return folder_path(dataset["root"])


def _listing(dataset: dict) -> Listing:
    match dataset["loader"]:
        case "studio":
            return Listing(_studio_tracks(dataset))
        case "gtzan":
            return gtzan.list_tracks(dataset["root"], dataset.get("artists"))
        case "lmd":
            return lmd.list_tracks(dataset["root"], dataset.get("artists"))
        case loader if is_plugin(loader):
            return Listing(plugin.list_tracks(dataset))
        case _:
            return folder.list_tracks(dataset["root"], dataset.get("labels"))


def _gtzan_sentences(
    name: str, tracks: list[dict[str, str]], partitions: list[str]
) -> list[str]:
    """Sentences about excerpts that a copy of GTZAN or its published partition lacks."""
    found = []
    if missing := gtzan.missing(tracks):
        found.append(f"The dataset {name!r} lacks {some(missing)} of GTZAN's 1000 excerpts.")
    lost = {split: names for split, names in gtzan.lost(tracks).items() if names}
    if lost and PUBLISHED in partitions:
        parts = "; ".join(f"{split}: {some(names)}" for split, names in lost.items())
        found.append(f"The published partition of {name!r} loses, of its {parts}.")
    return found


def _artist_sentences(name: str, dataset: dict, tracks: list[dict[str, str]]) -> list[str]:
    """A sentence about unknown artists, unless a notice about the table reports them."""
    unknown = [each["file"] for each in tracks if is_own_artist(each["artist"])]
    has_table = not is_plugin(dataset["loader"]) and len(unknown) < len(tracks)
    if has_table or not unknown:
        return []
    return [
        f"The artist_filtered partition of {name!r} does not know the artists of"
        f" {some(unknown, 'excerpt')}, of {len(tracks)}: each counts as an artist of its own."
    ]


def _studio_tracks(dataset: dict) -> list[dict[str, str]]:
    count = dataset["artists_per_genre"] * dataset["tracks_per_artist"]
    return [
        track(f"{genre}/{genre}.{number:05d}.wav", genre, artist="")
        for genre in dataset["genres"]
        for number in range(count)
    ]
