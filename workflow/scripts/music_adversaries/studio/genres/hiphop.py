"""Hip hop: a loop of two bars, a beat with room in it, and speech."""

from .grammar import Chair, Genre, Groove

LOOPS = ("i7 | i7", "i | bVI", "i7 | iv7", "i9 | bVII9", "i | i | bVI | V7", "ii9 | V13")

BOOM_BAP = Groove(
    name="boom bap",
    tempo_bpm=(82, 104),
    swing=(0.1, 0.35),
    progressions=LOOPS,
    drums=(
        {
            "kick": "X.....x...X.....",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
        },
        {
            "kick": "X..x......Xx....",
            "snare": "....X..o....X..o",
            "hat": "x.xox.x.x.xox.x.",
        },
        {
            "kick": "X......x..X..x..",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
            "open hat": "..............x.",
        },
    ),
    bass=("1--.....1-..5-7-", "1-----..8--.7-5-", "1..1......1.3.5."),
    chords=("x-------........", "x--x--..x--x--..", "1-2-3-4-1-2-3-4-"),
    colour=("........x-......", "3-..2-..3-..4-..", "x---------------"),
    melody=("x.xxx.x.xxx.x.x-", "xxx.x.xxx.x.xx..", "..xxxxx.x.xxx---", "x.x.xxxxx.xxx.x."),
)

HALF_TIME = Groove(
    name="half time",
    tempo_bpm=(62, 80),
    progressions=("i | i", "i | bVI", "i | bII", "i bVI | bVII V"),
    drums=(
        {"kick": "X.....x.....x...", "clap": "........X.......", "hat": "xxxxxxxxxxxxxxxx"},
        {
            "kick": "X..x......x.....",
            "snare": "........X.......",
            "hat": "x.x.x.x.x.xxx.xx",
            "open hat": "......x.........",
        },
    ),
    bass=("1-----1---1-----", "1-------....1-8-", "1--1------5---a-"),
    chords=("x---------------", "1-3-2-3-1-3-2-3-", "1.2.3.2.4.2.3.2."),
    colour=("x---------------", "....3-..4-..2-.."),
    melody=("xxxxxx..xxxxxx..", "x-x.xxxxx-x.xx..", "..xxx.xxx.xxx.x."),
)

FUNK = Groove(
    name="old school",
    tempo_bpm=(96, 114),
    progressions=LOOPS[:4],
    drums=(
        {
            "kick": "X..x..x...x..x..",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
            "cowbell": "x.......x..x....",
        },
        {"kick": "X.x.....x.x.....", "clap": "....X.......X..x", "hat": "xxxxxxxxxxxxxxxx"},
    ),
    bass=("1.1.8..75.7.1...", "1..11.8...1.7.5.", "1-..1-..3-..5-a."),
    chords=("..x...x...x...x.", "x...............", "...x..x....x..x."),
    colour=("X-......X-......", "1232123212321232"),
    melody=("x.xxx.x.x.xxx.x.", "xxx.xxx.xx.xx.x.", "x.x.x.xxX-..xx.."),
)

HIPHOP = Genre(
    name="hiphop",
    grooves=(BOOM_BAP, HALF_TIME, FUNK),
    scales={
        "major": ("major pentatonic",),
        "minor": ("minor pentatonic", "minor", "phrygian"),
    },
    band={
        "drums": Chair(("dusty kit", "drum machine", "studio kit", "rock kit"), level_db=3),
        "bass": Chair(("sub bass", "upright bass", "synth bass", "fingered bass"), low=28),
        "chords": Chair(
            ("electric piano", "felt piano", "strings", "nylon guitar", "vibraphone"),
            level_db=-4,
            low=55,
        ),
        "colour": Chair(
            ("brass", "bells", "flute", "clavinet", "square lead"), 0.6, level_db=-5, low=62
        ),
        "melody": Chair(
            ("spoken voice", "spoken voice", "spoken voice", "high voice"),
            presence=0.9,
            level_db=3,
            low=45,
            high=57,
        ),
    },
    eras=("sampler", "sampler", "desk", "digital", "digital"),
    fills=0.15,
)
