"""The cases of each claim against the claim's threshold: a forest plot."""

import textwrap
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.style import (
    BLACK,
    BLUE,
    ORANGE,
    PAGE_IN,
    VERMILION,
    in_style,
    set_title,
)

ROW_IN = 0.15
NAME_LETTERS = 68
TITLE_LETTERS = 105
LABEL_LETTERS = 44
ADVERSARIES_LETTERS = 60  # of two that are compared
NO_ADVERSARY = ("", "none")
PERCENTAGES = ["value", "low", "high", "threshold"]
VERDICTS: dict[str, dict[str, Any]] = {
    "holds": {"color": BLUE, "marker": "o"},
    "fails": {"color": VERMILION, "marker": "X"},
    "undecided": {"color": ORANGE, "marker": "D", "markerfacecolor": "white"},
}
CLAIMED = "#E8F1F7"


@in_style
def claim_cases(claims, cases):
    """Intervals of the cases that each claim stands on, against what the claim asks for.

    Args:
        claims: a row per ``claim`` and ``dataset`` with ``statement``, ``rule`` (above or
            below: the side of the threshold that is claimed) and ``verdict``.
        cases: a row per case with ``claim``, ``dataset``, ``partition``, ``training``,
            ``systems``, ``adversary``, ``snr_limit_db``, ``statistic``, ``value``, its
            95 % interval ``low`` and ``high``, ``threshold`` (all as fractions of 1) and
            ``verdict`` (holds, fails, undecided). What stands in brackets at the end of a
            statistic is the case's own.

    Returns:
        A figure with a panel per claim and dataset, and in it a row per case. Where there
        is no case, the title with the claim's verdict stands alone.
    """
    groups = [
        cases[(cases["claim"] == claim.claim) & (cases["dataset"] == claim.dataset)]
        for claim in claims.itertuples()
    ]
    titles = [_panel_title(*pair) for pair in zip(claims.itertuples(), groups, strict=True)]
    heights = [_height_in(*panel) for panel in zip(groups, titles, strict=True)]
    figure = Figure(figsize=(PAGE_IN, 0.6 + sum(heights)))
    panels = figure.subfigures(len(claims), squeeze=False, height_ratios=heights).ravel()
    for panel, group, title, rule in zip(panels, groups, titles, claims["rule"], strict=True):
        panel.suptitle(title, x=0.01, horizontalalignment="left", fontsize=8)
        axes = panel.subplots()
        if group.empty:
            axes.set_axis_off()
        else:
            _draw_cases(axes, group, rule)
    _add_legend(figure)
    set_title(figure, "Claims: values of their cases and 95 % intervals")
    return figure


def _panel_title(claim, cases):
    """The claim with its verdict; below, the dataset and what all cases have in common."""
    common = [shorten(claim.dataset, 24)]
    if not cases.empty:
        conditions = _conditions(cases)
        common += conditions.loc[:, conditions.nunique() == 1].iloc[0].tolist()
    lines = [
        f"({claim.claim}) {claim.statement}: {claim.verdict}",
        ", ".join(filter(None, common)),
    ]
    return "\n".join(textwrap.fill(line, TITLE_LETTERS) for line in lines)


def _height_in(cases, title):
    texts = title if cases.empty else f"{title}\n{_axis_label(cases)}\n"
    return 0.35 + 0.14 * texts.count("\n") + ROW_IN * len(cases)


def _axis_label(cases):
    statistic = cases["statistic"].iloc[0].partition(" (")[0]
    return textwrap.fill(f"{statistic} (%)", LABEL_LETTERS)


def _draw_cases(axes, cases, rule):
    axes.set_ylim(len(cases) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    cases = cases.assign(**(100 * cases[PERCENTAGES].astype(float)))
    axes.set_yticks(range(len(cases)), _row_names(cases))
    axes.set_xlabel(_axis_label(cases))
    axes.set_xlim(_limits(cases))
    for row, case in enumerate(cases.itertuples()):
        _draw_case(axes, row, case, rule)


def _draw_case(axes, row, case, rule):
    end = axes.get_xlim()[rule == "above"]
    band = [row - 0.5, row + 0.5]
    axes.fill_betweenx(band, case.threshold, end, color=CLAIMED, linewidth=0)
    axes.plot([case.threshold] * 2, band, color=BLACK, linestyle="--")
    looks = VERDICTS[case.verdict]
    axes.plot([case.low, case.high], [row, row], color=looks["color"])
    axes.plot(case.value, row, linestyle="", markersize=5, **looks)
    word = axes.text(1.01, row, case.verdict, transform=axes.get_yaxis_transform())
    word.set(verticalalignment="center", fontsize=7)


def _limits(cases):
    """Limits of an axis that holds every value, interval and threshold."""
    low, high = np.nanmin(cases[PERCENTAGES]), np.nanmax(cases[PERCENTAGES])
    margin = 0.05 * (high - low) or 1
    return low - margin, high + margin


def _conditions(cases):
    """What cases may differ in besides their systems, as texts."""
    attacks = zip(cases["adversary"], cases["snr_limit_db"], strict=True)
    return cases[["partition", "training"]].assign(
        attack=[_attack(*each) for each in attacks],
        own=cases["statistic"].str.partition(" (")[2].str.rstrip(")"),
    )


def _attack(adversary, snr_limit_db):
    if adversary in NO_ADVERSARY:
        return ""
    return attack_name(adversary, snr_limit_db, ADVERSARIES_LETTERS)


def _row_names(cases):
    """The systems of each case, and what tells the panel's cases apart besides."""
    conditions = _conditions(cases)
    apart = conditions.loc[:, conditions.nunique() > 1]
    rows = zip(cases["systems"], apart.itertuples(index=False), strict=True)
    return [
        shorten(", ".join(filter(None, [systems, *row])), NAME_LETTERS) for systems, row in rows
    ]


def _add_legend(figure):
    handles: list[Line2D | Patch]
    handles = [Line2D([], [], markersize=5, label=v, **VERDICTS[v]) for v in VERDICTS]
    handles.append(Line2D([], [], color=BLACK, linestyle="--", label="threshold"))
    handles.append(Patch(color=CLAIMED, label="side that is claimed"))
    figure.legend(handles=handles, loc="outside lower center", ncols=5)
