"""The cases of each claim against the threshold of the claim, as a forest plot."""

import textwrap
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.panels import name_rows

ROW_IN = 0.15
NAME_LETTERS = 68
TITLE_LETTERS = 105
LABEL_LETTERS = 44
ADVERSARIES_LETTERS = 60  # room for the names of two adversaries
NO_ADVERSARY = ("", "none")
PERCENTAGES = ["value", "low", "high", "threshold"]
VERDICTS: dict[str, dict[str, Any]] = {
    "holds": {"color": style.BLUE, "marker": "o"},
    "fails": {"color": style.VERMILION, "marker": "X"},
    "undecided": {"color": style.ORANGE, "marker": "D", "markerfacecolor": "white"},
}
CLAIMED = "#E8F1F7"


@style.in_style
def claim_cases(claims, cases):
    """A panel per claim and dataset, with a row per case: its interval and the threshold.

    A claim without cases is only a title with its verdict.

    Args:
        claims: a row per ``claim`` and ``dataset`` with ``statement``, ``rule`` (above or
            below: the claimed side of the threshold) and ``verdict``.
        cases: a row per case with ``claim``, ``dataset``, ``partition``, ``training``,
            ``systems``, ``adversary``, ``snr_limit_db``, ``statistic``, ``value``, its
            95 % interval ``low`` and ``high``, ``threshold`` (all as fractions of 1) and
            ``verdict`` (holds, fails, undecided). Text in brackets at the end of a statistic
            describes only that case.
    """
    cases = cases.assign(**(100 * cases[PERCENTAGES].astype(float)))
    groups = [
        cases[(cases["claim"] == claim.claim) & (cases["dataset"] == claim.dataset)]
        for claim in claims.itertuples()
    ]
    titles = [_panel_title(*pair) for pair in zip(claims.itertuples(), groups, strict=True)]
    heights = [_height_in(*panel) for panel in zip(groups, titles, strict=True)]
    figure = Figure(figsize=(style.PAGE_IN, 0.6 + sum(heights)))
    panels = figure.subfigures(len(claims), squeeze=False, height_ratios=heights).ravel()
    for panel, group, title, rule in zip(panels, groups, titles, claims["rule"], strict=True):
        panel.suptitle(title, x=0.01, horizontalalignment="left", fontsize=8)
        axes = panel.subplots()
        if group.empty:
            axes.set_axis_off()
        else:
            _draw_cases(axes, group, rule)
    handles: list[Any] = [style.line(v, markersize=5, **looks) for v, looks in VERDICTS.items()]
    handles.append(style.line("threshold", color=style.BLACK, linestyle="--"))
    style.add_legend(figure, [*handles, Patch(color=CLAIMED, label="claimed side")], 5)
    style.set_title(figure, "Claims: values of their cases with 95 % intervals")
    return figure


def _panel_title(claim, cases):
    """The claim and its verdict; below them, the dataset and what all cases have in common."""
    common = [] if cases.empty else _describe(cases)[0]
    lines = [
        f"({claim.claim}) {claim.statement}: {claim.verdict}",
        ", ".join([shorten(claim.dataset, 24), *common]),
    ]
    return "\n".join(textwrap.fill(line, TITLE_LETTERS) for line in lines)


def _height_in(cases, title):
    texts = title if cases.empty else f"{title}\n{_axis_label(cases)}\n"
    return 0.35 + 0.14 * texts.count("\n") + ROW_IN * len(cases)


def _axis_label(cases):
    statistic = cases["statistic"].iloc[0].partition(" (")[0]
    return textwrap.fill(f"{statistic} (%)", LABEL_LETTERS)


def _draw_cases(axes, cases, rule):
    low, high = np.nanmin(cases[PERCENTAGES]), np.nanmax(cases[PERCENTAGES])
    margin = 0.05 * (high - low) or 1
    axes.set_xlim(low - margin, high + margin)
    name_rows(axes, [shorten(name, NAME_LETTERS) for name in _describe(cases)[1]])
    axes.set_xlabel(_axis_label(cases))
    for row, case in enumerate(cases.itertuples()):
        _draw_case(axes, row, case, rule)


def _draw_case(axes, row, case, rule):
    end = axes.get_xlim()[rule == "above"]
    band = [row - 0.5, row + 0.5]
    axes.fill_betweenx(band, case.threshold, end, color=CLAIMED, linewidth=0)
    axes.plot([case.threshold] * 2, band, color=style.BLACK, linestyle="--")
    looks = VERDICTS[case.verdict]
    axes.plot([case.low, case.high], [row, row], color=looks["color"])
    axes.plot(case.value, row, linestyle="", markersize=5, **looks)
    word = axes.text(1.01, row, case.verdict, transform=axes.get_yaxis_transform())
    word.set(verticalalignment="center", fontsize=7)


def _describe(cases):
    """The conditions that all cases have in common, and each case's systems and others."""
    attacks = zip(cases["adversary"], cases["snr_limit_db"], strict=True)
    conditions = cases[["partition", "training"]].assign(
        attack=[
            "" if name in NO_ADVERSARY else attack_name(name, limit_db, ADVERSARIES_LETTERS)
            for name, limit_db in attacks
        ],
        own=cases["statistic"].str.partition(" (")[2].str.rstrip(")"),
    )
    differ = conditions.nunique() > 1
    names = cases[["systems"]].join(conditions.loc[:, differ]).itertuples(index=False)
    common = conditions.loc[:, ~differ].iloc[0]
    return list(filter(None, common)), [", ".join(filter(None, row)) for row in names]
