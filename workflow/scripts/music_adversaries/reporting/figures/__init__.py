"""Matplotlib figures of tables and arrays.

Nothing here reads a file or computes a figure of merit. Each figure has a module of its own.
Several figures share `style`, `labels`, `cells` (coloured tables) and `panels` (grids of panels
and their axes).
"""
