"""Adversaries: one file each, and what they share.

`methods` lists them. `modes` says which excerpts are pushed towards which class, `goals` what
counts as success, `constraints` what a perturbation must satisfy, `masking` that the
music hides it.
"""
