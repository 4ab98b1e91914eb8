"""Excerpts pushed into every class: at which SNR an adversary got each where it wanted."""

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title

EXCERPT_LETTERS = 24
FAILED, UNCHANGED = "–", "∞"


@in_style
def probe_table(probes, title, subtitle=""):
    """A table of excerpts × target classes, with the SNR in dB where the adversary did it.

    A dash: the written file is not judged as the target. An ∞: nothing needed changing.
    The true class is outlined. A cell without a text: not tried.

    Args:
        probes: a row per ``excerpt`` and ``target``, of one system and one adversary, with
            ``true`` ("" where it is not known), ``predicted``, ``snr_db`` (between
            waveforms) and ``iterations`` (0: nothing needed changing).
        title: what system on what data.
        subtitle: a second line: under what adversary.
    """
    excerpts = list(probes["excerpt"].unique())
    targets = list(probes["target"].unique())
    size = (max(4.5, 2.6 + 0.43 * len(targets)), 1.9 + 0.22 * len(excerpts))
    figure = Figure(figsize=size)
    axes = figure.subplots()
    probes = _with_texts_and_levels(probes)
    scale = _scale(probes["level_db"].dropna())
    colours = np.ones((len(excerpts), len(targets), 3))
    for probe in probes.itertuples():
        column, row = targets.index(probe.target), excerpts.index(probe.excerpt)
        if np.isfinite(probe.level_db):
            colours[row, column] = scale.to_rgba(probe.level_db)[:3]
        points = 9 if probe.text in (FAILED, UNCHANGED) else 7
        cells.write_cell(axes, (column, row), probe.text, colours[row, column], fontsize=points)
        if probe.target == probe.true:
            cells.outline(axes, column, row)
    axes.imshow(colours, aspect="auto")
    axes.set_xticks(range(len(targets)), map(shorten, targets))
    axes.set_yticks(range(len(excerpts)), _row_names(probes))
    cells.name_columns_on_top(axes, "target class")
    axes.set_ylabel("excerpt (true class)")
    if probes["level_db"].notna().any():
        figure.colorbar(scale, ax=axes, label="SNR (dB)", pad=0.02)
    set_title(figure, title, subtitle)
    note = (
        f"SNR between waveforms, in dB; {FAILED}: target not reached"
        f" ({(probes['text'] == FAILED).sum()} of {len(probes)}); {UNCHANGED}: nothing needed"
        " changing; outlined: the true class"
    )
    set_note(figure, note)
    return figure


def _with_texts_and_levels(probes):
    """The probes with a cell's ``text`` and the ``level_db`` that colours it, if one does."""
    reached = probes["predicted"] == probes["target"]
    unchanged = (probes["iterations"] == 0) | np.isposinf(probes["snr_db"])
    texts = probes["snr_db"].map("{:.1f}".format).mask(unchanged, UNCHANGED)
    coloured = reached & ~unchanged & np.isfinite(probes["snr_db"])
    return probes.assign(
        text=texts.where(reached, FAILED), level_db=probes["snr_db"].where(coloured)
    )


def _scale(levels_db):
    """Colours for levels in whole dB, over at least 1 dB."""
    low, high = (levels_db.min(), levels_db.max()) if len(levels_db) else (0, 1)
    limits = Normalize(np.floor(low), max(np.ceil(high), np.floor(low) + 1))
    return ScalarMappable(limits, colormaps[cells.SEQUENTIAL])


def _row_names(probes):
    first = probes.drop_duplicates("excerpt")
    return [
        f"{shorten(excerpt, EXCERPT_LETTERS)} ({shorten(true) or 'unknown'})"
        for excerpt, true in zip(first["excerpt"], first["true"], strict=True)
    ]
