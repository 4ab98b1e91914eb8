"""The plan of a dataset: which tracks there are, and which of them are faulty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import floor

import pandas as pd

from .genres import GRAMMARS
from .seeds import generator

#: Faults known of GTZAN (Sturm 2013), in the order in which they are dealt out.
FAULTS = ("repeat", "clipping", "wrong_label")


@dataclass(frozen=True)
class Track:
    """One row of the plan; the columns are described at ``plan_tracks``."""

    file: str
    label: str
    genre: str
    artist: str
    track: int
    fault: str = "none"
    repeat_of: str = ""


def plan_tracks(
    genres: Sequence[str],
    artists_per_genre: int,
    tracks_per_artist: int,
    fault_shares: Mapping[str, float],
    seed: int,
) -> pd.DataFrame:
    """Plan the tracks of a dataset, one row each, by label folder, artist and track.

    Columns: ``file`` (``blues/blues.00000.wav``), ``label`` (its folder), ``genre`` (as
    which it was composed), ``artist``, ``track`` (the artist's how manieth piece),
    ``fault`` (``none`` or one of ``FAULTS``) and ``repeat_of`` (a file, or empty). The row
    of a repeat has the artist and track that it repeats; that of a wrong label the artist
    who composed it, with a track number beyond the artist's rightly labelled ones.

    ``fault_shares`` are shares of all tracks. Over the folders, each share is rounded
    cumulatively: after any folder the number of faults so far is within one half of its
    share, so totals are as exact as whole numbers allow and folders differ by at most one.
    Each artist keeps a fault-free track in its folder as long as that is possible, and
    every folder at least one: in folders of a few tracks there can be fewer faults.
    """
    _check(genres, artists_per_genre, tracks_per_artist, fault_shares)
    rows: list[Track] = []
    extra: Counter[str] = Counter()
    for index, label in enumerate(genres):
        folder = _folder(label, artists_per_genre, tracks_per_artist)
        wanted = _quota(fault_shares, len(folder), index)
        faulty = _slots(folder, sum(wanted.values()), seed)
        faults = [fault for fault in FAULTS for _ in range(wanted[fault])]
        clean = [row for place, row in enumerate(folder) if place not in faulty]
        for place, fault in zip(faulty, faults, strict=False):
            row = replace(folder[place], fault=fault)
            if fault == "repeat":
                row = _repeat(row, clean, seed)
            elif fault == "wrong_label":
                row = _mislabel(row, genres, (artists_per_genre, tracks_per_artist), seed)
                row = replace(row, track=row.track + extra[row.artist])
                extra[row.artist] += 1
            folder[place] = row
        rows += folder
    return pd.DataFrame([asdict(row) for row in rows])


def artist_name(genre: str, number: int) -> str:
    """Name of an invented artist, counted from 0."""
    return f"{genre} artist {number:02d}"


def _check(
    genres: Sequence[str], artists: int, tracks: int, shares: Mapping[str, float]
) -> None:
    """Refuse what cannot be planned."""
    unknown = [genre for genre in genres if genre not in GRAMMARS]
    if unknown or not genres or len(set(genres)) < len(genres):
        raise ValueError(f"Genres must be different ones of {', '.join(GRAMMARS)}.")
    if artists < 1 or tracks < 1:
        raise ValueError("There must be at least one artist a genre and one track each.")
    if not set(shares) <= set(FAULTS):
        raise ValueError(f"Fault shares must be of {', '.join(FAULTS)}.")
    if any(share < 0 for share in shares.values()) or sum(shares.values()) >= 1:
        raise ValueError("Fault shares must not be negative and must add up to less than 1.")
    if shares.get("wrong_label", 0) and len(genres) < 2:
        raise ValueError("Wrong labels need at least two genres.")


def _folder(label: str, artists: int, tracks: int) -> list[Track]:
    """Return a label folder as it would be without faults."""
    return [
        Track(
            file=f"{label}/{label}.{artist * tracks + track:05d}.wav",
            label=label,
            genre=label,
            artist=artist_name(label, artist),
            track=track,
        )
        for artist in range(artists)
        for track in range(tracks)
    ]


def _quota(shares: Mapping[str, float], size: int, index: int) -> dict[str, int]:
    """Return how many tracks of each fault the folder with this index takes."""
    quota, left = {}, size - 1
    for fault in FAULTS:
        share = shares.get(fault, 0.0) * size
        due = floor(share * (index + 1) + 0.5) - floor(share * index + 0.5)
        quota[fault] = min(due, left)
        left -= quota[fault]
    return quota


def _slots(folder: list[Track], count: int, seed: int) -> list[int]:
    """Choose places for faults: artists are spared their last fault-free track at first."""
    draws = [generator("slot", seed, row.artist, row.track).uniform() for row in folder]
    order = sorted(range(len(folder)), key=draws.__getitem__)
    left = Counter(row.artist for row in folder)
    spared, chosen = [], []
    for place in order:
        artist = folder[place].artist
        (chosen if left[artist] > 1 else spared).append(place)
        left[artist] -= 1
    return (chosen + spared)[:count]


def _repeat(row: Track, clean: list[Track], seed: int) -> Track:
    """Put one of the folder's fault-free tracks in the place of a row."""
    draw = generator("repeat", seed, row.artist, row.track)
    original = clean[draw.integers(len(clean))]
    return replace(original, file=row.file, fault="repeat", repeat_of=original.file)


def _mislabel(row: Track, genres: Sequence[str], shape: tuple[int, int], seed: int) -> Track:
    """Put a further piece by an artist of another genre in the place of a row."""
    artists, tracks = shape
    draw = generator("wrong label", seed, row.artist, row.track)
    others = [genre for genre in genres if genre != row.label]
    genre = others[draw.integers(len(others))]
    artist = artist_name(genre, int(draw.integers(artists)))
    return replace(row, genre=genre, artist=artist, track=tracks)
