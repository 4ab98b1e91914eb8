"""Disco: four on the floor, octaves in the bass, strings over sevenths."""

from .grammar import Chair, Genre, Groove

VAMPS = (
    "i7 | i7 | iv7 | iv7",
    "i7 | bVII | bVI | V7",
    "ii7 | V7 | Imaj7 | vi7",
    "i7 | iv7 | bVII | bIII",
    "Imaj7 | vi7 | ii7 | V7",
)

FOUR_ON_THE_FLOOR = Groove(
    name="four on the floor",
    tempo_bpm=(108, 132),
    progressions=VAMPS,
    drums=(
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X...",
            "open hat": "..x...x...x...x.",
            "hat": "x...x...x...x...",
        },
        {
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "hat": "xoXoxoXoxoXoxoXo",
            "tambourine": "....x.......x...",
        },
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X..o",
            "open hat": "..X...X...X...X.",
            "conga": "x..x..xx..x.x.xx",
        },
    ),
    bass=("1-8-1-8-1-8-1-8-", "1-.8.81-5-.8.87-", "1-1-8-1-7-5-7-a-", "1...8.1...8.5.a."),
    chords=("..x...x...x...x.", "x..x..x...x..x..", "oxoXoxoXoxoXoxoX", "x---............"),
    colour=("x---------------", "........x-x-x---", "X-......X-..x-..", "3-4-3-2-3-4-3-2-"),
    melody=("X---x-x-..x-x---", "..x-x-x-x-------", "x--x--x-X-------", "........x-x-x-x-"),
)

ELECTRONIC = Groove(
    name="electronic",
    tempo_bpm=(114, 134),
    progressions=("i | i | i | i", "i | bVII | i | bVII", "i | bVI | bVII | i"),
    drums=(
        {"kick": "X...X...X...X...", "clap": "....X.......X...", "hat": "..x...x...x...x."},
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X...",
            "hat": "xxxxxxxxxxxxxxxx",
            "cowbell": "..x..x..x..x..x.",
        },
    ),
    bass=("1181118111811181", "1.881.881.881.88", "1-1-1-8-1-1-7-8-"),
    chords=("x---------------", "..x..x..x..x..x."),
    colour=("1232123212321232", "x---------------", "1.3.2.3.1.3.2.3."),
    melody=("X-------x-------", "x-x-x-..x-x-x-..", "..x-..x-..x-x---"),
)

DISCO = Genre(
    name="disco",
    grooves=(FOUR_ON_THE_FLOOR, FOUR_ON_THE_FLOOR, ELECTRONIC),
    scales={
        "major": ("major pentatonic", "major"),
        "minor": ("minor pentatonic", "dorian", "minor"),
    },
    band={
        "drums": Chair(("disco kit", "studio kit", "drum machine"), level_db=1),
        "bass": Chair(
            ("fingered bass", "picked bass", "synth bass", "saw bass"), level_db=1, low=28
        ),
        "chords": Chair(
            ("muted guitar", "clean guitar", "electric piano", "clavinet", "grand piano"),
            level_db=-2,
            low=55,
        ),
        "colour": Chair(
            ("strings", "brass", "bright pad", "synth stab"), 0.85, level_db=-2, low=60
        ),
        "melody": Chair(
            ("high voice", "low voice", "backing voices", "synth lead", "brass"),
            presence=0.85,
            level_db=1,
            low=58,
            high=79,
        ),
    },
    eras=("tape", "desk", "desk", "digital"),
)
