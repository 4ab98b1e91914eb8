"""The survival of adversarial excerpts after transformations, and the clean accuracy."""

from typing import Any

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import attack_name, lines, shorten
from music_adversaries.reporting.figures.panels import PER_CENT, make_panels, name_rows

PANEL = ["dataset", "partition", "architecture", "training", "adversary", "snr_limit_db"]
ROW_IN = 0.15
TITLE_LETTERS, NAME_LETTERS = 32, 24
SHARES: dict[str, tuple[str, dict[str, Any]]] = {
    "survival": ("adversarial excerpts that survive", {"color": style.BLUE, "marker": "o"}),
    "accuracy_clean": (
        "clean accuracy",
        {"color": style.ORANGE, "marker": "D", "markerfacecolor": "white"},
    ),
}
OFFSET = 0.18
"""Between the middle of a row and each of its marks, in rows."""


@style.in_style
def survival_intervals(survival):
    """A panel per system and adversary with a row per transformation.

    Args:
        survival: the table of `survival.survival`: a row per ``dataset``, ``partition``,
            ``architecture``, ``training``, ``adversary``, ``snr_limit_db`` and
            ``transformation``, with the numbers of excerpts ``excerpts`` and ``turned``, and
            each of `SHARES` with its 95 % interval, ``*_low`` and ``*_high``, as fractions
            of 1; survival is NaN if no excerpt was turned.
    """
    groups = list(survival.groupby(PANEL, sort=False))
    transformations = list(survival["transformation"].unique())
    panel_in = 0.75 + ROW_IN * len(transformations)
    figure, panels = make_panels(
        len(groups), 3, panel_in, 1.2, "excerpts (%)", sharex=True, sharey=True
    )
    panels[0].set(**PER_CENT)
    for axes, (key, group) in zip(panels, groups, strict=True):
        axes.set_title(_panel_title(key, group), fontsize=7)
        name_rows(axes, [shorten(name, NAME_LETTERS) for name in transformations])
        _draw_rows(axes, group, transformations)
    handles = [style.line(label, **looks) for label, looks in SHARES.values()]
    style.add_legend(figure, handles, 2)
    style.set_title(
        figure,
        "Survival of adversarial excerpts after transformations of the music file",
        "survival: share of the turned excerpts that are still judged as the target",
        "lines: 95 % intervals",
    )
    return figure


def _panel_title(key, group):
    dataset, partition, architecture, training, *attack = key
    turned, excerpts = group[["turned", "excerpts"]].iloc[0]
    counts = f"{turned:.0f} of {excerpts:.0f} turned"
    system = (f"{dataset}, {partition}", f"{architecture}, {training}")
    return lines([*system, attack_name(*attack), counts], TITLE_LETTERS)


def _draw_rows(axes, group, transformations):
    places = group["transformation"].map(transformations.index)
    for offset, (share, (_, looks)) in zip((-OFFSET, OFFSET), SHARES.items(), strict=True):
        value, low, high = (100 * group[f"{share}{end}"] for end in ("", "_low", "_high"))
        axes.hlines(places + offset, low, high, color=looks["color"], linewidth=0.9)
        axes.plot(value, places + offset, linestyle="", **looks)
    for boundary in range(1, len(transformations)):
        axes.axhline(boundary - 0.5, color=style.GREY, linewidth=0.2)
