"""The studio: a dataset of pieces composed by rules and rendered, for trying the workflow.

Ten genres, named after those of GTZAN, are grammars (``genres``). An artist is a set of habits
within a genre (``artists``) that includes a production (``production``), so that artists
confound genres as in real datasets. Instruments are synthesised (``instruments``).

Random numbers come from generators named after their use (``seeds``): on one machine, with the
same library versions, the same settings give the same 16-bit samples in any order of rendering.

The music is good enough to follow an experiment by ear. It does not replace the benchmarks:
results on it say nothing about recorded music.
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
