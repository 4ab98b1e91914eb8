"""Classical: no drums, broken chords, functional harmony, several metres."""

from .grammar import Chair, Genre, Groove

CADENCES = (
    "I | V7 | I | IV V | I | ii | V7 | I",
    "I | vi | IV | V7 | I | IV | V7 | I",
    "I | iii | vi | II7 | V | ii V7 | I IV | V7 I",
)
MINOR_CADENCES = (
    "i | iv | V7 | i | bVI | iv | V7 | i",
    "i | V7 | i | iidim | V7 | bVI | iv V7 | i",
    "i | bVII | bIII | bVI | iidim | V7 | i | V7",
)

SONATINA = Groove(
    name="sonatina",
    tempo_bpm=(84, 152),
    rubato=0.4,
    progressions=CADENCES,
    bass=("1-------5-------", "1---............", "1---3---5---3---"),
    chords=("1323132313231323", "1-3-2-3-1-3-2-3-", "1-----..x---x---"),
    colour=("x---------------", "3-------2-------"),
    melody=(
        "X---x-x-x---x---",
        "x-x-x-x-X---....",
        "X-----xxx-------",
        "xxxxxxxxX---x---",
        "X-------x-------",
    ),
)

WALTZ = Groove(
    name="waltz",
    tempo_bpm=(96, 176),
    beats=3,
    division=2,
    rubato=0.4,
    progressions=CADENCES + MINOR_CADENCES,
    bass=("1-....", "1-5-5-", "1-----"),
    chords=("..x-x-", "..x.x.", "123432"),
    colour=("x-----", "1-----"),
    melody=("X---x-", "x-x-x-", "X-----", "xxxxX-"),
)

CHORALE = Groove(
    name="chorale",
    tempo_bpm=(56, 84),
    division=2,
    rubato=0.2,
    progressions=(
        "I V | vi iii | IV I | ii V",
        "I IV | V I | vi ii | V7 I",
        "i iv | V i | bVI bIII | iv V",
    ),
    bass=("1-3-5-1-", "1---1---", "1-2-3-5-"),
    chords=("x-x-x-x-", "x---x---"),
    colour=("x-------", "3-2-3-2-"),
    melody=("x-x-x-x-", "X---x-x-", "x-xxX---"),
)

TOCCATA = Groove(
    name="perpetual motion",
    tempo_bpm=(72, 132),
    progressions=MINOR_CADENCES,
    bass=("1---5---8---5---", "1-8-1-8-1-8-1-8-", "1---------------"),
    chords=("1234321234321234", "x.......x.......", "1243124312431243"),
    colour=("x---------------", "x-------x-------"),
    melody=("xxxxxxxxxxxxxxxx", "xxx-xxx-xxx-xxx-", "X---xxxxX---xxxx"),
)

ADAGIO = Groove(
    name="adagio",
    tempo_bpm=(46, 70),
    rubato=0.8,
    progressions=MINOR_CADENCES + CADENCES,
    bass=("1---------------", "1-------5-------"),
    chords=("x---------------", "1-2-3-2-1-2-3-2-"),
    colour=("x---------------", "3-------2-------"),
    melody=("X-------x---x---", "X-----------x-x-", "x---x-x-X-------"),
)

CLASSICAL = Genre(
    name="classical",
    grooves=(SONATINA, WALTZ, CHORALE, TOCCATA, ADAGIO),
    scales={
        "major": ("major",),
        "minor": ("harmonic minor", "minor"),
    },
    band={
        "bass": Chair(("cello", "strings", "grand piano", "pipe organ"), low=36),
        "chords": Chair(
            ("grand piano", "strings", "harpsichord", "pipe organ", "harp", "nylon guitar"),
            low=55,
        ),
        "colour": Chair(
            ("strings", "brass", "backing voices", "harp"), 0.5, level_db=-5, low=58
        ),
        "melody": Chair(
            (
                "strings",
                "fiddle",
                "flute",
                "oboe",
                "clarinet",
                "grand piano",
                "harpsichord",
            ),
            level_db=2,
            low=64,
            high=88,
        ),
    },
    eras=("shellac", "hall", "hall", "hall", "tape", "digital"),
    fills=0.0,
    swell_db=8.0,
)
