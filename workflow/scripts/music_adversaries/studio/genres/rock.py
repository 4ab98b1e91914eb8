"""Rock: guitars that lean on the beat, a loud backbeat, and modal chords."""

from .grammar import Chair, Genre, Groove

MODAL = (
    "I | bVII | IV | I",
    "i5 | bIII5 | IV5 | i5",
    "I | IV | V | IV",
    "vi | IV | I | V",
    "i | bVII | bVI | bVII",
    "I5 | I5 | IV5 | bVII5",
)

DRIVE = Groove(
    name="driving eighths",
    tempo_bpm=(108, 164),
    progressions=MODAL,
    drums=(
        {
            "kick": "X.......X.x.....",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X.x.....X.x...x.",
            "snare": "....X.......X...",
            "ride": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X..x....X.x.....",
            "snare": "....X..o.o..X...",
            "open hat": "x...x...x...x...",
        },
    ),
    bass=("1-1-1-1-1-1-1-1-", "1-1-5-1-1-1-3-a-", "1---1-1-1---5-a-"),
    chords=("x-x-x-x-x-x-x-x-", "X---x-x-..x-x-x-", "X-----x-X---x---", "X.xxX.xxX.xxX.xx"),
    colour=("x---------------", "1-3-2-3-1-3-2-3-", "X--x--x-........"),
    melody=(
        "x-x-X-----x-x---",
        "..x-x-x-x---x---",
        "X-------..x-x-x-",
        "x-xxx-x-X-------",
        "................",
    ),
)

HALF_SHUFFLE = Groove(
    name="rock shuffle",
    tempo_bpm=(92, 140),
    division=3,
    progressions=(*MODAL[:3], "I7 | I7 | IV7 | I7"),
    drums=(
        {"kick": "X.....X.x...", "snare": "...X.....X..", "hat": "X.xX.xX.xX.x"},
        {"kick": "X..x..X..x..", "snare": "...X.....X..", "crash": "X..........."},
    ),
    bass=("1-11-11-11-1", "1--3--5--6--"),
    chords=("X-xX-xX-xX-x", "X-----..x-x-"),
    colour=("x-----------", "...x.....x.."),
    melody=("x-xx-xX-----", "...x-xx-x---", "............"),
)

ANTHEM = Groove(
    name="anthem",
    tempo_bpm=(66, 104),
    progressions=(*MODAL[2:5], "I | V | vi | IV"),
    drums=(
        {
            "kick": "X.....xxX.......",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X...x...X...x...",
            "low tom": "x.xxx.xxx.xxx.xx",
            "snare": "....X.......X...",
        },
    ),
    bass=("1-------1---1-a-", "1-1-1-1-1-1-1-1-"),
    chords=("x---------------", "1-2-3-2-1-2-3-2-", "x-u-x-u-x-u-x-u-"),
    colour=("x---------------", "x---x---x---x---"),
    melody=("X---x---x-x-x---", "..x-x-x-X-------", "X-----------x-x-"),
)

ROCK = Genre(
    name="rock",
    grooves=(DRIVE, DRIVE, HALF_SHUFFLE, ANTHEM),
    scales={
        "major": ("mixolydian", "major pentatonic", "minor pentatonic"),
        "minor": ("minor pentatonic", "minor"),
    },
    band={
        "drums": Chair(("rock kit", "rock kit", "studio kit")),
        "bass": Chair(("picked bass", "fingered bass"), level_db=2, low=28),
        "chords": Chair(
            (
                "crunch guitar",
                "crunch guitar",
                "clean guitar",
                "steel guitar",
                "fuzz guitar",
            ),
            low=45,
        ),
        "colour": Chair(
            ("distorted guitar", "clean guitar", "gospel organ", "upright piano"),
            presence=0.7,
            level_db=-4,
            low=52,
        ),
        "melody": Chair(
            ("low voice", "high voice", "crunch guitar", "distorted guitar"),
            level_db=1,
            low=55,
            high=76,
        ),
    },
    eras=("tape", "tape", "desk", "desk", "digital"),
    fills=0.7,
    tonics=(4, 9, 2, 7, 0, 11),
)
