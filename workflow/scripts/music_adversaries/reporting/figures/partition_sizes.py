"""Sizes of the partitions."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.panels import name_rows

SPLITS = {"train": style.SKY, "valid": style.ORANGE, "test": style.VERMILION}


@style.in_style
def partition_sizes(sizes):
    """A row of two panels per dataset and partition: excerpts and artists of each class.

    Excerpts are stacked bars, artists are dots; both are means over folds.

    Args:
        sizes: a row per ``dataset``, ``partition``, ``fold``, ``split`` (train, valid,
            test) and ``label``, with the numbers of ``excerpts`` and ``artists`` (NaN
            if artists are unknown).
    """
    groups = list(sizes.groupby(["dataset", "partition"]))
    class_counts = [group["label"].nunique() for _, group in groups]
    height = 0.3 + sum(0.75 + 0.17 * count for count in class_counts)
    layout = ConstrainedLayoutEngine(h_pad=0.08)
    figure = Figure(figsize=(style.PAGE_IN, height), layout=layout)
    panels = figure.subplots(
        len(groups),
        2,
        squeeze=False,
        width_ratios=[3, 2],
        height_ratios=[2 + count for count in class_counts],
    )
    for (excerpts, artists), (key, group) in zip(panels, groups, strict=True):
        labels = list(group["label"].unique())
        _draw_excerpts(excerpts, group, labels)
        _draw_artists(artists, group, labels)
        excerpts.set_title(", ".join(key) + _totals(group))
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=3)
    return figure


def _split_means(group, labels, column):
    """Means over folds by split and label, in the order of `SPLITS` and ``labels``."""
    means = group.groupby(["split", "label"])[column].mean().unstack()
    return means.reindex(index=[s for s in SPLITS if s in means.index], columns=labels)


def _totals(group):
    """The numbers of excerpts in each split, as they follow the title."""
    folds = group["fold"].nunique()
    means = group.groupby("split")["excerpts"].sum() / folds
    totals = ", ".join(f"{means[s]:.0f} {s}" for s in SPLITS if s in means.index)
    return f": {totals}" + (f" (means of {folds} folds)" if folds > 1 else "")


def _label_rows(axes, labels):
    name_rows(axes, list(map(shorten, labels)))
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))


def _draw_excerpts(axes, group, labels):
    means = _split_means(group, labels, "excerpts").fillna(0)
    start = np.zeros(len(labels))
    for split, row in means.iterrows():
        bars = axes.barh(range(len(labels)), row, left=start, color=SPLITS[split], label=split)
        # A number wider than its bar is left out.
        enough = row > 0.05 * means.sum().max()
        numbers = [f"{v:.0f}" if fits else "" for v, fits in zip(row, enough, strict=True)]
        axes.bar_label(bars, numbers, label_type="center", fontsize=7)
        start += row.to_numpy()
    axes.set_xlabel("excerpts")
    _label_rows(axes, labels)


def _draw_artists(axes, group, labels):
    means = _split_means(group, labels, "artists")
    for offset, (split, row) in zip([-0.2, 0, 0.2], means.iterrows(), strict=False):
        rows = np.arange(len(labels)) + offset
        axes.plot(row, rows, "o", color=SPLITS[split], clip_on=False)
    axes.grid(axis="y", linewidth=0.3)
    axes.set_xlabel("artists" if means.notna().any(axis=None) else "artists (unknown)")
    _label_rows(axes, labels)
    axes.set_yticklabels([])
