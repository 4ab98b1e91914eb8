"""Whether a low-pass filter before a system takes an adversary's effect away."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType

from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.style import (
    BLACK,
    GREY,
    PAGE_IN,
    in_style,
    look,
    set_title,
)

PANEL = ["dataset", "partition", "training", "adversary", "snr_limit_db", "mode"]
LINES: dict[str, LineStyleType] = {"clean": "-", "adversarial": "--"}
PANEL_IN = 2.1
LABELLED_DISTANCE = 0.13
"""Between two labelled cut-offs at least, in widths of the axis."""


@in_style
def low_pass_accuracy(low_pass, class_counts):
    """How often systems are right behind a low-pass filter, against its cut-off.

    Args:
        low_pass: a row per ``dataset``, ``partition``, ``training``, ``adversary``,
            ``snr_limit_db``, ``mode``, ``architecture``, ``condition`` (clean or
            adversarial) and ``cutoff_hz`` (infinite without a filter), with ``accuracy``
            and its 95 % interval, ``low`` and ``high``, as fractions of 1.
        class_counts: the number of classes by dataset; chance is one in so many.

    Returns:
        A figure with a panel per dataset, partition, training and adversary.
    """
    groups = list(low_pass.groupby(PANEL, sort=False, dropna=False))
    architectures = list(low_pass["architecture"].unique())
    rows, columns = -(-len(groups) // 2), min(2, len(groups))
    figure = Figure(figsize=(PAGE_IN, 1.0 + 0.13 * len(architectures) + PANEL_IN * rows))
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, (key, group) in zip(panels.flat, groups, strict=False):
        place = _place_cutoffs(axes, group["cutoff_hz"])
        _draw_lines(axes, group, architectures, place)
        axes.axhline(100 / class_counts[key[0]], color=GREY, linestyle=":", zorder=0)
        axes.set_title(_panel_title(*key), loc="left")
    for axes in panels.flat[len(groups) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(groups) - columns) : len(groups)]:
        axes.set_xlabel("cut-off of the filter (kHz)")
    panels[0, 0].set_ylim(-3, 103)
    figure.supylabel("accuracy: excerpts judged right (%)")
    _add_legend(figure, architectures)
    set_title(
        figure,
        "Accuracy behind a low-pass filter",
        "bands: 95 % intervals of the accuracy, over excerpts",
    )
    return figure


def _panel_title(dataset, partition, training, *attack_and_mode):
    *attack, mode = attack_and_mode
    system = f"{shorten(dataset, 16)}, {partition}, {training}"
    return f"{shorten(system, 44)}\n{attack_name(*attack)}, {mode}"


def _place_cutoffs(axes, cutoffs_hz):
    """Lay out the frequency axis; gives the function from cut-offs in Hz to places on it.

    Places are logarithms of frequencies; "no filter" is one more step to the right.
    """
    finite = np.unique(cutoffs_hz[np.isfinite(cutoffs_hz)])
    places = np.log(finite) if finite.size else np.zeros(1)
    step = max(np.diff(places).mean() if finite.size > 1 else 1, 0.2 * np.ptp(places))
    end = places[-1] + step
    labels = _labels_that_fit(finite, places, LABELLED_DISTANCE * (end - places[0]))
    axes.set_xticks([*places[: finite.size], end], [*labels, "no filter"])
    axes.set_xlim(places[0] - 0.06 * (end - places[0]), end + 0.08 * (end - places[0]))
    axes.axvline(end - step / 2, color=GREY, linewidth=0.4)
    return lambda cutoff_hz: np.where(np.isfinite(cutoff_hz), np.log(cutoff_hz), end)


def _labels_that_fit(finite_hz, places, distance):
    """Cut-offs in kHz, an empty label where it would stand too close to the one before."""
    labels, last = [], -np.inf
    for cutoff_hz, place in zip(finite_hz, places, strict=False):
        fits = place - last >= distance
        labels.append(f"{cutoff_hz / 1000:.3g}" if fits else "")
        last = place if fits else last
    return labels


def _draw_lines(axes, group, architectures, place):
    for (architecture, condition), line in group.groupby(["architecture", "condition"]):
        line = line.sort_values("cutoff_hz")
        x = place(line["cutoff_hz"])
        colour, marker = look(architectures.index(architecture))
        axes.fill_between(
            x, 100 * line["low"], 100 * line["high"], color=colour, alpha=0.15, lw=0
        )
        axes.plot(
            x,
            100 * line["accuracy"],
            color=colour,
            marker=marker,
            markersize=4,
            linestyle=LINES[condition],
            fillstyle="full" if condition == "clean" else "none",
            label=f"{architecture}, {condition}",
        )


def _add_legend(figure, architectures):
    handles = []
    for i, architecture in enumerate(architectures):
        colour, marker = look(i)
        handles.append(
            Line2D([], [], color=colour, marker=marker, ms=4, label=shorten(architecture, 30))
        )
    for condition, line in LINES.items():
        handles.append(Line2D([], [], color=BLACK, linestyle=line, label=condition))
    handles.append(Line2D([], [], color=GREY, linestyle=":", label="chance"))
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
