"""Datasets: where excerpts come from, and the manifest that names them."""
