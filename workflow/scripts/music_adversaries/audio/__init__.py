"""Audio: decoding and writing of files, spectra, filters, codecs and perceptual measures."""

SAMPLE_RATE = 22_050
"""Hz, of every waveform in this package (Kereliuk et al. 2015)."""
