"""Blues: twelve bars, triplets, and a voice or a harp that answers itself."""

from .grammar import Chair, Genre, Groove

TWELVE_BARS = (
    "I7 | I7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7",
    "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | VI7 | ii7 | V7 | I7 VI7 | ii7 V7",
    "I9 | IV9 | I9 | I9 | IV9 | IV9 | I9 | I9 | V9 | IV9 | I9 IV9 | I9 V9",
)
MINOR_TWELVE = (
    "i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | bVI7 | V7 | i7 | V7",
    "i7 | iv7 | i7 | i7 | iv7 | iv7 | i7 | i7 | v7 | iv7 | i7 | V7",
)

SHUFFLE = Groove(
    name="shuffle",
    tempo_bpm=(88, 138),
    division=3,
    progressions=TWELVE_BARS,
    drums=(
        {"hat": "X.xX.xX.xX.x", "snare": "...X.....X..", "kick": "X.....X....."},
        {"ride": "X.xX.xX.xX.x", "snare": "...X.o...X.o", "kick": "X....xX....x"},
        {"hat": "X..x..X..x..", "snare": "...X.....X.x", "kick": "X..x..X..x.."},
    ),
    bass=("1--3--5--6--", "1-13-35-56-5", "1--1-15--5-a", "w--w--w--w--"),
    chords=("...x.....x..", "x.x...x.x...", "...x-x...x-x", "..x..x..x..x"),
    colour=("1-21-21-21-2", "o--x--o--x--", "x-----......"),
    melody=("x-xx-xx-----", "..xx-xx-x---", "x--..xx-xX--", "......x-xx--", "X-----------"),
)

SLOW = Groove(
    name="slow blues in 12/8",
    tempo_bpm=(48, 74),
    division=3,
    progressions=TWELVE_BARS + MINOR_TWELVE,
    drums=(
        {"hat": "xxxxxxxxxxxx", "snare": "...X.....X..", "kick": "X....xX....."},
        {"ride": "XxxXxxXxxXxx", "rim": "...X.....X..", "kick": "X.....X....x"},
    ),
    bass=("1----15----a", "1--5--8--5-a", "1----53--5-a"),
    chords=("x-----------", "...x--...x--", "123432123432"),
    colour=("xxxxxxxxxxxx", "x-----x-----"),
    melody=("xxxx--X-----", "...xxxX-xx--", "X-------..xx", "x-xx-xxxx---"),
)

STRAIGHT = Groove(
    name="straight boogie",
    tempo_bpm=(96, 144),
    progressions=TWELVE_BARS[:1] + MINOR_TWELVE,
    drums=(
        {
            "hat": "x.x.x.x.x.x.x.x.",
            "snare": "....X.......X...",
            "kick": "X.....x.X.......",
        },
        {
            "shaker": "xoxoxoxoxoxoxoxo",
            "rim": "..x..x....x..x..",
            "kick": "X..x..x.X..x..x.",
        },
    ),
    bass=("1-1-3-3-5-5-6-6-", "1--5--8-1--5--8-", "1-1-5-5-6-6-5-5-"),
    chords=("x--x--x-........", "....x.......x...", "x...x...x...x..."),
    colour=("1-1-2-2-3-3-2-2-", "......x-x-......"),
    melody=("x-x-X-----x-x---", "....x-x-x--x----", "X---------------"),
)

BLUES = Genre(
    name="blues",
    grooves=(SHUFFLE, SLOW, STRAIGHT),
    scales={
        "major": ("blues", "blues", "mixolydian"),
        "minor": ("blues", "minor pentatonic"),
    },
    band={
        "drums": Chair(("studio kit", "jazz kit", "rock kit"), presence=0.8, level_db=-3),
        "bass": Chair(("upright bass", "fingered bass"), level_db=2, low=28),
        "chords": Chair(
            ("upright piano", "clean guitar", "steel guitar", "jazz organ"), low=50
        ),
        "colour": Chair(
            ("crunch guitar", "steel guitar", "jazz organ", "brass"),
            presence=0.5,
            level_db=-4,
            low=52,
        ),
        "melody": Chair(
            ("harmonica", "low voice", "crunch guitar", "clean guitar", "tenor sax"),
            level_db=2,
            low=52,
            high=74,
        ),
    },
    eras=("shellac", "tape", "tape", "desk", "digital"),
    tonics=(4, 9, 7, 2, 0, 10),
)
