"""Accuracy after a low-pass filter in front of the system."""

import numpy as np

from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.labels import attack_name, shorten
from music_adversaries.reporting.figures.panels import draw_shares, lay_out, make_panels

PANEL = ["dataset", "partition", "training", "adversary", "snr_limit_db", "mode"]
LOOKS = {
    "clean": {"linestyle": "-", "fillstyle": "full"},
    "adversarial": {"linestyle": "--", "fillstyle": "none"},
}
PANEL_IN = 2.1


@style.in_style
def low_pass_accuracy(low_pass, class_counts):
    """A panel per dataset, partition, training and adversary: accuracy against the cut-off.

    Args:
        low_pass: a row per ``dataset``, ``partition``, ``training``, ``adversary``,
            ``snr_limit_db``, ``mode``, ``architecture``, ``condition`` (clean or
            adversarial) and ``cutoff_hz`` (infinite without a filter), with ``accuracy``
            and its 95 % interval, ``low`` and ``high``, as fractions of 1.
        class_counts: the number of classes by dataset; chance is one in that number.
    """
    groups = list(low_pass.groupby(PANEL, sort=False, dropna=False))
    architectures = list(low_pass["architecture"].unique())
    rest_in = 1.0 + 0.13 * len(architectures)
    x_label = "cut-off of the filter (kHz)"
    figure, panels = make_panels(len(groups), 2, PANEL_IN, rest_in, x_label, sharey=True)
    panels[0].set_ylim(-3, 103)
    figure.supylabel("accuracy (%)")
    for axes, (key, group) in zip(panels, groups, strict=True):
        # On a logarithmic axis; without a filter, the cut-off is infinite.
        group = group.assign(place=np.log(group["cutoff_hz"])).sort_values("place")
        place = lay_out(axes, group["place"].to_numpy(), {np.inf: "no filter"}, _khz, False)
        for (architecture, condition), rows in group.groupby(["architecture", "condition"]):
            looks = style.look(architectures.index(architecture)) | LOOKS[condition]
            shares = rows[["accuracy", "low", "high"]]
            label = f"{architecture}, {condition}"
            draw_shares(axes, place(rows["place"]), shares, 1, label=label, **looks)
        axes.axhline(100 / class_counts[key[0]], color=style.GREY, linestyle=":", zorder=0)
        axes.set_title(_panel_title(*key))
    handles = [
        style.line(shorten(name, 30), **style.look(i)) for i, name in enumerate(architectures)
    ]
    handles += [
        style.line(name, color=style.BLACK, linestyle=LOOKS[name]["linestyle"])
        for name in LOOKS
    ]
    style.add_legend(
        figure, [*handles, style.line("chance", color=style.GREY, linestyle=":")], 4
    )
    style.set_title(
        figure,
        "Accuracy after a low-pass filter",
        "bands: 95 % intervals of the accuracy over excerpts",
    )
    return figure


def _khz(log_hz):
    return f"{np.exp(log_hz) / 1000:.3g}"


def _panel_title(dataset, partition, training, adversary, snr_limit_db, mode):
    system = f"{shorten(dataset, 16)}, {partition}, {training}"
    return f"{shorten(system, 44)}\n{attack_name(adversary, snr_limit_db)}, {mode}"
