"""The experiment: its config, the plan made from it, and the resources of its jobs.

Imports nothing heavy: the workflow plans with it.
"""
