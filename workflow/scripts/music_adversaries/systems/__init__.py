"""Systems: what judges audio, from its training set's standardisation to the vote."""
