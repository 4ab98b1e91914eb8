"""Composing: a genre's grammar and an artist's habits make a piece."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .artists import Habits
from .genres import GRAMMARS, Groove
from .harmony import Chord, Key, mode, read_progression
from .players import Accompanist, Bar, Bassist, Drummer, Melodist, Motif
from .score import Note, Score
from .seeds import choose
from .sound import amplitude

#: The order in which verse (0) and chorus (1) return.
FORM = (0, 0, 1, 0, 1, 1)
#: The probability that a role rests in a section.
REST = {"melody": 0.15, "colour": 0.3}

Musician = Drummer | Bassist | Accompanist | Melodist
#: The figure of a role: marks, marks for each drum, or a melody's motifs bar by bar.
Figure = str | dict[str, str] | tuple[Motif, ...]


@dataclass(frozen=True)
class Section:
    """A progression, one list of chords a bar, and a figure for each role that plays."""

    progression: list[list[Chord]]
    figures: dict[str, Figure]


def _figure(habits: Habits, groove: Groove, role: str, rng: np.random.Generator) -> Any:
    """Choose one of the artist's favourites, or at times any figure of the groove."""
    usual = habits.figures[groove.name, role]
    return choose(getattr(groove, role) if rng.uniform() < habits.freedom else usual, rng)


def _figures(
    habits: Habits, groove: Groove, melodist: Musician | None, rng: np.random.Generator
) -> dict[str, Figure]:
    """Choose a figure for each role that plays in a section."""
    figures: dict[str, Figure] = {}
    for role in habits.band:
        if not getattr(groove, role) or rng.uniform() < REST.get(role, 0.0):
            continue
        if role == "melody":
            assert isinstance(melodist, Melodist)  # as the band has one
            first, second, last = (
                melodist.motif(_figure(habits, groove, role, rng)) for _ in range(3)
            )
            figures[role] = (first, second, first, last)
        else:
            figures[role] = _figure(habits, groove, role, rng)
    return figures


def _bars(
    sections: list[Section], steps: int, count: int, skipped: int
) -> list[tuple[Section, Bar]]:
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


def _play(players: dict, bars: list[tuple[Section, Bar]]) -> dict[str, list[Note]]:
    """Let every player play every bar in which the section has a figure for the role."""
    parts: dict[str, list[Note]] = {}
    for role, player in players.items():
        parts[role] = []
        for section, bar in bars:
            figure: Figure | Motif | None = section.figures.get(role)
            if isinstance(figure, tuple):
                figure = figure[bar.number % len(figure)]
            if figure is not None:
                parts[role] += player.play(bar, figure)
    return parts


def _shape(note: Note, gate: float, swell_db: float, phrase: int) -> Note:
    """Return a note with the length of the gate and the loudness of its place in the phrase."""
    arch = np.sin(np.pi * (note.onset % phrase) / phrase)
    return replace(
        note,
        length=note.length * gate,
        velocity=note.velocity * amplitude(swell_db * (arch - 1.0)),
    )


def _players(
    genre: str, habits: Habits, key: Key, step_s: float, rng: np.random.Generator
) -> dict[str, Musician]:
    """Return the band's players by role."""
    players: dict[str, Musician] = {}
    for role, player in habits.band.items():
        if role == "drums":
            players[role] = Drummer(GRAMMARS[genre].fills, rng)
        elif role == "bass":
            players[role] = Bassist(key.tonic, player.low, rng)
        elif role == "melody":
            players[role] = Melodist(key.tonic, key.ladder(player.low, player.high), rng)
        else:
            strum = habits.strum_s / step_s
            players[role] = Accompanist(key.tonic, player.low, strum, rng)
    return players


def _progressions(groove: Groove, rng: np.random.Generator) -> tuple[str, str]:
    """Choose a progression for the verse, and one in the same mode for the chorus."""
    verse = choose(groove.progressions, rng)
    alike = tuple(each for each in groove.progressions if mode(each) == mode(verse))
    return verse, choose(alike, rng)


def compose(genre: str, habits: Habits, seconds: float, rng: np.random.Generator) -> Score:
    """Compose at least ``seconds`` of a piece, beginning at a random bar of its form."""
    grammar = GRAMMARS[genre]
    index = int(rng.integers(len(habits.grooves)))
    groove = habits.grooves[index]
    step_s = 60.0 / rng.uniform(*habits.tempo_bpm[index]) / groove.division
    progressions = _progressions(groove, rng)
    scale = choose(grammar.scales[mode(progressions[0])], rng)
    key = Key(choose(habits.tonics, rng), scale)
    players = _players(genre, habits, key, step_s, rng)
    sections = [
        Section(read_progression(each), _figures(habits, groove, players.get("melody"), rng))
        for each in progressions
    ]
    count = int(np.ceil(seconds / (step_s * groove.steps_per_bar))) + 1
    bars = _bars(sections, groove.steps_per_bar, count, int(rng.integers(64)))
    phrase = 4 * groove.steps_per_bar
    return Score(
        step_s=step_s,
        beat_s=step_s * groove.division,
        swing=rng.uniform(*groove.swing),
        rubato=groove.rubato,
        phrase=phrase,
        parts={
            role: [_shape(note, habits.gate, grammar.swell_db, phrase) for note in notes]
            for role, notes in _play(players, bars).items()
        },
    )
