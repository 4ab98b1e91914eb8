"""Systems, which classify audio: front end, standardisation, network and vote."""
