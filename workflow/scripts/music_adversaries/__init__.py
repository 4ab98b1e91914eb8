"""The science of "Deep Learning and Music Adversaries"; it does not import Snakemake.

Conventions, kept everywhere:

- Waveforms are float32, at 22 050 Hz, full scale ±1, of shape ``(samples,)`` or
  ``(excerpts, samples)``.
- Magnitudes are float32, linear, of shape ``(frames, bins)`` or
  ``(excerpts, frames, bins)``.
- Scores (logits) and posteriors are ``(units, classes)`` or ``(excerpts, units, classes)``;
  a *unit* is what a system judges at once: a frame for the DNN, a slice for the CNN.
- Levels are in dB, times in s, and names of columns and parameters carry their unit.

A sub-package imports only from floors below its own, which are in ``CONTRIBUTING.md``.
"""
