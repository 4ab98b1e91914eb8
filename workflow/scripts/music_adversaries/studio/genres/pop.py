"""Pop: four chords, a beat that stays put, and a tune over everything."""

from .grammar import Chair, Genre, Groove

FOUR_CHORDS = (
    "I | V | vi | IV",
    "vi | IV | I | V",
    "I | vi | IV | V",
    "Iadd9 | iii | IV | IV V",
    "IV | V | iii | vi",
    "i | bVI | bIII | bVII",
)

BACKBEAT = Groove(
    name="backbeat",
    tempo_bpm=(88, 128),
    progressions=FOUR_CHORDS,
    drums=(
        {
            "kick": "X.....x.X.......",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
        },
        {"kick": "X..x..x...x.....", "clap": "....X.......X...", "hat": "xoxoxoxoxoxoxoxo"},
        {
            "kick": "X.......X.x.....",
            "snare": "....X.......X...",
            "tambourine": "x.x.x.x.x.x.x.x.",
        },
    ),
    bass=("1-1-1-1-1-1-1-1-", "1-----1-1-----5-", "1--1--1-5---1---", "1-------1-----a-"),
    chords=("x---x---x---x---", "x---------------", "x..x..x.x..x..x.", "1-2-3-2-1-2-3-2-"),
    colour=("x---------------", "1323132313231323", "..x...x...x...x."),
    melody=(
        "x-x-x-x-X-----..",
        "..x-x-x-x--x----",
        "X---x--x--x-x---",
        "x-xxx-x-x-------",
        "X-----------....",
    ),
)

DANCE = Groove(
    name="dance pop",
    tempo_bpm=(112, 130),
    progressions=FOUR_CHORDS,
    drums=(
        {
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "open hat": "..x...x...x...x.",
        },
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X...",
            "shaker": "xoxoxoxoxoxoxoxo",
        },
    ),
    bass=("..1-..1-..1-..1-", "1-1-1-1-1-1-1-1-", "1--1--1-1--1--1-"),
    chords=("x--x--x-x--x--x-", "x---------------", "..x...x...x...x."),
    colour=("1234321212343212", "x---------------"),
    melody=("x--x--x-X-------", "x-x-x-x-x-x-x---", "..x-x---x-x-x---"),
)

BALLAD = Groove(
    name="ballad",
    tempo_bpm=(60, 84),
    progressions=FOUR_CHORDS,
    drums=(
        {
            "kick": "X.......x.x.....",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X......xX.......",
            "rim": "....X.......X...",
            "shaker": "x.x.x.x.x.x.x.x.",
        },
    ),
    bass=("1---------1---5-", "1-------1-------"),
    chords=("x---x---x---x---", "1-2-3-2-1-2-3-2-", "x---------------"),
    colour=("x---------------", "........3-4-3-2-"),
    melody=("..x-x-x-X-------", "x---x-x-x---x---", "X-----x-x-------"),
)

POP = Genre(
    name="pop",
    grooves=(BACKBEAT, BACKBEAT, DANCE, BALLAD),
    scales={
        "major": ("major", "major pentatonic"),
        "minor": ("minor", "minor pentatonic"),
    },
    band={
        "drums": Chair(("studio kit", "drum machine", "disco kit", "rock kit"), presence=0.95),
        "bass": Chair(
            ("fingered bass", "synth bass", "saw bass", "picked bass"), level_db=1, low=28
        ),
        "chords": Chair(
            ("grand piano", "steel guitar", "clean guitar", "electric piano", "warm pad"),
            low=53,
        ),
        "colour": Chair(
            ("warm pad", "bright pad", "strings", "synth stab", "bells", "clean guitar"),
            presence=0.8,
            level_db=-4,
            low=60,
        ),
        "melody": Chair(
            ("high voice", "high voice", "low voice", "synth lead", "backing voices"),
            level_db=3,
            low=57,
            high=77,
        ),
    },
    eras=("desk", "desk", "digital", "digital", "tape"),
)
