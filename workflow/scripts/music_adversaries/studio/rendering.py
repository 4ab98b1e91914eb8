"""Rendering: from the name of a track to its samples."""

from dataclasses import replace

import numpy as np

from .artists import Habits, habits_of
from .composing import compose
from .genres import GRAMMARS
from .performing import play_part
from .production import clip, limit, master, mix_down
from .seeds import choose, generator
from .sound import SAMPLE_RATE

#: Seconds rendered before the excerpt, so that earlier tones and the room ring on in it.
LEAD_IN_S = 2.5


def _with_guests(genre: str, habits: Habits, rng: np.random.Generator) -> Habits:
    """Return habits in which guests play other instruments in some chairs."""
    band = {}
    for role, player in habits.band.items():
        guest = choose(GRAMMARS[genre].band[role].instruments, rng)
        invited = rng.uniform() < 0.5 * habits.freedom
        band[role] = replace(player, instrument=guest) if invited else player
    return replace(habits, band=band)


def render_track(
    genre: str, artist: str, track: int, fault: str, seconds: float, seed: int
) -> np.ndarray:
    """Render one row of a plan: ``(round(seconds · 22 050),)`` float32, full scale ±1.

    The arguments are those of the row. A repeat's row has the artist and track that it repeats,
    so that it sounds the same. Only ``fault="clipping"`` changes the sound: the same piece is
    clipped at ±1. All other tracks peak below 0.98.
    """
    rng = generator("track", seed, genre, artist, track)
    habits = _with_guests(genre, habits_of(genre, artist, seed), rng)
    length_s = LEAD_IN_S + seconds
    score = compose(genre, habits, length_s, rng)
    count = round(length_s * SAMPLE_RATE)
    mix = np.zeros(count)
    for role in score.parts:
        mix += play_part(score, role, habits, count, rng)
    production = habits.production.on_the_day(rng)
    song = mix_down(mix, production, score.beat_s)
    excerpt = master(song[count - round(seconds * SAMPLE_RATE) :], production, rng)
    return (clip(excerpt) if fault == "clipping" else limit(excerpt)).astype(np.float32)
