"""Adversaries: one file each, and what they share.

`modes` says which excerpts are pushed towards which class, `constraints` what a
perturbation must satisfy.
"""
