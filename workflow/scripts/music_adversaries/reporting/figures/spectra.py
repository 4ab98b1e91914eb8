"""Spectra of an attacked excerpt."""

import librosa.display
import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import style

DYNAMIC_RANGE_DB = 80
LOOKS = {
    "original": (style.BLACK, "-"),
    "adversarial": (style.VERMILION, "--"),
    "difference": (style.BLUE, ":"),
}
"""Colour and line style of the spectra."""


@style.in_style
def spectra(
    original_db,
    adversarial_db,
    difference_db,
    sample_rate_hz,
    hop,
    frame,
    title,
    subtitle="",
):
    """Spectrograms of original, adversarial and difference, and the spectra of one frame.

    Args:
        original_db: magnitudes, ``(frames, bins)``, in dB; ``-inf`` is a magnitude of 0.
        adversarial_db: likewise.
        difference_db: likewise, of the spectrum of the difference.
        sample_rate_hz: samples per second.
        hop: samples from one frame to the next.
        frame: the index of the frame whose spectra are drawn.
        title: which excerpt and what was done to it.
        subtitle: a second line: by which adversary, against which system.
    """
    levels = dict(zip(LOOKS, (original_db, adversarial_db, difference_db), strict=True))
    finite = np.concatenate([level[np.isfinite(level)] for level in levels.values()])
    top = finite.max() if finite.size else 0.0
    figure = Figure(figsize=(style.PAGE_IN, 4.6))
    axes = figure.subplot_mosaic([list(LOOKS), ["frame"] * 3], height_ratios=[1.1, 1])
    frames, bins = original_db.shape
    seconds = np.arange(frames) * hop / sample_rate_hz
    hz = librosa.fft_frequencies(sr=sample_rate_hz, n_fft=2 * (bins - 1))
    for name, level in levels.items():
        image = librosa.display.specshow(
            np.maximum(level, top - DYNAMIC_RANGE_DB).T,
            x_coords=seconds,
            y_coords=hz,
            x_axis="s",
            y_axis="linear",
            cmap="magma",
            vmin=top - DYNAMIC_RANGE_DB,
            vmax=top,
            rasterized=True,  # or a PDF would hold every cell as a shape
            ax=axes[name],
        )
        axes[name].axvline(seconds[frame], color=style.SKY, linestyle="--")
        axes[name].set(title=name, xlabel="time (s)", ylabel="")
        axes[name].locator_params(axis="x", nbins=5)
        axes[name].tick_params(labelleft=name == "original")
    axes["original"].set_ylabel("frequency (Hz)")
    spectrograms = [axes[name] for name in LOOKS]
    figure.colorbar(image, ax=spectrograms, label="magnitude (dB)", extend="min", pad=0.01)
    for name, (colour, dashes) in LOOKS.items():
        # A line breaks where a level is -inf: finite levels below the panel are drawn instead.
        level = np.maximum(levels[name][frame], top - 2 * DYNAMIC_RANGE_DB)
        axes["frame"].plot(hz, level, dashes, color=colour, label=name)
    axes["frame"].set(
        title=f"frame at {seconds[frame]:.2f} s (dashed line above)",
        xlabel="frequency (Hz)",
        ylabel="magnitude (dB)",
        xlim=(0, hz[-1]),
        ylim=(top - DYNAMIC_RANGE_DB, top + 3),
    )
    axes["frame"].legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.set_title(figure, title, subtitle)
    return figure
