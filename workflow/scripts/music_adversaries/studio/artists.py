"""Artists: the habits that make one band of a genre sound unlike another."""

from dataclasses import dataclass

import numpy as np

from .genres import GRAMMARS, ROLES, Chair, Groove
from .production import ERAS, Production, draw_production
from .seeds import choose, generator, some


@dataclass(frozen=True)
class Player:
    """A player of a band: an instrument, its level in dB, a tone control, a register.

    ``tone_db`` is the gain above 2 kHz.
    """

    instrument: str
    level_db: float
    tone_db: float
    low: int
    high: int


@dataclass(frozen=True)
class Habits:
    """The habits of an artist, which are the same in all pieces.

    ``tempo_bpm`` is a range for each of ``grooves``; ``tonics`` are pitch classes;
    ``tuning_cents`` is the deviation from A4 = 440 Hz; ``figures`` are the favourite ones, by
    groove and role; ``jitter_s`` is the standard deviation of onsets, ``strum_s`` the time
    between the voices of a chord, ``gate`` the share of its length that a note sounds,
    ``freedom`` the probability of departing from a habit.
    """

    artist: str
    grooves: tuple[Groove, ...]
    tempo_bpm: tuple[tuple[float, float], ...]
    tonics: tuple[int, ...]
    tuning_cents: float
    band: dict[str, Player]
    figures: dict[tuple[str, str], tuple]
    jitter_s: float
    strum_s: float
    gate: float
    freedom: float
    production: Production


def _favourite_tempo(groove: Groove, rng: np.random.Generator) -> tuple[float, float]:
    """Return a third of the groove's range."""
    slow, fast = groove.tempo_bpm
    start = rng.uniform(slow, fast - (fast - slow) / 3.0)
    return (start, start + (fast - slow) / 3.0)


def seat(chair: Chair, rng: np.random.Generator) -> Player:
    """Draw a player for a chair."""
    shift = int(rng.integers(-2, 4))
    return Player(
        instrument=choose(chair.instruments, rng),
        level_db=chair.level_db + rng.normal(0.0, 1.8),
        tone_db=rng.normal(0.0, 2.5),
        low=chair.low + shift,
        high=chair.high + shift,
    )


def habits_of(genre: str, artist: str, seed: int) -> Habits:
    """Return the habits of an artist, which depend only on the arguments."""
    grammar = GRAMMARS[genre]
    rng = generator("artist", seed, genre, artist)
    grooves = some(grammar.grooves, 2, rng)
    tempo_bpm = tuple(_favourite_tempo(groove, rng) for groove in grooves)
    tonics = some(grammar.tonics, 4, rng)
    band = {
        role: seat(chair, rng)
        for role, chair in grammar.band.items()
        if rng.uniform() < chair.presence
    }
    figures = {
        (groove.name, role): some(getattr(groove, role), 2, rng)
        for groove in grooves
        for role in ROLES
    }
    name = f"{seed}/{genre}/{artist}"
    return Habits(
        artist=artist,
        grooves=grooves,
        tempo_bpm=tempo_bpm,
        tonics=tonics,
        tuning_cents=rng.normal(0.0, 8.0),
        band=band,
        figures=figures,
        jitter_s=rng.uniform(0.001, 0.010),
        strum_s=rng.uniform(0.0, 0.014),
        gate=rng.uniform(0.8, 1.02),
        freedom=rng.uniform(0.1, 0.35),
        production=draw_production(name, ERAS[choose(grammar.eras, rng)], rng),
    )
