"""Figures of the paper, and one that sums up: tables and arrays in, Matplotlib figures out.

Nothing here reads a file or computes a figure of merit. Sizes are those of print: 7 in is
a page's text width (a confusion table is as wide as its classes need, and wider from 13
on), and no letter is smaller than 7 pt. Labels are arbitrary text and drawn as they are,
never parsed as mathematics; long ones are shortened to ``beginning…end``. Every figure and
`save` work under the one style `STYLE`, on top of Matplotlib's defaults, whatever the
user's own settings are.
"""

import functools
import io
import textwrap
from itertools import product
from pathlib import Path

import numpy as np
from matplotlib import colormaps, style
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Okabe and Ito, "Color Universal Design" (2008): told apart with any colour vision.
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"
GREY = "#8C8C8C"

STYLE = {
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",  # the one that comes with Matplotlib
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "figure.titlesize": 9,
    "figure.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 0.9,
    "pdf.fonttype": 42,  # letters stay letters: searchable, editable
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "music-adversaries",  # identifiers that do not change from run to run
    "text.usetex": False,
    "text.parse_math": False,  # a label may hold a dollar sign
}
PAGE_IN = 7.0
SEQUENTIAL = "magma_r"  # perceptually uniform, and pale where there is nothing
LABEL_LETTERS = 14
SPLITS = {"train": SKY, "valid": ORANGE, "test": VERMILION}
CONDITIONS = {
    "clean": "no adversary",
    "all_wrong": "adversary towards a wrong class",
    "random": "adversary towards any class",
    "perfect": "adversary as ally, towards the true class",
    "all_same": "adversary towards one class for all",
}
CONDITION_LOOKS = list(
    zip(
        [BLUE, VERMILION, ORANGE, GREEN, PURPLE, SKY, BLACK],
        ["o", "X", "D", "^", "s", "v", "P"],
        strict=True,
    )
)
DYNAMIC_RANGE_DB = 80


def in_style(draw):
    """Decorate ``draw`` to work under `STYLE`, untouched by the user's settings."""

    @functools.wraps(draw)
    def styled(*args, **kwargs):
        with style.context(["default", STYLE]):
            return draw(*args, **kwargs)

    return styled


@in_style
def save(figure, paths):
    """Write a figure to each of ``paths``, whole or not at all, the same bytes each time.

    Args:
        figure: a Matplotlib figure.
        paths: files ending in ``.pdf``, ``.png`` or ``.svg``, in folders that exist.

    Raises:
        ValueError: another ending; nothing is written.
        OSError: a file cannot be written; what was there before stays.
    """
    # The dates that each format would hold; None leaves them out.
    dates = {".pdf": {"CreationDate": None}, ".png": {}, ".svg": {"Date": None}}
    paths = [Path(path) for path in paths]
    unknown = [str(path) for path in paths if path.suffix not in dates]
    if unknown:
        raise ValueError(f"figures are written as {', '.join(dates)}, not as {unknown}")
    for path in paths:
        drawn = io.BytesIO()
        figure.savefig(drawn, format=path.suffix[1:], metadata=dates[path.suffix])
        _write_whole(path, drawn.getvalue())


@in_style
def partition_sizes(sizes):
    """Excerpts and artists of each class in each split of each partition.

    Args:
        sizes: a row per ``dataset``, ``partition``, ``fold``, ``split`` (train, valid,
            test) and ``label``, with the numbers of ``excerpts`` and ``artists`` (NaN
            where artists are not known).

    Returns:
        A figure with a row of two panels per dataset and partition: excerpts as stacked
        bars with their numbers, artists as dots; both are means over folds.
    """
    groups = list(sizes.groupby(["dataset", "partition"]))
    height = sum(0.75 + 0.17 * group["label"].nunique() for _, group in groups) + 0.3
    figure = Figure(figsize=(PAGE_IN, height))
    panels = figure.subplots(
        len(groups),
        2,
        squeeze=False,
        width_ratios=[3, 2],
        height_ratios=[2 + group["label"].nunique() for _, group in groups],
    )
    for (excerpts, artists), (key, group) in zip(panels, groups, strict=True):
        labels = list(group["label"].unique())
        _draw_excerpts(excerpts, group, labels)
        _draw_artists(artists, group, labels)
        excerpts.set_title(", ".join(key) + _totals(group), loc="left")
    figure.get_layout_engine().set(h_pad=0.08)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=3)
    return figure


@in_style
def confusion_table(merits, title, subtitle=""):
    """Figures of merit as the paper prints them: confusions in per cent, true classes down.

    Each column is a true class and sums to 100, the recalls are on the diagonal
    (outlined); right of them the precisions, below them the F-scores, in the corner the
    normalised accuracy. Where there are several runs, ± is half of the 95 % interval of
    the mean. A dash: undefined.

    Args:
        merits: the table of `evaluation.merit_table`.
        title: what system on what data.
        subtitle: a second line, such as `snr_subtitle` gives.
    """
    labels = list(dict.fromkeys(merits["true"].dropna()))
    n = len(labels)
    mean, half = _grid(merits, labels)
    # Never so narrow that the lines around a table of two classes do not fit.
    figure = Figure(figsize=(max(4.0, 1.3 + 0.43 * (n + 1)), 1.6 + 0.33 * (n + 1)))
    axes = figure.subplots()
    colours = np.ones((*mean.shape, 3))
    colours[:n, :n] = colormaps[SEQUENTIAL].with_extremes(bad="white")(mean[:n, :n] / 100)[
        ..., :3
    ]
    axes.imshow(colours, aspect="auto")
    for row, column in np.ndindex(mean.shape):
        axes.text(
            column + 0.1 * (column == n),
            row + 0.1 * (row == n),
            _cell(mean[row, column], half[row, column]),
            color=_ink(colours[row, column]),
            weight="bold" if row == column else "normal",
            fontsize=7,
            ha="center",
            va="center",
            linespacing=1.05,
        )
    _outline_diagonal(axes, n)
    axes.set(xlim=(-0.5, n + 0.65), ylim=(n + 0.65, -0.5))
    axes.set_xticks([*range(n), n + 0.1], [*map(shorten, labels), "precision"])
    axes.set_yticks([*range(n), n + 0.1], [*map(shorten, labels), "F-score"])
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    for tick in axes.get_xticklabels():
        tick.set(rotation=45, ha="left", va="bottom", rotation_mode="anchor")
    axes.set_xlabel("true class (columns sum to 100 %)")
    axes.xaxis.set_label_position("top")
    axes.set_ylabel("predicted class")
    axes.spines[:].set_visible(False)
    _set_title(figure, title, subtitle)
    note = "in %; bottom right: normalised accuracy"
    if np.isfinite(half).any():
        note += "; ±: 95 % interval over runs"
    figure.supxlabel(_wrapped(figure, note), fontsize=7)
    return figure


def snr_subtitle(snr_db_mean, snr_db_sd):
    """The line that stands under a title for excerpts under an adversary; both in dB."""
    return f"SNR {snr_db_mean:.1f} ± {snr_db_sd:.1f} dB (mean ± standard deviation)"


@in_style
def spectra(
    original_db, adversarial_db, difference_db, seconds_per_frame, hz_per_bin, frame, title
):
    """Spectrograms of original, adversarial and difference, and one frame of each.

    Args:
        original_db: magnitudes, ``(frames, bins)``, in dB; ``-inf`` is a magnitude of 0.
        adversarial_db: likewise.
        difference_db: likewise, of the difference's spectrum.
        seconds_per_frame: the hop.
        hz_per_bin: the distance between bins.
        frame: the index of the frame that is overlaid.
        title: what excerpt under what adversary.

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
    first = None
    for column, (name, level) in enumerate(levels.items()):
        axes = figure.add_subplot(rows[0, column], sharex=first, sharey=first)
        first = first or axes
        image = _draw_spectrogram(axes, level, (seconds_per_frame, hz_per_bin), top)
        axes.axvline((frame + 0.5) * seconds_per_frame, color=SKY, linestyle="--")
        axes.set(title=name, xlabel="time (s)")
        axes.tick_params(labelleft=column == 0)
    first.set_ylabel("frequency (kHz)")
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
    _set_title(figure, title)
    return figure


@in_style
def waveforms(original, adversarial, start_s, sample_rate_hz, title):
    """Aligned stretches of an original, its adversary and their magnified difference.

    Args:
        original: the stretch's samples, ``(samples,)``, full scale ±1.
        adversarial: likewise.
        start_s: where in the excerpt the stretch begins.
        sample_rate_hz: samples per second.
        title: what excerpt under what adversary.

    Raises:
        ValueError: lengths differ.
    """
    original, adversarial = np.asarray(original), np.asarray(adversarial)
    if original.shape != adversarial.shape:
        raise ValueError(f"lengths differ: {original.shape}, {adversarial.shape}")
    difference = adversarial - original
    scale = 1.05 * max(np.abs(original).max(), np.abs(adversarial).max(), 1e-9)
    factor = _magnification(np.abs(difference).max(), scale)
    ms = 1000 * np.arange(len(original)) / sample_rate_hz
    magnified = f"difference, magnified × {factor:g}" if factor else "no difference"
    stretches = [
        ("original", original, BLACK, scale),
        ("adversarial", adversarial, VERMILION, scale),
        (magnified, difference, BLUE, scale / max(factor, 1)),
    ]
    figure = Figure(figsize=(PAGE_IN, 3.8))
    panels = figure.subplots(3, 1, sharex=True)
    for axes, (name, samples, colour, limit) in zip(panels, stretches, strict=True):
        axes.axhline(0, color=GREY, linewidth=0.4)
        axes.plot(ms, samples, color=colour)
        axes.set_title(name, loc="left")
        axes.set_ylim(-limit, limit)
        axes.margins(x=0)
    panels[-1].set_xlabel(f"time after {start_s:.3f} s (ms)")
    figure.supylabel("amplitude (full scale = 1)")
    _set_title(figure, title)
    return figure


@in_style
def merit_overview(merits, class_counts):
    """How often each system is right, without an adversary and with each.

    Args:
        merits: the table of `evaluation.figures_of_merit`; of adversaries, the stage
            ``resynthesised`` is drawn: what the written file is judged as.
        class_counts: the number of classes by dataset; chance is one in so many.

    Returns:
        A figure with a panel per dataset and partition, a row per system (architecture
        and training); a large mark is the mean over runs, faint dots are the runs.
    """
    merits = merits[merits["stage"] != "adversarial"]
    merits = merits.assign(
        condition=_conditions(merits),
        system=merits["architecture"] + ", " + merits["training"],
    )
    conditions = sorted(merits["condition"].unique(), key=_condition_order)
    systems = list(merits["system"].unique())
    groups = list(merits.groupby(["dataset", "partition"]))
    rows, columns = -(-len(groups) // 2), min(2, len(groups))
    height = 0.6 + 0.1 * len(conditions)
    height += rows * (0.5 + len(systems) * (0.15 + 0.12 * len(conditions)))
    figure = Figure(figsize=(PAGE_IN, height))
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (key, group) in zip(panels, groups, strict=False):
        _draw_conditions(axes, group, systems, conditions)
        chance = 100 / class_counts[key[0]]
        axes.axvline(chance, color=GREY, linestyle="--", zorder=0, label="chance")
        axes.set_title(", ".join(key), loc="left")
    for axes in panels[len(groups) :]:
        axes.set_visible(False)
    panels[0].set_xlim(-2, 102)
    panels[0].set_ylim(len(systems) - 0.5, -0.5)
    panels[0].set_yticks(range(len(systems)), [shorten(s, 28) for s in systems])
    for axes in panels[max(0, len(groups) - columns) : len(groups)]:
        axes.set_xlabel("normalised accuracy (%)")
        axes.tick_params(labelbottom=True)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    _set_title(
        figure,
        "How often systems are right: share of excerpts, mean over classes",
        "large marks: means over runs; faint dots: single runs",
    )
    return figure


def shorten(label, letters=LABEL_LETTERS):
    """A label on one line, its middle an ellipsis where it is longer than ``letters``."""
    label = " ".join(str(label).split())
    if len(label) <= letters:
        return label
    end = (letters - 1) // 3
    return label[: letters - 1 - end] + "…" + label[-end:]


def _wrapped(figure, text):
    """Text broken where it would leave the figure; a 9 pt letter is about 1/12 in wide."""
    return textwrap.fill(text, int(12 * figure.get_figwidth()))


def _set_title(figure, *lines):
    figure.suptitle("\n".join(_wrapped(figure, line) for line in lines if line))


def _write_whole(path, content):
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _split_means(group, labels, column):
    """Means over folds by split and label, in the order of ``SPLITS`` and ``labels``."""
    means = group.groupby(["split", "label"])[column].mean().unstack().reindex(columns=labels)
    return means.reindex([s for s in SPLITS if s in means.index])


def _totals(group):
    """The splits' numbers of excerpts, as they follow a title."""
    folds = group["fold"].nunique()
    means = group.groupby("split")["excerpts"].sum() / folds
    totals = ", ".join(f"{means[s]:.0f} {s}" for s in SPLITS if s in means.index)
    return f": {totals}" + (f" (means of {folds} folds)" if folds > 1 else "")


def _label_rows(axes, labels):
    axes.set_yticks(range(len(labels)), map(shorten, labels))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))


def _draw_excerpts(axes, group, labels):
    means = _split_means(group, labels, "excerpts").fillna(0)
    start = np.zeros(len(labels))
    for split, row in means.iterrows():
        bars = axes.barh(range(len(labels)), row, left=start, color=SPLITS[split], label=split)
        # A number that its bar cannot hold is left out.
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
        axes.plot(row, rows, "o", color=SPLITS[split], markersize=4, clip_on=False)
    axes.grid(axis="y", linewidth=0.3)
    axes.set_xlabel("artists" if means.notna().any(axis=None) else "artists (not known)")
    _label_rows(axes, labels)
    axes.set_yticklabels([])


def _grid(merits, labels):
    """Means and half-widths as the paper lays them out, each ``(classes + 1,) * 2``."""
    shape = (len(labels) + 1, len(labels) + 1)
    mean, half = np.full(shape, np.nan), np.full(shape, np.nan)
    position = {label: i for i, label in enumerate(labels)}
    for figure in merits.itertuples():
        # What has no predicted (true) class is in the last row (column).
        cell = (
            position.get(figure.predicted, len(labels)),
            position.get(figure.true, len(labels)),
        )
        mean[cell] = figure.percent_mean
        half[cell] = figure.percent_high - figure.percent_mean
    return mean, half


def _cell(mean, half):
    if np.isnan(mean):
        return "–"
    number = f"{mean:.1f}" if mean else "0"
    return f"{number}\n±{half:.1f}" if half > 0 else number


def _ink(colour):
    """Black or white, whichever contrasts more with an RGB colour (WCAG 2.2, § 1.4.3)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def _outline_diagonal(axes, n):
    for i in range(n):
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * 0.48 + i
        axes.plot(*corners.T, color=BLUE, linewidth=1)


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


def _magnification(largest, scale):
    """The largest of 1, 2, 5, 10, … that keeps the difference within the scale, or 0."""
    if largest == 0:
        return 0
    factors = [m * 10**e for e, m in product(range(9), (1, 2, 5))]
    return max([f for f in factors if f * largest <= scale], default=1)


def _conditions(merits):
    """A name per row for clean or the adversary's mode, with what tells modes apart."""
    names = merits["mode"].where(merits["stage"] != "clean", "clean")
    names = names.map(lambda name: CONDITIONS.get(name, name))
    attacked = merits[merits["stage"] != "clean"]
    if attacked["adversary"].nunique() > 1:
        names += merits["adversary"].map(lambda a: "" if a == "none" else f", {a}")
    if attacked["snr_limit_db"].nunique(dropna=False) > 1:
        limits = merits["snr_limit_db"].map(lambda s: f", SNR ≥ {s:g} dB")
        limits[np.isneginf(merits["snr_limit_db"])] = ", any SNR"
        names += limits.where(merits["stage"] != "clean", "")
    return names


def _condition_order(name):
    known = [i for i, start in enumerate(CONDITIONS.values()) if name.startswith(start)]
    return (known[0] if known else len(CONDITIONS), name)


def _draw_conditions(axes, group, systems, conditions):
    offsets = 0.7 * ((np.arange(len(conditions)) + 0.5) / len(conditions) - 0.5)
    for i, (condition, offset) in enumerate(zip(conditions, offsets, strict=True)):
        colour, marker = CONDITION_LOOKS[i % len(CONDITION_LOOKS)]
        runs = group[group["condition"] == condition]
        rows = runs["system"].map(systems.index) + offset
        percent = 100 * runs["normalised_accuracy"]
        axes.plot(percent, rows, "o", color=colour, alpha=0.3, markersize=3, mew=0)
        means = percent.groupby(rows).mean()
        axes.plot(means, means.index, marker, color=colour, markersize=6, label=condition)
    for boundary in range(1, len(systems)):
        axes.axhline(boundary - 0.5, color=GREY, linewidth=0.3)
    axes.tick_params(axis="y", length=0)
