"""Waveforms of an attacked excerpt."""

import librosa.display
import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import style

FACTORS = [step * 10**power for power in range(9) for step in (1, 2, 5)]


@style.in_style
def waveforms(original, adversarial, start_s, sample_rate_hz, title, subtitle=""):
    """The same stretch of original and adversarial excerpt, and their magnified difference.

    Args:
        original: samples of the stretch, ``(samples,)``, full scale ±1.
        adversarial: likewise, as many.
        start_s: where in the excerpt the stretch begins.
        sample_rate_hz: samples per second.
        title: which excerpt and what was done to it.
        subtitle: a second line: by which adversary, against which system.
    """
    difference = adversarial - original
    scale = 1.05 * max(np.abs(original).max(), np.abs(adversarial).max(), 1e-9)
    factor = magnification(np.abs(difference).max(), scale)
    magnified = f"difference, magnified × {factor:g}" if difference.any() else "no difference"
    stretches = [
        ("original", original, style.BLACK, scale),
        ("adversarial", adversarial, style.VERMILION, scale),
        (magnified, difference, style.BLUE, scale / factor),
    ]
    figure = Figure(figsize=(style.PAGE_IN, 3.8))
    panels = figure.subplots(3, 1, sharex=True)
    for axes, (name, samples, colour, limit) in zip(panels, stretches, strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.4)
        librosa.display.waveshow(samples, sr=sample_rate_hz, axis="ms", color=colour, ax=axes)
        axes.set(title=name, ylim=(-limit, limit), xlabel="")
        axes.margins(x=0)
    panels[-1].set_xlabel(f"time after {start_s:.3f} s (ms)")
    figure.supylabel("amplitude (full scale = 1)")
    style.set_title(figure, title, subtitle)
    return figure


def magnification(largest, scale):
    """The largest of 1, 2, 5, 10, … that keeps a difference within the scale; at least 1."""
    return max([factor for factor in FACTORS if 0 < factor * largest <= scale], default=1)
