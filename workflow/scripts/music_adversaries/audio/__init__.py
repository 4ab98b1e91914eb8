"""Audio: files decoded and written, spectra, filters, codecs, and what a listener hears."""

SAMPLE_RATE = 22_050
"""Hz, of every waveform in this package (Kereliuk et al. 2015)."""
