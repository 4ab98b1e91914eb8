"""The normalised accuracy of every system, clean and under each adversary, in one figure."""

import numpy as np

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import attack_name, lines, shorten
from music_adversaries.reporting.figures.panels import PER_CENT, make_panels

MOST_COLUMNS = 4
ROWS_IN = 6.5
"""Height of all rows together, beyond which they move closer together."""
NO_MODE = "none"
MODES = {
    NO_MODE: "no adversary",
    "all_wrong": "adversary, target: a wrong class",
    "random": "adversary, target: any class",
    "perfect": "adversary as ally, target: the true class",
    "all_same": "adversary, one target class for all",
    "untargeted": "adversary, target: any but the true class",
}
FILLS = ["full", "none", "left", "right", "top", "bottom"]


@style.in_style
def merit_overview(merits, class_counts):
    """A panel per dataset and partition, with rows per system and in them its conditions.

    A condition is a mode (colour and shape) and an adversary (filling). A large marker is the
    mean over runs, faint dots are the runs.

    Args:
        merits: the table of `figures_of_merit.figures_of_merit`; adversarial excerpts are
            drawn as judged in the stage ``resynthesised``, that of the written file.
        class_counts: the number of classes by dataset; chance is one in that number.
    """
    merits = merits[merits["stage"] != "adversarial"]
    merits = merits.assign(
        system=merits["architecture"] + ", " + merits["training"],
        attack=list(
            zip(merits["adversary"], merits["snr_limit_db"].fillna(-np.inf), strict=True)
        ),
    )
    modes = sorted(merits["mode"].unique(), key=lambda mode: ([*MODES, mode].index(mode), mode))
    attacks = list(merits.loc[merits["mode"] != NO_MODE, "attack"].unique())
    merits["look"] = [
        (modes.index(mode), attacks.index(attack) if mode != NO_MODE else 0)
        for mode, attack in zip(merits["mode"], merits["attack"], strict=True)
    ]
    places = _places(merits)
    merits["place"] = [
        places[key] for key in zip(merits["system"], merits["look"], strict=True)
    ]
    groups = list(merits.groupby(["dataset", "partition"]))
    rows = -(-len(groups) // MOST_COLUMNS)
    height = max(places.values()) + 2
    line_in = np.clip(ROWS_IN / (rows * height), 0.065, 0.12)
    figure, panels = make_panels(
        len(groups),
        -(-len(groups) // rows),
        0.6 + line_in * height,
        0.5 + 0.13 * max(len(modes), len(attacks) + 1),
        "normalised accuracy (%)",
        sharex=True,
        sharey=True,
    )
    panels[0].set(ylim=(height - 1, -1), **PER_CENT)
    for axes, (key, group) in zip(panels, groups, strict=True):
        _draw_conditions(axes, group, min(6, 72 * line_in))
        axes.axvline(100 / class_counts[key[0]], color=style.GREY, linestyle="--", zorder=0)
        axes.set_title(lines(key, 22))
    _name_systems(panels, places)
    _add_legend(figure, modes, attacks)
    style.set_title(
        figure,
        "Normalised accuracy of all systems",
        "large markers: means over runs; faint dots: single runs",
    )
    return figure


def _places(merits):
    """The row of each system and look, from the top, with a free row between systems."""
    places, row = {}, 0
    for architecture, group in merits.groupby("architecture"):
        for training in in_order(group["training"]):
            looks = group.loc[group["training"] == training, "look"]
            for each in sorted(set(looks)):
                places[f"{architecture}, {training}", each] = row
                row += 1
            row += 1
    return places


def _marks(mode, attack):
    """Colour and shape of a numbered mode, filling of a numbered adversary."""
    filling = {"fillstyle": FILLS[attack % len(FILLS)], "markerfacecoloralt": "white"}
    return style.look(mode) | filling | {"linestyle": "", "markersize": 6}


def _draw_conditions(axes, group, size):
    for numbers, runs in group.groupby("look"):
        percent, marks = 100 * runs["normalised_accuracy"], _marks(*numbers)
        dots = {"color": marks["color"], "alpha": 0.3, "markersize": 3, "mew": 0}
        axes.plot(percent, runs["place"], "o", **dots)
        means = percent.groupby(runs["place"]).mean()
        axes.plot(means, means.index, mew=0.8, **marks | {"markersize": size})


def _name_systems(panels, places):
    """Write each system beside the middle of its rows, and draw lines between systems."""
    rows: dict[str, list[int]] = {}
    for (system, _), row in places.items():
        rows.setdefault(system, []).append(row)
    middles = [np.mean(own) for own in rows.values()]
    panels[0].set_yticks(middles, [shorten(system, 26) for system in rows])
    for axes in panels:
        axes.tick_params(axis="y", length=0)
        for own in list(rows.values())[1:]:
            axes.axhline(own[0] - 1, color=style.GREY, linewidth=0.3)


def _add_legend(figure, modes, attacks):
    """The modes in a first column; chance and the fillings of adversaries in a second."""
    first = [
        style.line(shorten(MODES.get(mode, mode), 44), **_marks(number, 0))
        for number, mode in enumerate(modes)
    ]
    second = [style.line("chance", color=style.GREY, linestyle="--")] + [
        style.line(attack_name(*attack), **_marks(0, number) | {"color": style.GREY})
        for number, attack in enumerate(attacks)
    ]
    length = max(len(first), len(second))
    for column in (first, second):
        column += [style.line("", linestyle="")] * (length - len(column))
    style.add_legend(figure, first + second, 2)
