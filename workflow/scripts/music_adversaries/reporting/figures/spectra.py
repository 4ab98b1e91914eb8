"""Spectra of an attacked excerpt."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from music_adversaries.reporting.figures.style import (
    BLACK,
    BLUE,
    PAGE_IN,
    SKY,
    VERMILION,
    in_style,
    set_title,
)

DYNAMIC_RANGE_DB = 80


@in_style
def spectra(
    original_db,
    adversarial_db,
    difference_db,
    seconds_per_frame,
    hz_per_bin,
    frame,
    title,
    subtitle="",
):
    """Spectrograms of original, adversarial and difference, and one frame of each.

    Args:
        original_db: magnitudes, ``(frames, bins)``, in dB; ``-inf`` is a magnitude of 0.
        adversarial_db: likewise.
        difference_db: likewise, of the difference's spectrum.
        seconds_per_frame: the hop.
        hz_per_bin: the distance between bins.
        frame: the index of the frame that is overlaid.
        title: what was done to what excerpt.
        subtitle: a second line: by what adversary, against what system.

    Raises:
        ValueError: shapes differ.
        IndexError: there is no such frame.
    """
    levels = {
        "original": np.asarray(original_db),
        "adversarial": np.asarray(adversarial_db),
        "difference": np.asarray(difference_db),
    }
    if len({level.shape for level in levels.values()}) > 1:
        raise ValueError(f"shapes differ: {[level.shape for level in levels.values()]}")
    top = _top(levels.values())
    figure = Figure(figsize=(PAGE_IN, 4.6))
    rows = figure.add_gridspec(2, 3, height_ratios=[1.1, 1])
    first: Axes | None = None
    for column, (name, level) in enumerate(levels.items()):
        axes = figure.add_subplot(rows[0, column], sharex=first, sharey=first)
        first = first or axes
        image = _draw_spectrogram(axes, level, (seconds_per_frame, hz_per_bin), top)
        axes.axvline((frame + 0.5) * seconds_per_frame, color=SKY, linestyle="--")
        axes.set(title=name, xlabel="time (s)")
        axes.tick_params(labelleft=column == 0)
    figure.axes[0].set_ylabel("frequency (kHz)")
    figure.colorbar(image, ax=figure.axes, label="magnitude (dB)", extend="min", pad=0.01)
    axes = figure.add_subplot(rows[1, :])
    khz = np.arange(levels["original"].shape[1]) * hz_per_bin / 1000
    looks = {
        "original": (BLACK, "-"),
        "adversarial": (VERMILION, "--"),
        "difference": (BLUE, ":"),
    }
    for name, (colour, line) in looks.items():
        # Off the panel's foot, but finite: a line breaks where its level is -inf.
        level = np.maximum(levels[name][frame], top - 2 * DYNAMIC_RANGE_DB)
        axes.plot(khz, level, color=colour, linestyle=line, label=name)
    axes.set(xlabel="frequency (kHz)", ylabel="magnitude (dB)", xlim=(0, khz[-1]))
    axes.set_ylim(top - DYNAMIC_RANGE_DB, top + 3)
    axes.set_title(
        f"frame at {frame * seconds_per_frame:.2f} s (dashed line above)", loc="left"
    )
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    set_title(figure, title, subtitle)
    return figure


def _top(levels):
    """The largest of several arrays' finite levels, 0 where none is finite."""
    finite = np.concatenate([level[np.isfinite(level)] for level in levels])
    return finite.max() if finite.size else 0.0


def _draw_spectrogram(axes, level, steps, top):
    (seconds, hz), (frames, bins) = steps, level.shape
    return axes.imshow(
        np.maximum(level, top - DYNAMIC_RANGE_DB).T,
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=top - DYNAMIC_RANGE_DB,
        vmax=top,
        extent=(0, frames * seconds, -0.5 * hz / 1000, (bins - 0.5) * hz / 1000),
    )
