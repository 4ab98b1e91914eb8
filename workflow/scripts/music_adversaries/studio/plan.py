"""The plan of a rendered dataset: its tracks, and which of them are faulty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import floor

import pandas as pd

from .seeds import choose, generator

#: Faults known of GTZAN (Sturm 2013), in the order in which they are assigned.
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

    Columns: ``file`` (``blues/blues.00000.wav``), ``label`` (its folder), ``genre`` (in which
    it is composed), ``artist``, ``track`` (the number of the artist's piece), ``fault``
    (``none`` or one of ``FAULTS``) and ``repeat_of`` (a file, or empty). The row of a repeat
    has the artist and track that it repeats. The row of a wrong label has the artist who
    composed it, and a track number above those of the artist's correctly labelled pieces.

    ``fault_shares`` are shares of all tracks. Each is rounded cumulatively over folders: after
    any folder, the number of faults so far is within one half of its share, so that folders
    differ by at most one. Each artist keeps a fault-free track in its folder if possible, and
    every folder keeps at least one: small folders may have fewer faults. The schema of the
    config says which arguments are valid.
    """
    rows: list[Track] = []
    for index, label in enumerate(genres):
        folder = _folder(label, artists_per_genre, tracks_per_artist)
        quota = _quota(fault_shares, len(folder), index)
        strangers = [
            (genre, artist_name(genre, number))
            for genre in genres
            for number in range(artists_per_genre)
            if genre != label
        ]
        rows += _with_faults(folder, quota, strangers, seed)
    return pd.DataFrame([asdict(row) for row in _numbered(rows, tracks_per_artist)])


def artist_name(genre: str, number: int) -> str:
    """Name of an invented artist, counted from 0."""
    return f"{genre} artist {number:02d}"


def _folder(label: str, artists: int, tracks: int) -> list[Track]:
    """Return the tracks of a label's folder without faults."""
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
    """Return the number of tracks with each fault in the folder with this index."""
    quota, left = {}, size - 1
    for fault in FAULTS:
        share = shares.get(fault, 0.0) * size
        due = floor(share * (index + 1) + 0.5) - floor(share * index + 0.5)
        quota[fault] = min(due, left)
        left -= quota[fault]
    return quota


def _slots(folder: list[Track], count: int, seed: int) -> list[int]:
    """Choose tracks for faults; the last fault-free track of an artist is chosen last."""
    draws = [generator("slot", seed, row.artist, row.track).uniform() for row in folder]
    order = sorted(range(len(folder)), key=draws.__getitem__)
    left = Counter(row.artist for row in folder)
    spared: list[int] = []
    chosen: list[int] = []
    for place in order:
        artist = folder[place].artist
        (chosen if left[artist] > 1 else spared).append(place)
        left[artist] -= 1
    return (chosen + spared)[:count]


def _with_faults(
    folder: list[Track], quota: dict[str, int], strangers: list[tuple[str, str]], seed: int
) -> list[Track]:
    """Return the folder with faulty tracks; ``strangers`` are artists of other genres."""
    faults = [fault for fault in FAULTS for _ in range(quota[fault])]
    places = _slots(folder, len(faults), seed)
    clean = [row for place, row in enumerate(folder) if place not in places]
    out = list(folder)
    for place, fault in zip(places, faults, strict=True):
        row = folder[place]
        rng = generator(fault, seed, row.artist, row.track)
        if fault == "repeat":
            original = choose(clean, rng)
            row = replace(original, file=row.file, repeat_of=original.file)
        elif fault == "wrong_label":
            genre, artist = choose(strangers, rng)
            row = replace(row, genre=genre, artist=artist)
        out[place] = replace(row, fault=fault)
    return out


def _numbered(rows: list[Track], tracks_per_artist: int) -> list[Track]:
    """Number the wrongly labelled pieces of each artist after the artist's other pieces."""
    pieces: Counter[str] = Counter()
    out = []
    for row in rows:
        if row.fault == "wrong_label":
            row = replace(row, track=tracks_per_artist + pieces[row.artist])
            pieces[row.artist] += 1
        out.append(row)
    return out
