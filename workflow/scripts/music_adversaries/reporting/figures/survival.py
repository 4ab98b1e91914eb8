"""Which adversaries survive what happens to music files, and what it costs clean excerpts."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.style import (
    BLUE,
    GREY,
    ORANGE,
    PAGE_IN,
    in_style,
    set_title,
)

PANEL = ["dataset", "partition", "architecture", "training", "adversary", "snr_limit_db"]
MOST_COLUMNS = 3
ROW_IN = 0.15
TITLE_LETTERS, NAME_LETTERS = 32, 24
SHARES: dict[str, tuple[str, dict[str, Any]]] = {
    "survival": ("survival of the adversary", {"color": BLUE, "marker": "o"}),
    "accuracy_clean": (
        "accuracy without an adversary",
        {"color": ORANGE, "marker": "D", "markerfacecolor": "white"},
    ),
}
OFFSET = 0.18
"""Between a row's middle and either of its marks, in rows."""


@in_style
def survival_intervals(survival):
    """How many adversarial excerpts survive each transformation, and clean accuracy after it.

    Args:
        survival: the table of `survival.survival`: a row per ``dataset``, ``partition``,
            ``architecture``, ``training``, ``adversary``, ``snr_limit_db`` and
            ``transformation``, with the numbers of excerpts ``excerpts`` and ``turned``, and
            each of `SHARES` with its 95 % interval, ``*_low`` and ``*_high``, as fractions
            of 1; survival is NaN where nothing was turned.

    Returns:
        A figure with a panel per system and adversary, and in it a row per transformation.
    """
    groups = list(survival.groupby(PANEL, sort=False))
    transformations = list(survival["transformation"].unique())
    rows, columns = -(-len(groups) // MOST_COLUMNS), min(MOST_COLUMNS, len(groups))
    panel_in = 0.75 + ROW_IN * len(transformations)
    figure = Figure(figsize=(PAGE_IN, 1.2 + rows * panel_in))
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes, (key, group) in zip(panels.flat, groups, strict=False):
        axes.set_title(_panel_title(key, group), loc="left", fontsize=7)
        _draw_rows(axes, group, transformations)
    for axes in panels.flat[len(groups) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(groups) - columns) : len(groups)]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("excerpts (%)")
    names = [shorten(name, NAME_LETTERS) for name in transformations]
    panels[0, 0].set_yticks(range(len(names)), names)
    panels[0, 0].set(xlim=(-3, 103), ylim=(len(names) - 0.5, -0.5), xticks=range(0, 101, 25))
    handles = [Line2D([], [], ms=4, label=label, **look) for label, look in SHARES.values()]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    set_title(
        figure,
        "Which adversaries survive what happens to music files",
        "survival: of the excerpts that were turned, those still judged the target",
        "lines: 95 % intervals",
    )
    return figure


def _panel_title(key, group):
    dataset, partition, architecture, training, *attack = key
    turned, excerpts = group[["turned", "excerpts"]].iloc[0]
    lines = [
        f"{dataset}, {partition}",
        f"{architecture}, {training}",
        attack_name(*attack),
        f"{turned:.0f} of {excerpts:.0f} turned",
    ]
    return "\n".join(shorten(line, TITLE_LETTERS) for line in lines)


def _draw_rows(axes, group, transformations):
    places = group["transformation"].map(transformations.index)
    for offset, (share, (_, look)) in zip((-OFFSET, OFFSET), SHARES.items(), strict=True):
        figures = 100 * group[[share, f"{share}_low", f"{share}_high"]]
        value, low, high = (figures[name] for name in figures)
        axes.hlines(places + offset, low, high, color=look["color"], linewidth=0.9)
        axes.plot(value, places + offset, linestyle="", markersize=4, **look)
    for boundary in range(1, len(transformations)):
        axes.axhline(boundary - 0.5, color=GREY, linewidth=0.2)
    axes.tick_params(axis="y", length=0)
