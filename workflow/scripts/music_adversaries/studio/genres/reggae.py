"""Reggae: chords on the offbeat, drums that drop the one, a bass that sings."""

from .grammar import Chair, Genre, Groove

VAMPS = (
    "I | IV | I | IV",
    "I | I | ii | ii",
    "I | vi | IV | V",
    "i | iv | i | iv",
    "i7 | i7 | iv7 | iv7",
    "i | bVII | bVI | V",
    "I | bVII | IV | I",
)

ONE_DROP = Groove(
    name="one drop",
    tempo_bpm=(64, 86),
    swing=(0.0, 0.3),
    progressions=VAMPS,
    drums=(
        {"kick": "........X.......", "rim": "........X.......", "hat": "x.x.x.x.x.x.x.x."},
        {
            "kick": "........X.......",
            "snare": "........X.....o.",
            "hat": "x.xox.xox.xox.xo",
        },
    ),
    bass=(
        "1-..1-3-5-......",
        "..1-1-..3-5-....",
        "1---..5-3-1-....",
        "1-1-....5-5-8-..",
    ),
    chords=("....x.......x...", "....X.x.....X.x.", "....xx......xx.."),
    colour=("..o.x.o...o.x.o.", "1-..2-..3-..2-..", "x---------------"),
    melody=("..x-x-x-x-------", "x---x-x---......", "......x-x-x-X---", "................"),
)

STEPPERS = Groove(
    name="steppers",
    tempo_bpm=(66, 84),
    progressions=VAMPS[3:],
    drums=(
        {"kick": "X...X...X...X...", "rim": "........X.......", "hat": "xoxoxoxoxoxoxoxo"},
        {
            "kick": "X...X...X...X...",
            "snare": "........X.......",
            "hat": "x.x.x.x.x.x.x.x.",
        },
    ),
    bass=("1-1-5-1-..1-3-5-", "1---1-1-8---5---", "1-..3-..5-5-3-1-"),
    chords=("....x.......x...", "..x...x...x...x."),
    colour=("o.x.o.x.o.x.o.x.", "..x-............", "x---------------"),
    melody=("x-x-x---........", "..x-x-x-x---....", "X-------x-x-x---"),
)

SKA = Groove(
    name="ska",
    tempo_bpm=(112, 148),
    progressions=VAMPS[:4],
    drums=(
        {"kick": "....X.......X...", "rim": "....X.......X...", "hat": "..x...x...x...x."},
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X...",
            "hat": "..X...X...X...X.",
        },
    ),
    bass=("1---3---5---6---", "w---w---w---w---", "1-1-3-3-5-5-3-3-"),
    chords=("..x...x...x...x.", "..x.x.x...x.x.x."),
    colour=("..x...x...x...x.", "X-......X-..x-.."),
    melody=("x-x-x---x-x-x---", "X---x-x-x-------", "................"),
)

REGGAE = Genre(
    name="reggae",
    grooves=(ONE_DROP, ONE_DROP, STEPPERS, SKA),
    scales={
        "major": ("major pentatonic", "mixolydian"),
        "minor": ("minor pentatonic", "dorian"),
    },
    band={
        "drums": Chair(("reggae kit", "studio kit", "drum machine", "dusty kit")),
        "bass": Chair(("muted bass", "fingered bass", "sub bass"), level_db=3, low=28),
        "chords": Chair(
            ("clean guitar", "muted guitar", "upright piano", "electric piano"), low=57
        ),
        "colour": Chair(
            ("bubble organ", "bubble organ", "clavinet", "brass", "melodica"),
            presence=0.85,
            level_db=-3,
            low=57,
        ),
        "melody": Chair(
            ("low voice", "high voice", "melodica", "brass", "tenor sax", "backing voices"),
            presence=0.9,
            level_db=1,
            low=55,
            high=75,
        ),
    },
    eras=("tape", "tape", "dub", "desk", "digital"),
)
