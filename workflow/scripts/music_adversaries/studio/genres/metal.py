"""Metal: power chords through much gain, low keys, double bass drums."""

from .grammar import Chair, Genre, Groove

RIFFS = (
    "i5 | i5 | bVI5 | bVII5",
    "i5 | bII5 | i5 | bV5",
    "i5 bVI5 | IV5 V5",
    "i5 | i5 | i5 | bII5 bIII5",
    "i5 | bIII5 | bVI5 | bII5",
)

THRASH = Groove(
    name="thrash",
    tempo_bpm=(150, 208),
    progressions=RIFFS,
    drums=(
        {
            "kick": "X.x.X.x.X.x.X.x.",
            "snare": "..X...X...X...X.",
            "hat": "X.X.X.X.X.X.X.X.",
        },
        {
            "kick": "X.xxX.xxX.xxX.xx",
            "snare": "....X.......X...",
            "crash": "X.......X.......",
        },
    ),
    bass=("1111111111111111", "1-111-111-111-11", "1-1-1-1-1-1-1-1-"),
    chords=("xoxoxoxoxoxoxoxo", "X-ooX-ooX-ooX-X-", "X---oooooooooooo"),
    colour=("X-ooX-ooX-ooX-X-", "X---------------"),
    melody=("xxxxxxxxxxxxxxxx", "X---x-x-xxxxX---", "X---------------", "................"),
)

HEAVY = Groove(
    name="heavy",
    tempo_bpm=(96, 144),
    progressions=RIFFS,
    drums=(
        {
            "kick": "X..x..x.X..x..x.",
            "snare": "....X.......X...",
            "ride": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "XxxxXxxxXxxxXxxx",
            "snare": "....X.......X...",
            "crash": "X...x...X...x...",
        },
        {
            "kick": "X.xx..x.X.xx..x.",
            "snare": "....X.......X...",
            "open hat": "x...x...x...x...",
        },
    ),
    bass=("1-.11-1-1-.11-1-", "1-1-1-1-1-1-1-1-", "1111111111111111"),
    chords=("X--xX-x-X--xX-x-", "xoxoX-xoxoxoX-x-", "X-------X---x---"),
    colour=("X--xX-x-X--xX-x-", "X---------------"),
    melody=("X-------x---x---", "..x-x-x-X-------", "x-x-x-x-X---x---", "................"),
)

DOOM = Groove(
    name="doom",
    tempo_bpm=(58, 84),
    progressions=RIFFS[:3],
    drums=(
        {
            "kick": "X.....x.x.......",
            "snare": "........X.......",
            "crash": "X...x...x...x...",
        },
        {
            "kick": "X..x....X..x....",
            "snare": "....X.......X...",
            "ride": "x.x.x.x.x.x.x.x.",
        },
    ),
    bass=("1-------1---1---", "1---------1-1-1-"),
    chords=("X-------X---x---", "X-----x-X-------"),
    colour=("X---------------", "1-2-3-2-1-2-3-2-"),
    melody=("X-----------x---", "x-------x-------", "................"),
)

METAL = Genre(
    name="metal",
    grooves=(THRASH, HEAVY, DOOM),
    scales={
        "minor": ("phrygian", "minor", "minor pentatonic"),
    },
    band={
        "drums": Chair(("metal kit", "rock kit"), level_db=1),
        "bass": Chair(("picked bass", "fingered bass"), level_db=1, low=26),
        "chords": Chair(("distorted guitar", "distorted guitar", "fuzz guitar"), low=38),
        "colour": Chair(
            ("distorted guitar", "fuzz guitar", "warm pad", "clean guitar"),
            presence=0.7,
            level_db=-3,
            low=45,
        ),
        "melody": Chair(
            ("high voice", "low voice", "distorted guitar", "fuzz guitar"),
            presence=0.8,
            low=52,
            high=76,
        ),
    },
    eras=("tape", "desk", "digital", "digital"),
    fills=0.7,
    tonics=(4, 2, 0, 11, 9),
)
