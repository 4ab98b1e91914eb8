"""The studio: pieces composed by rule and rendered, for trying the workflow.

Ten genres, named as GTZAN's, are grammars (``genres``); an artist is a set of habits within
a genre (``artists``), among them a production (``production``), so that artists confound
genres as they do in real datasets. Instruments are synthesised (``instruments``).

Everything is drawn from generators named after what they serve (``seeds``): the same
settings give the same 16-bit samples, in whatever order tracks are rendered, as long as
machine and library versions are the same.

What comes out is music of a kind, good enough to follow an experiment by ear. It is no
substitute for the benchmarks: nothing measured on it says anything about recorded music.
"""

from .genres import GRAMMARS
from .plan import FAULTS, plan_tracks
from .rendering import render_track
from .sound import SAMPLE_RATE

GENRES = tuple(GRAMMARS)


def plan_arguments(settings: dict) -> tuple:
    """The arguments of `plan_tracks`, from the dataset's entry in a completed config."""
    names = ("genres", "artists_per_genre", "tracks_per_artist", "fault_shares", "seed")
    return tuple(settings[name] for name in names)


__all__ = [
    "FAULTS",
    "GENRES",
    "SAMPLE_RATE",
    "plan_arguments",
    "plan_tracks",
    "render_track",
]
