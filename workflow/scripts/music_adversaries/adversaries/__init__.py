"""Adversaries: a module per method, and the modules that they share.

`methods` finds a method by its name. `targets` draws the target class of each excerpt, `goals`
defines success and the costs, `constraints` limits perturbations, `masking` keeps them
inaudible, and `descent` is the search on waveforms.
"""
