"""Adversaries: a module per method, and the modules that they share.

`methods` lists them. `targets` draws the class that each excerpt is attacked towards, `goals`
defines success and the costs, `constraints` what a perturbation must satisfy, `masking` that
it stays inaudible, `descent` the search on waveforms.
"""
