"""Waveforms of an attacked excerpt."""

from itertools import product

import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures.style import (
    BLACK,
    BLUE,
    GREY,
    PAGE_IN,
    VERMILION,
    in_style,
    set_title,
)


@in_style
def waveforms(original, adversarial, start_s, sample_rate_hz, title, subtitle=""):
    """Aligned stretches of an original, its adversary and their magnified difference.

    Args:
        original: the stretch's samples, ``(samples,)``, full scale ±1.
        adversarial: likewise.
        start_s: where in the excerpt the stretch begins.
        sample_rate_hz: samples per second.
        title: what was done to what excerpt.
        subtitle: a second line: by what adversary, against what system.

    Raises:
        ValueError: lengths differ.
    """
    original, adversarial = np.asarray(original), np.asarray(adversarial)
    if original.shape != adversarial.shape:
        raise ValueError(f"lengths differ: {original.shape}, {adversarial.shape}")
    difference = adversarial - original
    scale = 1.05 * max(np.abs(original).max(), np.abs(adversarial).max(), 1e-9)
    factor = _magnification(np.abs(difference).max(), scale)
    ms = 1000 * np.arange(len(original)) / sample_rate_hz
    magnified = f"difference, magnified × {factor:g}" if factor else "no difference"
    stretches = [
        ("original", original, BLACK, scale),
        ("adversarial", adversarial, VERMILION, scale),
        (magnified, difference, BLUE, scale / max(factor, 1)),
    ]
    figure = Figure(figsize=(PAGE_IN, 3.8))
    panels = figure.subplots(3, 1, sharex=True)
    for axes, (name, samples, colour, limit) in zip(panels, stretches, strict=True):
        axes.axhline(0, color=GREY, linewidth=0.4)
        axes.plot(ms, samples, color=colour)
        axes.set_title(name, loc="left")
        axes.set_ylim(-limit, limit)
        axes.margins(x=0)
    panels[-1].set_xlabel(f"time after {start_s:.3f} s (ms)")
    figure.supylabel("amplitude (full scale = 1)")
    set_title(figure, title, subtitle)
    return figure


def _magnification(largest, scale):
    """The largest of 1, 2, 5, 10, … that keeps the difference within the scale, or 0."""
    if largest == 0:
        return 0
    factors = [m * 10**e for e, m in product(range(9), (1, 2, 5))]
    return max([f for f in factors if f * largest <= scale], default=1)
