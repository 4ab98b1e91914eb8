"""What each figure shows of its table."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from figure_tables import (
    GENRES,
    claims,
    curves,
    drawn_spectra,
    drawn_waveforms,
    figures_of_merit,
    low_pass,
    merits,
    minimum_snrs,
    perceptual,
    probes,
    robust_accuracies,
    sizes,
    survival,
    transfer,
)
from hypothesis import given
from hypothesis import strategies as st

from music_adversaries.reporting.figures.cells import SEQUENTIAL, ink
from music_adversaries.reporting.figures.claims import claim_cases
from music_adversaries.reporting.figures.confusion_table import confusion_table
from music_adversaries.reporting.figures.curves import success_curves
from music_adversaries.reporting.figures.low_pass import low_pass_accuracy
from music_adversaries.reporting.figures.minimum_snr import minimum_snr_distributions
from music_adversaries.reporting.figures.overview import merit_overview
from music_adversaries.reporting.figures.panels import line_looks
from music_adversaries.reporting.figures.partition_sizes import partition_sizes
from music_adversaries.reporting.figures.perceptual import MEASURES, perceptual_figures
from music_adversaries.reporting.figures.probes import probe_table
from music_adversaries.reporting.figures.robust_accuracy import robust_accuracy
from music_adversaries.reporting.figures.spectra import DYNAMIC_RANGE_DB, spectra
from music_adversaries.reporting.figures.survival import survival_intervals
from music_adversaries.reporting.figures.transfer import transfer_matrix
from music_adversaries.reporting.figures.waveforms import magnification, waveforms


def test_cells_of_the_confusion_table_are_where_they_belong():
    table = merits(["a", "b"])
    table["percent_mean"] = [90.0, np.nan, 10.0, 0.0, 1, 2, 3, 4, 5]
    table["percent_high"] = table["percent_mean"] + [0.5, np.nan, 0.5, 0, 1, 1, 1, 1, 2.5]
    axes = confusion_table(table, "title").axes[0]
    cells = [text.get_text() for text in axes.texts]
    # Rows are predicted classes, columns true ones; precisions right, F-scores below.
    assert cells == [
        *["90.0\n±0.5", "–", "1.0\n±1.0"],
        *["10.0\n±0.5", "0", "2.0\n±1.0"],
        *["3.0\n±1.0", "4.0\n±1.0", "5.0\n±2.5"],
    ]


def relative_luminance(colour):
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_letters_contrast_with_every_cell():
    colours = mpl.colormaps[SEQUENTIAL](np.linspace(0, 1, 256))[:, :3]
    for colour in colours:
        letters, ground = relative_luminance(ink(colour)), relative_luminance(colour)
        # The contrast that WCAG 2.2 asks for (AA).
        assert (max(letters, ground) + 0.05) / (min(letters, ground) + 0.05) >= 4.5


def test_partition_sizes_are_means_over_folds():
    table = sizes(GENRES)
    table.loc[(table["fold"] == 1) & (table["split"] == "train"), "excerpts"] = 60
    figure = partition_sizes(table)
    filtered, _, random, artists = figure.axes
    assert filtered.get_title(loc="left") == (
        "made, artist_filtered: 500 train, 250 valid, 250 test"
    )
    assert "550 train, 250 valid, 250 test (means of 2 folds)" in random.get_title(loc="left")
    assert [bar.get_width() for bar in random.patches[:10]] == [55] * 10
    assert {x for line in artists.lines for x in line.get_xdata()} == {9}


def test_spectrograms_share_one_scale_and_nothing_is_infinite():
    figure = drawn_spectra()
    images = [axes.collections[0] for axes in figure.axes[:3]]
    assert len({image.get_clim() for image in images}) == 1
    # Matplotlib masks what is infinite, and leaves it white.
    assert not any(np.ma.count_masked(image.get_array()) for image in images)
    low, high = images[0].get_clim()
    assert high == images[0].get_array().max()
    assert high - low == pytest.approx(DYNAMIC_RANGE_DB)


def test_the_frame_that_is_overlaid_is_the_one_asked_for():
    levels = np.arange(4.0)[:, None] + np.zeros((4, 513))
    figure = spectra(levels, levels, levels, 512, 512, 2, "steps")
    overlay = next(axes for axes in figure.axes if axes.get_legend())
    assert (overlay.lines[0].get_ydata() == 2).all()
    assert "2.00 s" in overlay.get_title(loc="left")


def test_spectra_of_silence_are_drawn():
    silence = np.full((4, 513), -np.inf)
    spectra(silence, silence, silence, 512, 512, 0, "silence").draw_without_rendering()


def test_the_difference_of_waveforms_is_magnified_by_the_factor_it_states():
    original, adversarial, difference = drawn_waveforms().axes
    assert difference.get_title(loc="left") == "difference, magnified × 50"
    assert original.get_ylim() == adversarial.get_ylim()
    ratio = np.divide(original.get_ylim(), difference.get_ylim())
    np.testing.assert_allclose(ratio, 50)
    assert np.abs(difference.lines[1].get_ydata()).max() <= difference.get_ylim()[1]


@given(st.floats(1e-6, 1), st.floats(1e-3, 1))
def test_themagnification_is_the_largest_step_that_fits(largest, scale):
    factor = magnification(largest, scale)
    assert factor == 1 or factor * largest <= scale
    assert 2.5 * factor * largest > scale
    assert f"{factor:e}"[0] in "125"


def test_waveforms_without_difference_say_so():
    x = np.sin(np.arange(100.0))
    assert waveforms(x, x, 0, 22050, "t").axes[2].get_title(loc="left") == ("no difference")


def test_the_overview_shows_means_runs_and_chance():
    table = figures_of_merit(["random"])
    axes = merit_overview(table, {"made": 4}).axes[0]
    conditions = [
        table[table["stage"] == "clean"],
        *(
            table[(table["mode"] == mode) & (table["stage"] == "resynthesised")]
            for mode in ("all_wrong", "perfect")
        ),
    ]
    # Before resynthesis nothing is drawn: three conditions, each with runs and means.
    lines = [axes.lines[i : i + 2] for i in (0, 2, 4)]
    for shown, (runs, means) in zip(conditions, lines, strict=True):
        percent = 100 * shown["normalised_accuracy"]
        np.testing.assert_allclose(np.sort(runs.get_xdata()), np.sort(percent))
        by_system = percent.groupby(shown["architecture"]).mean()
        np.testing.assert_allclose(means.get_xdata(), by_system)
    assert {25} in [set(line.get_xdata()) for line in axes.lines]
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        "frame_dnn, ordinary",
        "slice_cnn, ordinary",
    ]


def test_every_condition_of_the_overview_has_a_line_and_a_look_of_its_own():
    modes = ("all_wrong", "random", "perfect", "all_same")
    limits = (15.0, 30.0, np.nan)
    axes = merit_overview(figures_of_merit(["random"], limits, modes), {"made": 10}).axes[0]
    means = axes.lines[1 : 2 * (1 + 4 * 3) : 2]
    looks = {(m.get_color(), m.get_marker(), m.get_fillstyle()) for m in means}
    assert len(looks) == len(means) == 13
    rows = [row for mean in means for row in mean.get_ydata()]
    # 13 lines for each of two systems, and one between them.
    assert sorted(rows) == [*range(13), *range(14, 27)]
    assert list(axes.get_yticks()) == [6, 20]


def test_a_system_has_lines_for_the_conditions_that_it_met_and_the_standard_one_is_first():
    table = figures_of_merit(["random"], modes=("all_wrong", "perfect"))
    standard = table[table["architecture"] == "frame_dnn"].assign(training="standard")
    variants = [
        standard[standard["mode"].isin(modes)].assign(training=training)
        for training, modes in {"fast": ["none"], "pgd": ["none", "perfect"]}.items()
    ]
    axes = merit_overview(pd.concat([*variants, standard]), {"made": 10}).axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == [f"frame_dnn, {training}" for training in ("standard", "fast", "pgd")]
    clean, wrong, ally = (line.get_ydata() for line in axes.lines[1:6:2])
    assert (list(clean), list(wrong), list(ally)) == ([0, 4, 6], [1], [2, 7])


def test_the_overview_names_every_mode_and_adversary():
    figure = merit_overview(figures_of_merit(limits=(15.0, -np.inf)), {"made": 10})
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == [
        "no adversary",
        "adversary, target: a wrong class",
        "adversary as ally, target: the true class",
        *["chance", "projected, SNR ≥ 15 dB", "projected, any SNR"],
    ]


def test_the_overviews_legend_keeps_modes_and_adversaries_in_columns_of_their_own():
    table = figures_of_merit(modes=("all_wrong", "random", "perfect", "all_same"))
    names = [t.get_text() for t in merit_overview(table, {"made": 9}).legends[0].get_texts()]
    shown = [
        "adversary, one target class for all",
        "chance",
        "projected, SNR ≥ 15 dB",
    ]
    assert names[4:] == [*shown, "", "", ""]


# probes


def cell_texts(figure):
    """The texts of the cells by (column, row)."""
    texts = figure.axes[0].texts
    return {tuple(int(x) for x in text.get_position()): text.get_text() for text in texts}


def cell_colours(figure):
    """The RGB colours of the cells, ``(rows, columns, 3)``."""
    image = figure.axes[0].images[0]
    return image.to_rgba(image.get_array())[..., :3]


def test_a_probe_shows_its_snr_a_dash_or_infinity():
    table = probes(["x", "y"], ["a", "b"])
    table["predicted"] = ["a", "b", "b", "b"]
    table["snr_db"] = [np.inf, 31.26, 18.0, 99.0]
    table["iterations"] = [3, 5, 100, 0]
    figure = probe_table(table, "dnn")
    assert cell_texts(figure) == {(0, 0): "∞", (1, 0): "31.3", (0, 1): "–", (1, 1): "∞"}
    colours = cell_colours(figure)
    assert (colours[[0, 1, 1], [0, 0, 1]] == 1).all()
    assert (colours[0, 1] < 1).any()
    assert "target not reached (1 of 4)" in figure.get_supxlabel()


def test_a_target_that_is_not_reached_is_a_dash_though_nothing_was_changed():
    table = probes(["x"], ["a", "b"]).assign(predicted="b", iterations=0, snr_db=np.inf)
    assert cell_texts(probe_table(table, "dnn")) == {(0, 0): "–", (1, 0): "∞"}


def test_probes_are_outlined_where_the_target_is_the_truth():
    table = probes(["x", "y", "z"], ["a", "b"], ["b", "", "a"])
    figure = probe_table(table, "dnn")
    corners = [np.array(line.get_data())[:, :4] for line in figure.axes[0].lines]
    assert {tuple(each.mean(axis=1).round(9)) for each in corners} == {(1, 0), (0, 2)}
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == ["x (b)", "y (unknown)", "z (a)"]


def test_the_colours_of_probes_are_those_of_the_bar():
    figure = probe_table(probes(["x", "y", "z"], ["a", "b", "c"]), "dnn")
    bar = figure.axes[1]
    colours = cell_colours(figure)
    low, high = bar.get_ylim()
    assert bar.get_ylabel() == "SNR (dB)"
    coloured = 0
    for (column, row), text in cell_texts(figure).items():
        if text not in "–∞":
            level = (20 + row + column / 10 - low) / (high - low)
            expected = mpl.colormaps[SEQUENTIAL](level)[:3]
            np.testing.assert_allclose(colours[row, column], expected, atol=0.01)
            coloured += 1
    assert coloured >= 3


def test_probes_without_a_level_have_no_bar_and_one_level_does():
    failed = probes(["x"], ["a", "b"], ["a"]).assign(predicted="?")
    assert len(probe_table(failed, "dnn").axes) == 1
    one = probes(["x"], ["a"], [""]).assign(predicted="a", snr_db=20.0)
    low, high = probe_table(one, "dnn").axes[1].get_ylim()
    assert low <= 20 <= high and high - low >= 1


# transfer


def test_a_cell_of_the_transfer_matrix_is_the_success_against_its_judge():
    systems = [("random", "dnn", "standard"), ("random", "cnn", "standard")]
    table = transfer(systems)
    table["success"] = [1.0, 0.754, 0.2, np.nan]
    table["excerpts"] = [30, 28, 5, 0]
    figure = transfer_matrix(table, "made")
    axes = figure.axes[0]
    judges = [text.get_text() for text in axes.get_xticklabels()]
    assert judges == ["itself", "random, cnn, standard", "random, dnn, standard"]
    assert [text.get_text() for text in axes.get_yticklabels()] == [
        "random, dnn, standard",
        "random, cnn, standard",
    ]
    # There is no other run of either, whose cells stay empty.
    assert cell_texts(figure) == {
        (0, 0): "100\nof 30",
        (0, 1): "75\nof 28",
        (1, 0): "20\nof 5",
        (2, 1): "–",
    }
    colours = cell_colours(figure)
    np.testing.assert_allclose(colours[1, 0], mpl.colormaps[SEQUENTIAL](0.754)[:3], atol=0.01)
    assert (colours[1, [1, 2]] == 1).all()


def test_judges_of_the_attacked_systems_kind_are_outlined():
    one = transfer([("random", "dnn", "standard")])
    another = one.assign(judge="another")
    figure = transfer_matrix(pd.concat([one, another]), "made")
    (line,) = figure.axes[0].lines
    assert tuple(np.array(line.get_data())[:, :4].mean(axis=1).round(9)) == (1, 0)


# low-pass filters


def test_low_pass_lines_are_accuracies_against_the_logarithm_of_the_cutoff():
    table = low_pass(["random"], ["dnn"], [1000.0, 2000.0, 4000.0, np.inf])
    axes = low_pass_accuracy(table.sample(frac=1, random_state=0), {"made": 4}).axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    for condition, look in (("clean", "-"), ("adversarial", "--")):
        line = lines[f"dnn, {condition}"]
        accuracy = table.loc[table["condition"] == condition, "accuracy"]
        np.testing.assert_allclose(line.get_ydata(), 100 * accuracy)
        assert line.get_linestyle() == look
        x = line.get_xdata()
        np.testing.assert_allclose(np.diff(x[:3]), np.log(2))
        assert x[3] > x[2]
        np.testing.assert_allclose(axes.get_xticks(), x)
    labels = [text.get_text() for text in axes.get_xticklabels()]
    assert labels == ["1", "2", "4", "no filter"]
    assert [25, 25] in [list(line.get_ydata()) for line in axes.lines]
    assert "kHz" in axes.get_xlabel()


def test_low_pass_bands_are_the_intervals():
    table = low_pass(["random"], ["dnn"])
    axes = low_pass_accuracy(table, {"made": 4}).axes[0]
    assert len(axes.collections) == 2
    bands = [band.get_paths()[0].vertices[:, 1] for band in axes.collections]
    for condition in ("clean", "adversarial"):
        rows = table[table["condition"] == condition]
        bounds = {*(100 * rows["low"]), *(100 * rows["high"])}
        assert any(bounds == set(band) for band in bands)


def test_low_pass_has_a_panel_per_partition_and_adversary():
    table = pd.concat([low_pass(), low_pass().assign(snr_limit_db=np.nan)])
    figure = low_pass_accuracy(table, {"made": 4})
    assert [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()] == [
        f"made, {partition}, standard\nprojected, {limit}, all_wrong"
        for limit in ("SNR ≥ 15 dB", "any SNR")
        for partition in ("random", "artist_filtered")
    ]


# curves


def lines_by_colour(axes):
    """The lines of more than one place, by the colour of their number."""
    lines = [line for line in axes.lines if len(set(line.get_xdata())) > 1]
    return {line.get_color(): line for line in lines}


def test_a_curve_rises_to_the_right_as_the_snr_falls():
    table = curves(["dnn"])
    figure = success_curves(table, "made")
    standard, retrained = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "dnn, standard",
        "dnn, retrained",
    ]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["minimum", "projected"]
    for axes, training in ((standard, "standard"), (retrained, "retrained")):
        assert axes.xaxis_inverted()
        for number, name in enumerate(names):
            line = lines_by_colour(axes)[line_looks(number)["color"]]
            rows = table[(table["training"] == training) & (table["adversary"] == name)]
            rows = rows.sort_values("snr_limit_db")
            np.testing.assert_allclose(line.get_ydata(), 100 * rows["success"])
            # Without a limit there is one more step to the right.
            np.testing.assert_allclose(line.get_xdata(), [0, 10, 20, 30, 40, 50])
        labels = [text.get_text() for text in axes.get_xticklabels()]
        assert labels == ["50", "40", "30", "20", "10", "any"]
        np.testing.assert_allclose(axes.get_xticks(), [50, 40, 30, 20, 10, 0])


def test_the_bands_of_curves_are_the_intervals():
    table = curves(["dnn"])
    axes = success_curves(table, "made").axes[0]
    assert len(axes.collections) == 2
    bands = [set(b.get_paths()[0].vertices[:, 1].round(6)) for b in axes.collections]
    for name in ("minimum", "projected"):
        rows = table[(table["training"] == "standard") & (table["adversary"] == name)]
        bounds = 100 * rows[["success_low", "success_high"]].to_numpy().ravel()
        assert set(bounds.round(6)) in bands


def test_robust_accuracy_begins_with_the_clean_one():
    table = robust_accuracies()
    axes = robust_accuracy(table).axes[0]
    assert axes.xaxis_inverted()
    labels = [text.get_text() for text in axes.get_xticklabels()]
    assert labels[-2:] == ["clean", "any"]
    clean, without_limit = axes.get_xticks()[-2:]
    for number, training in enumerate(["standard", "retrained"]):
        rows = table[table["training"] == training].sort_values("snr_limit_db")
        line = lines_by_colour(axes)[line_looks(number)["color"]]
        np.testing.assert_allclose(line.get_ydata(), 100 * rows["accuracy"])
        assert line.get_xdata()[0] == without_limit and line.get_xdata()[-1] == clean


def test_a_distribution_counts_what_gave_way_and_marks_what_is_censored():
    axes = minimum_snr_distributions(minimum_snrs(trainings=["standard"])).axes[0]
    (line,) = lines_by_colour(axes).values()
    assert axes.xaxis_inverted()
    for snr_db, percent in ((45.0, 20), (35.0, 30), (25.0, 50), (10.0, 60), (2.0, 70)):
        passed = np.asarray(line.get_xdata()) >= snr_db
        assert np.asarray(line.get_ydata())[passed].max() == pytest.approx(percent)
    assert line.get_drawstyle() == "steps-post"
    start, end = [each for each in axes.lines if len(each.get_xdata()) == 1]
    assert (start.get_ydata()[0], start.get_fillstyle()) == (20, "full")
    assert (end.get_ydata()[0], end.get_fillstyle()) == (70, "none")
    labels = [text.get_text() for text in axes.get_xticklabels()]
    assert labels == ["50", "40", "30", "20", "10", "0", "∞", "−∞"]
    places = dict(zip(labels, axes.get_xticks(), strict=True))
    assert start.get_xdata()[0] == places["∞"] > 50
    assert end.get_xdata()[0] == places["−∞"] < 0


def test_21_lines_of_panels_look_different():
    looks = [line_looks(number) for number in range(21)]
    assert len({(each["color"], each["marker"], each["linestyle"]) for each in looks}) == 21


def test_lines_that_coincide_are_all_seen_at_their_points():
    """The marker of each lies within, and above, those of the lines under it."""
    names = ["black_box", "minimum", "waveform", "waveform_half"]
    table = curves(["dnn"], names).assign(success=0.5)
    lines = lines_by_colour(success_curves(table, "made").axes[0]).values()
    lines = sorted(lines, key=lambda line: line.get_zorder())
    sizes = [line.get_markersize() for line in lines]
    assert len(lines) == len(names)
    assert [line.get_color() for line in lines] == [line_looks(n)["color"] for n in range(4)]
    assert (np.diff(sizes) < 0).all()


# survival


def test_survival_and_clean_accuracy_stand_in_their_rows_with_their_intervals():
    table = survival(adversaries=["waveform"]).sample(frac=1, random_state=0)
    figure = survival_intervals(table)
    axes = figure.axes[0]
    assert axes.get_title(loc="left").splitlines()[1:] == [
        f"{table['architecture'].iloc[0]}, standard",
        "waveform, SNR ≥ 20 dB",
        "24 of 30 turned",
    ]
    rows = table[table["architecture"] == table["architecture"].iloc[0]]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert sorted(names) == sorted(rows["transformation"])
    by_name = rows.set_index("transformation").loc[names]
    marks = [line for line in axes.lines if line.get_marker() != "None"]
    for share, line, bars in zip(
        ("survival", "accuracy_clean"), marks, axes.collections, strict=True
    ):
        order = np.argsort(line.get_ydata())
        assert np.rint(line.get_ydata()[order]).tolist() == list(range(len(names)))
        np.testing.assert_allclose(line.get_xdata()[order], 100 * by_name[share])
        ends = np.array(bars.get_segments())[order, :, 0]
        bounds = 100 * by_name[[f"{share}_low", f"{share}_high"]]
        np.testing.assert_allclose(ends, bounds)


# claims


def test_cases_stand_in_their_rows_with_interval_threshold_and_verdict():
    found, cases = claims()
    figure = claim_cases(found, cases)
    axes, none = figure.axes
    assert not none.axison
    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    np.testing.assert_allclose([p.get_xdata()[0] for p in points], [90, 30, 60, 70])
    assert [p.get_ydata()[0] for p in points] == [0, 1, 2, 3]
    intervals = [line.get_xdata() for line in axes.lines if set(line.get_ydata()) == {0}]
    np.testing.assert_allclose(intervals[0], [80, 95])
    assert [t.get_text() for t in axes.texts] == ["holds", "fails", "undecided", "undecided"]
    shapes = [(p.get_marker(), p.get_color()) for p in points]
    assert shapes[2] == shapes[3]
    assert len({marker for marker, _ in shapes}) == len({colour for _, colour in shapes}) == 3
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        *["dnn, random", "cnn, random"],
        *["dnn, artist_filtered", "cnn, artist_filtered"],
    ]
    assert axes.get_xlabel() == "success rate (%)"


@pytest.mark.parametrize("rule", ["above", "below"])
def test_the_claimed_side_is_shaded(rule):
    axes = claim_cases(*claims(rule)).axes[0]
    low, high = axes.get_xlim()
    for band in axes.collections:
        x = band.get_paths()[0].vertices[:, 0]
        expected = (50, high) if rule == "above" else (low, 50)
        np.testing.assert_allclose((x.min(), x.max()), expected)
    assert len(axes.collections) == 4
    assert low < 20 and high > 95


def test_a_claim_is_titled_with_its_verdict_on_the_dataset():
    titles = [part.get_suptitle() for part in claim_cases(*claims()).subfigs]
    assert titles == [
        "(a) The adversary defeats them: fails\nmade, standard, projected, SNR ≥ 15 dB",
        "(c) The adversary defeats them: not run\nmade",
    ]


def test_what_a_statistic_says_of_a_case_stands_beside_the_case():
    found, cases = claims()
    cases["statistic"] = [f"accuracy, clean − filtered ({hz} Hz)" for hz in (1, 2, 3, 4)]
    axes = claim_cases(found, cases).axes[0]
    assert axes.get_xlabel() == "accuracy, clean − filtered (%)"
    assert axes.get_yticklabels()[3].get_text() == "cnn, artist_filtered, 4 Hz"


def test_perceptual_marks_are_medians_and_bars_quartiles():
    table = perceptual(["hidden"])
    table = table[table.architecture == "dnn"]
    rows = table.set_index("quantity")
    figure = perceptual_figures(table.sample(frac=1, random_state=0))
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(MEASURES.values())
    for axes, measure in zip(figure.axes, MEASURES, strict=True):
        scale = 100 if measure == "audible_share" else 1
        x, y = rows.loc["snr_db"], rows.loc[measure]
        (bars,) = axes.containers
        np.testing.assert_allclose(bars[0].get_xydata(), [[x["median"], scale * y["median"]]])
        across, up = (each.get_segments()[0] for each in bars[2])
        np.testing.assert_allclose(across[:, 0], [x["low"], x["high"]])
        np.testing.assert_allclose(up[:, 1], scale * y[["low", "high"]].astype(float))


def test_perceptual_leaves_out_what_has_no_median():
    table = perceptual()
    gone = (table.adversary == "hidden") & (table.quantity == "snr_db")
    table.loc[gone, ["median", "low", "high"]] = np.inf
    assert all(len(axes.containers) == 2 for axes in perceptual_figures(table).axes)
