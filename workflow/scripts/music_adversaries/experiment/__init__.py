"""The experiment: its config, what follows from it, and what its jobs need.

Imports nothing heavy: the workflow plans with it.
"""
