"""Transferability: the success of adversarial excerpts against other systems, as a matrix."""

from matplotlib.figure import Figure

from music_adversaries.reporting.figures.cells import draw_cells, name_cells
from music_adversaries.reporting.figures.labels import shorten
from music_adversaries.reporting.figures.style import in_style, set_note, set_title

SYSTEM = ["partition", "architecture", "training"]
JUDGE = [f"judge_{name}" for name in SYSTEM]
ITSELF = "itself"
SYSTEM_LETTERS = 40
NONE_JUDGED = "–"


@in_style
def transfer_matrix(transfer, title, subtitle=""):
    """A matrix of attacked systems × judging systems: the share judged as the target, in %.

    A cell also gives the number of excerpts. The first column is the attacked system itself;
    outlined cells are systems of the same kind from another fold or seed. A dash: the judging
    system was trained on all excerpts. A cell without a text: there is no such system.

    Args:
        transfer: a row per attacked system (``partition``, ``architecture``, ``training``),
            ``judge`` (``itself`` or another) and the judging system's ``judge_partition``,
            ``judge_architecture``, ``judge_training``, of one dataset and adversary, with
            ``success`` (a fraction of 1, NaN without excerpts) and the number of ``excerpts``.
        title: which adversary on which data.
        subtitle: a second line.
    """
    transfer = transfer.assign(
        source=transfer[SYSTEM].agg(", ".join, axis=1),
        by=transfer[JUDGE].agg(", ".join, axis=1).mask(transfer["judge"] == ITSELF, ITSELF),
        percent=100 * transfer["success"],
    )
    transfer["text"] = [
        f"{share:.0f}\nof {count:.0f}" if share == share else NONE_JUDGED
        for share, count in zip(transfer["percent"], transfer["excerpts"], strict=True)
    ]
    sources = list(transfer["source"].unique())
    judges = [ITSELF, *sorted(set(transfer["by"]) - {ITSELF})]
    shares, texts = (
        transfer.pivot(index="source", columns="by", values=name).loc[sources, judges]
        for name in ("percent", "text")
    )
    outlined = [
        (sources.index(name), judges.index(name))
        for name in sources
        if name in judges and isinstance(texts.at[name, name], str)
    ]
    figure = Figure(figsize=(max(4.5, 3.4 + 0.34 * len(judges)), 2.9 + 0.3 * len(sources)))
    axes = figure.subplots()
    image = draw_cells(axes, shares.to_numpy(), texts.fillna("").to_numpy(), (0, 100), outlined)
    columns, rows = (
        [shorten(name, SYSTEM_LETTERS) for name in names] for names in (judges, sources)
    )
    name_cells(axes, columns, rows, "judged by", "attacked system")
    figure.colorbar(image, ax=axes, label="judged as the target (%)", pad=0.02)
    set_title(figure, title, subtitle)
    set_note(
        figure,
        "success in % and number of excerpts; excerpts that the judging system was trained on"
        f" are left out ({NONE_JUDGED}: all of them); itself: the attacked system; outlined:"
        " same kind of system, from another fold or seed",
    )
    return figure
