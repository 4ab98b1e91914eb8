"""Composing: a genre's grammar and an artist's habits make a piece."""

from dataclasses import dataclass

import numpy as np

from .artists import Habits, choose
from .genres import GRAMMARS, Groove
from .harmony import Chord, ladder, read_progression
from .players import Accompanist, Bar, Bassist, Drummer, Melodist, shorten
from .score import Note, Score

#: Verse, verse, chorus, verse: the order in which two sections return.
FORM = (0, 0, 1, 0, 1, 1)
#: How often a section goes without these roles.
REST = {"melody": 0.15, "colour": 0.3}


@dataclass(frozen=True)
class Section:
    """A progression, one list of chords a bar, and a figure for each role that plays."""

    progression: list[list[Chord]]
    figures: dict[str, object]


def _figure(habits: Habits, groove: Groove, role: str, rng: np.random.Generator):
    """Choose one of the artist's favourites, or at times any figure of the groove."""
    usual = habits.figures[groove.name, role]
    return choose(getattr(groove, role) if rng.uniform() < habits.freedom else usual, rng)


def _section(
    habits: Habits, groove: Groove, melodist: Melodist, rng: np.random.Generator
) -> Section:
    figures = {}
    for role in habits.band:
        if not getattr(groove, role) or rng.uniform() < REST.get(role, 0.0):
            continue
        figures[role] = _figure(habits, groove, role, rng)
        if role == "melody":
            first, second, last = (
                melodist.motif(_figure(habits, groove, role, rng)) for _ in range(3)
            )
            figures[role] = (first, second, first, last)
    return Section(read_progression(choose(groove.progressions, rng)), figures)


def _bars(sections: list[Section], steps: int, count: int, skipped: int) -> list:
    """Return ``count`` pairs of section and bar, after ``skipped`` bars of the form."""
    form = [
        (section, number)
        for section in (sections[index] for index in FORM)
        for number in range(len(section.progression))
    ]
    out = []
    for index in range(count):
        section, number = form[(skipped + index) % len(form)]
        following, opening = form[(skipped + index + 1) % len(form)]
        bar = Bar(
            number=number,
            start=index * steps,
            steps=steps,
            chords=section.progression[number],
            after=following.progression[opening][0],
            opens=number == 0,
            closes=number == len(section.progression) - 1,
        )
        out.append((section, bar))
    return out


def _play(players: dict, bars: list, gate: float) -> dict[str, list[Note]]:
    parts = {}
    for role, player in players.items():
        notes: list[Note] = []
        for section, bar in bars:
            figure = section.figures.get(role)
            if isinstance(figure, tuple):
                figure = figure[bar.number % len(figure)]
            if figure is not None:
                notes += player.play(bar, figure)
        parts[role] = [shorten(note, gate) for note in notes]
    return parts


def compose(genre: str, habits: Habits, seconds: float, rng: np.random.Generator) -> Score:
    """Compose at least ``seconds`` of a piece, from somewhere within it."""
    index = int(rng.integers(len(habits.grooves)))
    groove = habits.grooves[index]
    tonic = choose(habits.tonics, rng)
    step_s = 60.0 / rng.uniform(*habits.tempo_bpm[index]) / groove.division
    scale = choose(groove.scales, rng)
    players = {}
    for role, player in habits.band.items():
        if role == "drums":
            players[role] = Drummer(GRAMMARS[genre].fills, rng)
        elif role == "bass":
            players[role] = Bassist(tonic, player.low, rng)
        elif role == "melody":
            players[role] = Melodist(
                tonic, ladder(scale, tonic, player.low, player.high), rng
            )
        else:
            strum = habits.strum_s / step_s
            players[role] = Accompanist(tonic, player.low, strum, rng)
    sections = [_section(habits, groove, players.get("melody"), rng) for _ in range(2)]
    count = int(np.ceil(seconds / (step_s * groove.steps_per_bar))) + 1
    bars = _bars(sections, groove.steps_per_bar, count, int(rng.integers(64)))
    return Score(
        step_s=step_s,
        beat_s=step_s * groove.division,
        swing=rng.uniform(*groove.swing),
        parts=_play(players, bars, habits.gate),
    )
