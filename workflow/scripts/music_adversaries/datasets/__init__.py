"""Datasets: where excerpts come from, and the manifest that names them."""

ENDINGS = frozenset(".wav .au .flac .ogg .oga .opus .mp3 .aif .aiff .snd .caf .w64".split())
"""What libsndfile decodes, of the formats in which music circulates."""
