"""Evaluation: written excerpts are judged, and what was judged is summed up in tables."""
