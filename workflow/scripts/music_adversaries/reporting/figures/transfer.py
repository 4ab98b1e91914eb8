"""Which systems take what was written against another for its target: a matrix."""

from itertools import product

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title

SYSTEM = ["partition", "architecture", "training"]
JUDGE = [f"judge_{name}" for name in SYSTEM]
ITSELF = "itself"
SYSTEM_LETTERS = 40
NOTHING_LEFT = "–"


@in_style
def transfer_matrix(transfer, title, subtitle=""):
    """A matrix of attacked systems × judges: how often the judge names the target.

    In a cell the share in %, below it of how many excerpts it is.

    The first column is the attacked system itself; outlined cells are judges of the attacked
    system's kind, trained in another run. A dash: the judge was trained on every excerpt. A
    cell without a text: there is no such judge.

    Args:
        transfer: a row per attacked system (``partition``, ``architecture``, ``training``),
            ``judge`` (``itself`` or another) and the judge's ``judge_partition``,
            ``judge_architecture``, ``judge_training``, of one dataset and adversary, with
            ``success`` (a fraction of 1, NaN where nothing was left to judge) of so many
            ``excerpts``.
        title: what adversary on what data.
        subtitle: a second line.
    """
    transfer = transfer.assign(source=_systems(transfer, SYSTEM), by=_systems(transfer, JUDGE))
    transfer["by"] = transfer["by"].mask(transfer["judge"] == ITSELF, ITSELF)
    sources = list(transfer["source"].unique())
    judges = [ITSELF, *sorted(set(transfer["by"]) - {ITSELF})]
    figure = Figure(figsize=(max(4.5, 3.4 + 0.34 * len(judges)), 2.9 + 0.3 * len(sources)))
    axes = figure.subplots()
    scale = ScalarMappable(Normalize(0, 100), colormaps[cells.SEQUENTIAL])
    found = transfer.set_index(["source", "by"])[["success", "excerpts"]]
    colours = np.ones((len(sources), len(judges), 3))
    for (row, source), (column, judge) in product(enumerate(sources), enumerate(judges)):
        if (source, judge) not in found.index:
            continue
        success, excerpts = found.loc[(source, judge)]
        text = NOTHING_LEFT
        if np.isfinite(success):
            colours[row, column] = scale.to_rgba(100 * success)[:3]
            text = f"{100 * success:.0f}\nof {excerpts:.0f}"
        cells.write_cell(axes, (column, row), text, colours[row, column])
        if judge == source:
            cells.outline(axes, column, row)
    axes.imshow(colours, aspect="auto", vmin=0, vmax=100)
    axes.set_xticks(range(len(judges)), [shorten(name, SYSTEM_LETTERS) for name in judges])
    axes.set_yticks(range(len(sources)), [shorten(name, SYSTEM_LETTERS) for name in sources])
    cells.name_columns_on_top(axes, "judged by")
    axes.set_ylabel("written against")
    figure.colorbar(scale, ax=axes, label="judged as the target (%)", pad=0.02)
    set_title(figure, title, subtitle)
    set_note(
        figure,
        "in %, and of how many: written files judged as the target; those on which the judge"
        f" was trained are left out ({NOTHING_LEFT}: all of them); itself: the very system that"
        " was attacked; outlined: of the same kind, from another fold or seed",
    )
    return figure


def _systems(table, columns):
    """The name of each row's system."""
    return table[columns[0]] + ", " + table[columns[1]] + ", " + table[columns[2]]
