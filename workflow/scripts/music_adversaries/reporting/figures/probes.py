"""The SNR at which an adversary gets single excerpts judged as each class."""

import numpy as np
from matplotlib.figure import Figure

from music_adversaries.reporting.figures.cells import draw_cells, name_cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title

EXCERPT_LETTERS = 24
FAILED, UNCHANGED = "–", "∞"


@in_style
def probe_table(probes, title, subtitle=""):
    """A table of excerpts × target classes with the SNR in dB of each adversarial excerpt.

    A dash: the written file is not judged as the target. An ∞: no change was needed. The true
    class is outlined. A cell without a text: not tried.

    Args:
        probes: a row per ``excerpt`` and ``target``, of one system and one adversary, with
            ``true`` ("" if unknown), ``predicted``, ``snr_db`` (between waveforms) and
            ``iterations`` (0: no change was needed).
        title: which system on which data.
        subtitle: a second line: which adversary.
    """
    probes = _with_texts_and_levels(probes)
    excerpts, targets = (list(probes[name].unique()) for name in ("excerpt", "target"))
    levels, texts = (
        probes.pivot(index="excerpt", columns="target", values=name).loc[excerpts, targets]
        for name in ("level_db", "text")
    )
    true = probes[probes["target"] == probes["true"]]
    outlined = [
        (excerpts.index(excerpt), targets.index(target))
        for excerpt, target in zip(true["excerpt"], true["target"], strict=True)
    ]
    size = (max(4.5, 2.6 + 0.43 * len(targets)), 1.9 + 0.22 * len(excerpts))
    figure = Figure(figsize=size)
    axes = figure.subplots()
    limits = _whole_limits(probes["level_db"].dropna())
    image = draw_cells(axes, levels.to_numpy(), texts.fillna("").to_numpy(), limits, outlined)
    first = probes.drop_duplicates("excerpt")
    rows = [
        f"{shorten(excerpt, EXCERPT_LETTERS)} ({shorten(true) or 'unknown'})"
        for excerpt, true in zip(first["excerpt"], first["true"], strict=True)
    ]
    name_cells(axes, list(map(shorten, targets)), rows, "target class", "excerpt (true class)")
    if probes["level_db"].notna().any():
        figure.colorbar(image, ax=axes, label="SNR (dB)", pad=0.02)
    set_title(figure, title, subtitle)
    failures = f"{(probes['text'] == FAILED).sum()} of {len(probes)}"
    set_note(
        figure,
        f"SNR between waveforms, in dB; {FAILED}: target not reached ({failures});"
        f" {UNCHANGED}: no change needed; outlined: the true class",
    )
    return figure


def _with_texts_and_levels(probes):
    """The probes with each cell's ``text`` and ``level_db``, which colours it unless NaN."""
    reached = probes["predicted"] == probes["target"]
    unchanged = (probes["iterations"] == 0) | np.isposinf(probes["snr_db"])
    texts = probes["snr_db"].map("{:.1f}".format).mask(unchanged, UNCHANGED)
    coloured = reached & ~unchanged & np.isfinite(probes["snr_db"])
    return probes.assign(
        text=texts.where(reached, FAILED), level_db=probes["snr_db"].where(coloured)
    )


def _whole_limits(levels_db):
    """Limits of the colours in whole dB, at least 1 dB apart."""
    if levels_db.empty:
        return 0, 1
    low = np.floor(levels_db.min())
    return low, max(np.ceil(levels_db.max()), low + 1)
