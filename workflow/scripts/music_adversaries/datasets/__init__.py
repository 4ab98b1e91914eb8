"""Datasets: where excerpts come from, and the manifest that names them."""

ENDINGS = frozenset(
    ".wav .wave .bwf .rf64 .w64 .au .snd .aif .aiff .aifc .caf .voc .flac .ogg .oga .opus"
    " .mp1 .mp2 .mp3 .mpa .mpga".split()
)
"""What libsndfile decodes, of the formats in which music circulates."""

OTHER_ENDINGS = frozenset(
    ".3ga .aa .aa3 .aac .aax .ac3 .adts .alac .amr .ape .awb .cda .dff .dsf .dts .ec3 .eac3"
    " .gsm .m4a .m4b .m4p .m4r .mka .mp+ .mpc .oma .ofr .pcm .ra .shn .spx .tak .tta .vox .weba"
    " .wma .wv".split()
)
"""What libsndfile does not decode by itself, of the formats in which audio circulates.

Without those that mostly hold video (MP4, 3GP, WebM), and scores (MIDI)."""

AUDIO_ENDINGS = ENDINGS | OTHER_ENDINGS
"""How the names of audio files end, in any case: whether one decodes, a job finds out."""
