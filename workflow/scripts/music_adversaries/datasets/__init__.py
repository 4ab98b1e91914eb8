"""Datasets: where excerpts come from, and the manifest that names them."""

ENDINGS = frozenset(
    ".wav .wave .bwf .rf64 .w64 .au .snd .aif .aiff .aifc .caf .voc .flac .ogg .oga .opus"
    " .mp1 .mp2 .mp3 .mpa .mpga".split()
)
"""What libsndfile decodes, of the formats in which music circulates."""

OTHER_ENDINGS = frozenset(
    ".3ga .3gp .aa .aa3 .aac .aax .ac3 .adts .alac .amr .ape .awb .cda .dff .dsf .dts .ec3"
    " .eac3 .gsm .m4a .m4b .m4p .m4r .mka .mp4 .mp+ .mpc .oma .ofr .pcm .ra .shn .spx .tak"
    " .tta .vox .weba .webm .wma .wv".split()
)
"""What libsndfile does not decode by itself, of the formats in which audio circulates.

Some hold video as well, of which ffmpeg takes the sound; scores (MIDI) are no audio."""

AUDIO_ENDINGS = ENDINGS | OTHER_ENDINGS
"""How the names of audio files end, in any case: whether one decodes, a job finds out."""
