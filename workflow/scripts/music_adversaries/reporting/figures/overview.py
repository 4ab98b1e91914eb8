"""How often each system is right, in one figure."""

from itertools import product

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from music_adversaries.judged_tables import in_order
from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.style import (
    GREY,
    PAGE_IN,
    in_style,
    look,
    set_title,
)

MOST_COLUMNS = 4
ROWS_IN = 6.5
"""Height that all rows may take before they move closer together."""
NO_MODE = "none"
NO_ATTACK = ("none", -np.inf)
MODES = {
    NO_MODE: "no adversary",
    "all_wrong": "adversary towards a wrong class",
    "random": "adversary towards any class",
    "perfect": "adversary as ally, towards the true class",
    "all_same": "adversary towards one class for all",
    "untargeted": "adversary away from the true class",
}
FILLS = ["full", "none", "left", "right", "top", "bottom"]


@in_style
def merit_overview(merits, class_counts):
    """How often each system is right, without an adversary and with each.

    Args:
        merits: the table of `figures_of_merit.figures_of_merit`; of adversaries, the stage
            ``resynthesised`` is drawn: what the written file is judged as.
        class_counts: the number of classes by dataset; chance is one in so many.

    Returns:
        A figure with a panel per dataset and partition, a row per system (architecture
        and training, the standard one first) and in it a line per adversary and mode that
        it met anywhere, in the legend's order; a large mark is the mean over runs, faint
        dots are the runs.
    """
    merits = merits[merits["stage"] != "adversarial"]
    limits_db = merits["snr_limit_db"].fillna(-np.inf)
    merits = merits.assign(
        system=merits["architecture"] + ", " + merits["training"],
        condition=list(zip(merits["mode"], merits["adversary"], limits_db, strict=True)),
    )
    modes, attacks = _modes_and_attacks(merits["condition"].unique())
    conditions = _conditions(merits["condition"].unique(), modes, attacks)
    places = _places(merits, conditions)
    merits["place"] = [
        places[pair] for pair in zip(merits["system"], merits["condition"], strict=True)
    ]
    groups = list(merits.groupby(["dataset", "partition"]))
    rows = -(-len(groups) // MOST_COLUMNS)
    lines = max(places.values()) + 2
    line_in = np.clip(ROWS_IN / (rows * lines), 0.065, 0.12)
    panel_in = 0.6 + line_in * lines
    legend_in = 0.13 * max(len(modes), len(attacks) + 1)
    figure = Figure(figsize=(PAGE_IN, 0.5 + legend_in + rows * panel_in))
    panels = figure.subplots(
        rows, -(-len(groups) // rows), squeeze=False, sharex=True, sharey=True
    )
    for axes, (key, group) in zip(panels.flat, groups, strict=False):
        _draw_conditions(axes, group, conditions, min(6, 72 * line_in))
        axes.axvline(100 / class_counts[key[0]], color=GREY, linestyle="--", zorder=0)
        axes.set_title("\n".join(shorten(name, 22) for name in key), loc="left")
    for axes in panels.flat[len(groups) :]:
        axes.set_visible(False)
    for axes in panels.flat[max(0, len(groups) - panels.shape[1]) : len(groups)]:
        axes.tick_params(labelbottom=True)
        axes.set_xlabel("normalised accuracy (%)")
    panels[0, 0].set(xlim=(-3, 103), ylim=(lines - 1, -1), xticks=range(0, 101, 25))
    _name_systems(panels, places)
    _add_legend(figure, modes, attacks)
    set_title(
        figure,
        "How often systems are right: share of excerpts, mean over classes",
        "large marks: means over runs; faint dots: single runs",
    )
    return figure


def _modes_and_attacks(found):
    """The modes that occur, known ones first, and the adversaries with their limits."""
    modes = {mode for mode, *_ in found}
    known = [mode for mode in MODES if mode in modes]
    attacks = dict.fromkeys(tuple(attack) for mode, *attack in found if mode != NO_MODE)
    return known + sorted(modes - set(known)), list(attacks)


def _conditions(found, modes, attacks):
    """The looks of each condition (mode, adversary, limit) that occurs, in drawing order."""
    pairs = list(product(enumerate(modes), enumerate([NO_ATTACK, *attacks])))
    return {
        (mode, *attack): _marks(i, max(0, j - 1))
        for (i, mode), (j, attack) in pairs
        if (mode, *attack) in set(found)
    }


def _marks(mode, attack):
    """Colour and shape tell modes apart, the filling tells adversaries apart."""
    colour, marker = look(mode)
    return {
        "color": colour,
        "marker": marker,
        "fillstyle": FILLS[attack % len(FILLS)],
        "markerfacecoloralt": "white",
        "linestyle": "",
    }


def _places(merits, conditions):
    """The line of each system's conditions, from the top; one is free between systems."""
    found = set(zip(merits["system"], merits["condition"], strict=True))
    places, line = {}, 0
    for architecture, group in merits.groupby("architecture"):
        for training in in_order(group["training"]):
            system = f"{architecture}, {training}"
            for condition in conditions:
                if (system, condition) in found:
                    places[system, condition] = line
                    line += 1
            line += 1
    return places


def _draw_conditions(axes, group, conditions, size):
    for condition, marks in conditions.items():
        runs = group[group["condition"].isin([condition])]
        percent = 100 * runs["normalised_accuracy"]
        dots = {"color": marks["color"], "alpha": 0.3, "markersize": 3, "mew": 0}
        axes.plot(percent, runs["place"], "o", **dots)
        means = percent.groupby(runs["place"]).mean()
        axes.plot(means, means.index, markersize=size, mew=0.8, **marks)


def _name_systems(panels, places):
    """Write each system beside the middle of its lines, and draw lines between systems."""
    lines: dict[str, list[int]] = {}
    for (system, _), line in places.items():
        lines.setdefault(system, []).append(line)
    middles = [np.mean(own) for own in lines.values()]
    panels[0, 0].set_yticks(middles, [shorten(system, 26) for system in lines])
    for axes in panels.flat:
        axes.tick_params(axis="y", length=0)
        for own in list(lines.values())[1:]:
            axes.axhline(own[0] - 1, color=GREY, linewidth=0.3)


def _add_legend(figure, modes, attacks):
    """The modes in a first column; in a second, chance and how adversaries are filled."""
    first = [
        Line2D([], [], label=shorten(MODES.get(mode, mode), 42), **_marks(i, 0))
        for i, mode in enumerate(modes)
    ]
    second = [Line2D([], [], color=GREY, linestyle="--", label="chance")]
    second += [
        Line2D([], [], label=attack_name(*attack), **{**_marks(0, i), "color": GREY})
        for i, attack in enumerate(attacks)
    ]
    blank = Line2D([], [], linestyle="", label="")
    length = max(len(first), len(second))
    for column in (first, second):
        column += [blank] * (length - len(column))
    figure.legend(handles=first + second, loc="outside lower center", ncols=2)
