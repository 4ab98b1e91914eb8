"""Systems: what classifies audio, from the standardisation of its input to the vote."""
