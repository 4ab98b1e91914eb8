"""Audio: files decoded and written, spectra, filters, codecs, and what a listener hears."""
