"""Jazz: walking basses, chords with sevenths that wander, and long improvised lines."""

from .grammar import Chair, Genre, Groove

CHANGES = (
    "ii7 | V7 | Imaj7 | VI7 | ii7 | V7 | Imaj7 | Imaj7",
    "Imaj7 vi7 | ii7 V7 | iii7 VI7 | ii7 V7",
    "ii7 | V13 | Imaj9 | IVmaj7 | vii7b5 | III7 | vi7 | VI7",
    "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | VI7 | ii7 | V7 | I7 VI7 | ii7 V7",
)
MINOR_CHANGES = (
    "i7 | ii7b5 V7 | i7 | iv7 | bVImaj7 | ii7b5 | V7 | i6",
    "i7 | i7 | i7 | i7 | bii7 | bii7 | i7 | i7",
    "iv7 | bVII7 | bIIImaj7 | bVImaj7 | ii7b5 | V7 | i7 | i7",
)

SWING = Groove(
    name="swing",
    tempo_bpm=(112, 230),
    division=2,
    swing=(0.2, 0.36),
    progressions=CHANGES + MINOR_CHANGES,
    drums=(
        {"ride": "X.xxX.xx", "hat": "..x...x.", "kick": "o...o..."},
        {"ride": "X.xxX.xx", "hat": "..x...x.", "snare": "...o....", "kick": "......o."},
        {"brush": "x.Xox.Xo", "hat": "..x...x."},
    ),
    bass=("w-w-w-w-", "w-w-w-w-", "1---5---", "1-3-5-a-"),
    chords=("x..x....", "...x...x", "x.....x-", ".x...x.."),
    colour=("x-------", "...x....", "X..x...."),
    melody=(
        "xxxxxxxx",
        "..xxxxx-",
        "x-xxx-x-",
        "X---..xx",
        "........",
        ".xx-xxxx",
        "xxX---..",
    ),
)

BALLAD = Groove(
    name="ballad",
    tempo_bpm=(54, 76),
    division=3,
    rubato=0.25,
    progressions=CHANGES[:3] + MINOR_CHANGES[:1],
    drums=({"brush": "x.ox.ox.ox.o", "hat": "...x.....x.."},),
    bass=("1-----5-----", "1-----3--5-a", "w--w--w--w--"),
    chords=("x-----------", "x-----..x---", "x--..x------"),
    colour=("x-----------",),
    melody=("x--x-xX-----", "..xx-xx-xx--", "X--------xxx", "xxxX--x-x---"),
)

BOSSA = Groove(
    name="bossa nova",
    tempo_bpm=(112, 160),
    division=4,
    progressions=CHANGES[:3] + MINOR_CHANGES,
    drums=(
        {
            "hat": "xoxoxoxoxoxoxoxo",
            "rim": "x.....x.....x...",
            "kick": "X.....x.X.....x.",
        },
        {"shaker": "XoxoXoxoXoxoXoxo", "rim": "....x.....x....."},
    ),
    bass=("1-----5-5-----1-", "1-----1-5-----5-"),
    chords=("x---x-..x---..x-", "1.x.x.x.1..x..x.", "..x-..x-..x---x-"),
    colour=("x---------------",),
    melody=("X-----x-x---x---", "..x-x-x-x-----x-", "x-----------x-x-", "................"),
)

JAZZ = Genre(
    name="jazz",
    grooves=(SWING, SWING, BALLAD, BOSSA),
    scales={
        "major": ("major", "mixolydian"),
        "minor": ("dorian", "harmonic minor"),
    },
    band={
        "drums": Chair(("jazz kit", "jazz kit", "studio kit"), presence=0.85, level_db=-5),
        "bass": Chair(("upright bass", "upright bass", "fingered bass"), level_db=2, low=28),
        "chords": Chair(
            ("grand piano", "jazz guitar", "vibraphone", "electric piano", "nylon guitar"),
            level_db=-2,
            low=52,
        ),
        "colour": Chair(("brass", "jazz organ", "strings"), 0.3, level_db=-6, low=55),
        "melody": Chair(
            (
                "tenor sax",
                "alto sax",
                "muted trumpet",
                "grand piano",
                "vibraphone",
                "jazz guitar",
                "clarinet",
                "high voice",
            ),
            level_db=2,
            low=55,
            high=81,
        ),
    },
    eras=("shellac", "tape", "tape", "desk", "digital", "hall"),
    swell_db=4.0,
    tonics=(5, 10, 3, 0, 7, 8, 2),
)
