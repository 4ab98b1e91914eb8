"""Country: bass on one and five, train beats, fiddles and steel strings."""

from .grammar import Chair, Genre, Groove

THREE_CHORDS = (
    "I | I | IV | I | I | I | V7 | V7 | I | I7 | IV | IV | I | V7 | I | I",
    "I | IV | I | V | I | IV | V | I",
    "I | vi | IV | V | I | vi | IV V | I",
    "I | I | II7 | II7 | V7 | V7 | I | V7",
)

TWO_STEP = Groove(
    name="two-step",
    tempo_bpm=(92, 132),
    progressions=THREE_CHORDS,
    drums=(
        {
            "hat": "x...x...x...x...",
            "snare": "....X.......X...",
            "kick": "X.......X.......",
        },
        {"hat": "..x...x...x...x.", "rim": "....X.......X...", "kick": "X.......X......."},
    ),
    bass=("1-------5-------", "1---....5---....", "1---5---1---5-a-"),
    chords=("....x.......x...", "..x.x.u...x.x.u.", "1...x...2...x..."),
    colour=("1323132313231323", "........x-------", "x---------------"),
    melody=(
        "x---x-x-X-----..",
        "..x-x-x-x---x---",
        "x-x-x---x-x-x---",
        "X-------........",
    ),
)

TRAIN = Groove(
    name="train beat",
    tempo_bpm=(100, 138),
    progressions=THREE_CHORDS,
    drums=(
        {"snare": "ooXoooXoooXoooXo", "kick": "X...x...X...x..."},
        {"brush": "xoXoxoXoxoXoxoXo", "kick": "X.......X......."},
    ),
    bass=("1---5---1---5---", "1---3---5---6---"),
    chords=("..x...x...x...x.", "1-x-2-x-1-x-2-x-", "x.uux.uux.uux.uu"),
    colour=("1324132413241324", "x.......x......."),
    melody=("x-xxx-x-x-xxx---", "....x-x-xxx-x---", "X---x-x-x-------"),
)

WALTZ = Groove(
    name="country waltz",
    tempo_bpm=(84, 120),
    beats=3,
    division=2,
    progressions=THREE_CHORDS[1:],
    drums=({"hat": "x.x.x.", "snare": "..o.o.", "kick": "X....."}, {"brush": "..x.x."}),
    bass=("1-----", "1---5-"),
    chords=("..x.x.", "1.x.xu", "x-x-x-"),
    colour=("x-----", "123432"),
    melody=("X---x-", "x-x-x-", "..x-xx", "X-----"),
)

BALLAD = Groove(
    name="ballad",
    tempo_bpm=(64, 88),
    progressions=THREE_CHORDS[1:3],
    drums=({"hat": "x.x.x.x.x.x.x.x.", "rim": "....X.......X...", "kick": "X......xX......."},),
    bass=("1-------5-----a-", "1-----1-1-----5-"),
    chords=("1-2-3-2-1-2-3-2-", "x---x-u-x---x-u-"),
    colour=("x---------------", "........x-------"),
    melody=("..x-x-x-X-------", "x---x-x-x-------", "X-----x-x-------"),
)

COUNTRY = Genre(
    name="country",
    grooves=(TWO_STEP, TRAIN, WALTZ, BALLAD),
    scales={
        "major": ("major pentatonic", "major", "mixolydian"),
    },
    band={
        "drums": Chair(("studio kit", "jazz kit", "rock kit"), presence=0.8, level_db=-5),
        "bass": Chair(("upright bass", "fingered bass", "muted bass"), level_db=1, low=28),
        "chords": Chair(
            ("steel guitar", "steel guitar", "clean guitar", "upright piano"), low=50
        ),
        "colour": Chair(
            ("banjo", "mandolin", "fiddle", "steel guitar", "gospel organ"),
            presence=0.7,
            level_db=-3,
            low=57,
        ),
        "melody": Chair(
            ("low voice", "high voice", "fiddle", "harmonica", "clean guitar"),
            level_db=2,
            low=55,
            high=76,
        ),
    },
    eras=("shellac", "tape", "tape", "desk", "digital"),
    tonics=(7, 2, 0, 9, 4),
)
