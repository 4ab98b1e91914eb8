"""Evaluation: written files judged, and the tables, comparisons and claims made of that."""
