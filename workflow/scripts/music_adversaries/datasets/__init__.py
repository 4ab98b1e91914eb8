"""Datasets: loaders, inspection of files, the manifest, partitions and magnitudes.

The workflow imports `loaders`, `inventory`, `probes`, `class_sizes` and `names` while it plans.
Neither they nor the modules that they import may import numpy, pandas or anything as slow.
"""

ENDINGS_OF_FORMATS = {
    ("WAV", "WAVEX", "RF64"): (".wav", ".wave", ".bwf", ".rf64"),
    ("AU",): (".au", ".snd"),
    ("AIFF",): (".aif", ".aiff", ".aifc"),
    ("CAF",): (".caf",),
    ("VOC",): (".voc",),
    ("W64",): (".w64",),
    ("FLAC",): (".flac",),
    ("OGG",): (".ogg", ".oga", ".opus"),
    ("MP3",): (".mp1", ".mp2", ".mp3", ".mpa", ".mpga"),
}
"""Music formats that libsndfile decodes, by its names, and the endings of their files."""
FORMATS = {ending: names for names, endings in ENDINGS_OF_FORMATS.items() for ending in endings}
"""libsndfile's names of the formats that each ending promises."""
ENDINGS = frozenset(FORMATS)
OTHER_ENDINGS = frozenset(
    ".3ga .3gp .aa .aa3 .aac .aax .ac3 .adts .alac .amr .ape .awb .cda .dff .dsf .dts .ec3"
    " .eac3 .gsm .m4a .m4b .m4p .m4r .mka .mp4 .mp+ .mpc .oma .ofr .pcm .ra .shn .spx .tak"
    " .tta .vox .weba .webm .wma .wv".split()
)
"""Endings of formats that ffmpeg may decode and libsndfile does not.

ffmpeg takes the sound of videos. Scores (MIDI) are not audio."""
AUDIO_ENDINGS = ENDINGS | OTHER_ENDINGS
"""Endings of audio files, in lower case. Only jobs find out whether a file can be decoded."""
