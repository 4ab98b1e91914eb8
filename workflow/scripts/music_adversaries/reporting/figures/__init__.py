"""Figures of the paper, and two that sum up: tables and arrays in, Matplotlib figures out.

Nothing here reads a file or computes a figure of merit. Each figure has a file of its own,
with the sizes and colours that it alone uses: to edit it redraws that figure and no other,
but for spectra and waveforms, which one job draws.
For the same reason this file imports nothing. What figures share is in `style` (how all
look and are written), `labels` (how names are put), `cells` (tables of coloured cells) and
`panels` (panels of lines over an axis of SNRs).
"""
