"""The parts of a genre's grammar.

Figures are strings, one mark a step (see ``score.read_bar``): ``.`` rests, ``-`` holds on.
What other marks mean depends on who reads them:

- drums: ``X`` accent, ``x`` stroke, ``o`` ghost stroke;
- bass: a degree of the chord, ``1`` to ``9`` (``8`` the octave), ``a`` a semitone under
  the root that comes next, ``w`` a walking note;
- chords and colour: ``x``, ``X``, ``o`` strike the whole chord, ``u`` its upper notes, a
  digit one note of the voicing, counted from below, and so arpeggios are written;
- melody: ``x``, ``X``, ``o`` strike a note that the melody's own rules choose; an accent
  asks for a note of the chord.
"""

from dataclasses import dataclass, field

ROLES = ("drums", "bass", "chords", "colour", "melody")


@dataclass(frozen=True)
class Groove:
    """A way to play together: a metre, figures for each role, and suitable harmonies.

    ``division`` is the number of steps per beat, ``swing`` the delay of every second step in
    steps, ``rubato`` the largest deviation in steps within a phrase of four bars.
    """

    name: str
    tempo_bpm: tuple[float, float]
    progressions: tuple[str, ...]
    beats: int = 4
    division: int = 4
    swing: tuple[float, float] = (0.0, 0.0)
    rubato: float = 0.0
    drums: tuple[dict[str, str], ...] = ()
    bass: tuple[str, ...] = ()
    chords: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    melody: tuple[str, ...] = ()

    @property
    def steps_per_bar(self) -> int:
        """Steps of the grid in a bar."""
        return self.beats * self.division


@dataclass(frozen=True)
class Chair:
    """A seat in the band: its possible instruments, how often it is taken, its register.

    ``low`` and ``high`` are MIDI pitches, ``level_db`` the level in the mix.
    """

    instruments: tuple[str, ...]
    presence: float = 1.0
    level_db: float = 0.0
    low: int = 48
    high: int = 72


@dataclass(frozen=True)
class Genre:
    """A grammar: grooves, the band that plays them, and the eras it was recorded in.

    ``scales`` are those of melodies over progressions in ``major`` and in ``minor``.

    ``eras`` are names of ``production.ERAS``; a name given twice is twice as likely.
    ``swell_db`` is how much louder the middle of a phrase is than its ends, ``fills`` the
    probability of a drum fill before a new section.
    """

    name: str
    grooves: tuple[Groove, ...]
    scales: dict[str, tuple[str, ...]]
    band: dict[str, Chair]
    eras: tuple[str, ...]
    fills: float = 0.5
    swell_db: float = 2.0
    tonics: tuple[int, ...] = field(default=tuple(range(12)))
