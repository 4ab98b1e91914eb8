"""Figures: what they show, that all of it can be read, and how they are written."""

import hashlib
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from music_adversaries import figures

GENRES = [
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
]
AWKWARD = [
    "$x$ and $y$",
    "a_b^c",
    "100 %",
    "<b>R&B</b>",
    "música popular brasileira",
    "#1\\n",
]


def merits(labels, runs=3, seed=0):
    """A table as `evaluation.merit_table` makes it, of made-up numbers."""
    rng = np.random.default_rng(seed)
    rows = [("confusion", t, p) for p in labels for t in labels]
    rows += [("precision", None, p) for p in labels] + [("f_score", t, None) for t in labels]
    rows += [("normalised_accuracy", None, None)]
    table = pd.DataFrame(rows, columns=["quantity", "true", "predicted"])
    mean = rng.uniform(0, 100, len(rows))
    half = rng.uniform(0, 20, len(rows)) if runs > 1 else np.nan
    bounds = {"percent_low": mean - half, "percent_high": mean + half}
    return table.assign(percent_mean=mean, **bounds, runs=runs)


def sizes(labels, artists=9):
    splits = [("train", 50), ("valid", 25), ("test", 25)]
    rows = [
        ("made", partition, fold, split, label, n, artists)
        for partition, folds in (("random", 2), ("artist_filtered", 1))
        for fold in range(folds)
        for split, n in splits
        for label in labels
    ]
    columns = ["dataset", "partition", "fold", "split", "label", "excerpts", "artists"]
    return pd.DataFrame(rows, columns=columns)


def figures_of_merit(partitions=("random", "artist_filtered"), limits=(15.0,)):
    rng = np.random.default_rng(0)
    attacks = [("none", np.nan, "none", "clean")] + [
        ("projected", limit, mode, stage)
        for limit in limits
        for mode in ("all_wrong", "perfect")
        for stage in ("adversarial", "resynthesised")
    ]
    rows = [
        ("made", partition, fold, 0, architecture, "ordinary", *attack, rng.random())
        for partition in partitions
        for fold in range(3)
        for architecture in ("frame_dnn", "slice_cnn")
        for attack in attacks
    ]
    columns = ["dataset", "partition", "fold", "seed", "architecture", "training"]
    columns += ["adversary", "snr_limit_db", "mode", "stage", "normalised_accuracy"]
    return pd.DataFrame(rows, columns=columns)


def spectra(frames=60, title="one excerpt"):
    rng = np.random.default_rng(0)
    levels = [rng.uniform(-100, top, (frames, 513)) for top in (20, 20, -10)]
    levels[2][:, 300:] = -np.inf
    return figures.spectra(*levels, 512 / 22050, 22050 / 1024, frames // 2, title)


def waveforms(title="one excerpt"):
    rng = np.random.default_rng(0)
    original = 0.3 * np.sin(np.arange(1000) / 20)
    difference = 0.004 * rng.uniform(-1, 1, 1000)
    return figures.waveforms(original, original + difference, 12.5, 22050, title)


DRAWN = {
    "sizes": lambda: figures.partition_sizes(sizes(GENRES)),
    "sizes without artists": lambda: figures.partition_sizes(sizes(GENRES, np.nan)),
    "sizes, awkward": lambda: figures.partition_sizes(sizes(AWKWARD)),
    "2 classes": lambda: figures.confusion_table(
        merits(["speech", "music"]), "slice CNN, two classes", figures.snr_subtitle(30, 4)
    ),
    "10 classes": lambda: figures.confusion_table(merits(GENRES), "frame DNN, random"),
    "15 classes, awkward": lambda: figures.confusion_table(
        merits([*AWKWARD, *GENRES[:9]], runs=1), "a long title " * 12
    ),
    "spectra": spectra,
    "waveforms": waveforms,
    "overview": lambda: figures.merit_overview(figures_of_merit(), {"made": 10}),
    "overview, one panel": lambda: figures.merit_overview(
        figures_of_merit(["random"], [15.0, 30.0, -np.inf]), {"made": 10}
    ),
}


def drawn_texts(figure):
    """The non-empty texts that show, after they have found their places."""
    figure.draw_without_rendering()
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    shown = [axes for axes in figure.axes if axes.get_visible()]
    return [t for t in texts if t.axes is None or t.axes in shown]


@pytest.mark.parametrize("name", DRAWN)
def test_every_letter_can_be_read(name, tmp_path):
    figure = DRAWN[name]()
    figures.save(figure, [tmp_path / "figure.png"])
    texts = drawn_texts(figure)
    assert min(t.get_fontsize() for t in texts) >= 7
    assert not any(t.get_parse_math() for t in texts)
    page = figure.bbox.padded(1)  # a pixel for rounding
    ticks = {id(t) for axes in figure.axes for t in tick_labels_out_of_view(axes)}
    boxes = [(t, t.get_window_extent()) for t in texts if id(t) not in ticks]
    assert [t.get_text() for t, box in boxes if not page.containsx(box.x1)] == []
    assert [t.get_text() for t, box in boxes if not page.containsx(box.x0)] == []
    assert [t.get_text() for t, box in boxes if not page.containsy(box.y1)] == []
    assert [t.get_text() for t, box in boxes if not page.containsy(box.y0)] == []


def tick_labels_out_of_view(axes):
    """Tick labels beyond the limits, which Matplotlib keeps but does not draw."""
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


# save


@pytest.mark.parametrize("name", ["10 classes", "spectra", "overview"])
def test_the_same_figure_gives_the_same_bytes(name, tmp_path):
    endings = [".pdf", ".png", ".svg"]
    first, again = ([tmp_path / f"{i}{e}" for e in endings] for i in (1, 2))
    figures.save(DRAWN[name](), first)
    with mpl.rc_context({"font.size": 20, "text.parse_math": True, "pdf.fonttype": 3}):
        figures.save(DRAWN[name](), again)
    for a, b in zip(first, again, strict=True):
        assert a.read_bytes() == b.read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted(first + again)


def test_bytes_are_the_same_in_another_process(tmp_path):
    command = (
        "import sys, numpy as np; from music_adversaries import figures;"
        "x = np.sin(np.arange(100.0));"
        "figure = figures.waveforms(x, 1.1 * x, 0, 22050, 't');"
        "figures.save(figure, sys.argv[1:]);"
        "assert not {'torch', 'matplotlib.pyplot'} & set(sys.modules)"
    )
    package = Path(figures.__file__).parents[1]
    digests = []
    for seed in ("1", "2"):
        paths = [tmp_path / f"{seed}.pdf", tmp_path / f"{seed}.svg"]
        subprocess.run(
            [sys.executable, "-c", command, *paths],
            check=True,
            env={"PYTHONPATH": str(package), "PYTHONHASHSEED": seed, "HOME": str(tmp_path)},
        )
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
    assert digests[0] == digests[1]


def test_letters_stay_letters_and_no_date_is_written(tmp_path):
    pdf, svg = tmp_path / "figure.pdf", tmp_path / "figure.svg"
    figures.save(waveforms(), [pdf, svg])
    assert b"CreationDate" not in pdf.read_bytes()
    assert b"/CIDFontType2" in pdf.read_bytes() or b"/TrueType" in pdf.read_bytes()
    assert b"/Type3" not in pdf.read_bytes()
    assert b"dc:date" not in svg.read_bytes()


def test_what_stood_there_stays_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_bytes(b"before")
    write = Path.write_bytes

    def write_half(self, content):
        write(self, content[: len(content) // 2])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match="no space"):
        figures.save(waveforms(), [path])
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_another_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"figure\.gif"):
        figures.save(waveforms(), [tmp_path / "figure.png", tmp_path / "figure.gif"])
    assert list(tmp_path.iterdir()) == []


# labels


def test_labels_are_shown_as_they_are(tmp_path):
    path = tmp_path / "figure.svg"
    figures.save(figures.confusion_table(merits(AWKWARD[:4]), "$\\alpha$ <&> 5 %"), [path])
    svg = path.read_text(encoding="utf-8")
    for shown in ["$x$ and $y$", "a_b^c", "100 %", "&lt;b&gt;R&amp;B&lt;/b&gt;"]:
        assert f">{shown}<" in svg
    assert ">$\\alpha$ &lt;&amp;&gt; 5 %<" in svg


@given(st.text())
def test_shortened_labels_fit_one_line_and_short_ones_stay(label):
    short = figures.shorten(label)
    assert len(short) <= figures.LABEL_LETTERS
    assert len(short.splitlines()) <= 1
    words = " ".join(label.split())
    assert short == words if len(words) <= figures.LABEL_LETTERS else "…" in short


# what the figures show


def test_cells_of_the_confusion_table_are_where_they_belong():
    table = merits(["a", "b"])
    table["percent_mean"] = [90.0, np.nan, 10.0, 0.0, 1, 2, 3, 4, 5]
    table["percent_high"] = table["percent_mean"] + [0.5, np.nan, 0.5, 0, 1, 1, 1, 1, 2.5]
    axes = figures.confusion_table(table, "title").axes[0]
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
    colours = mpl.colormaps[figures.SEQUENTIAL](np.linspace(0, 1, 256))[:, :3]
    for colour in colours:
        ink, ground = relative_luminance(figures._ink(colour)), relative_luminance(colour)
        # The contrast that WCAG 2.2 asks for (AA).
        assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) >= 4.5


def test_partition_sizes_are_means_over_folds():
    table = sizes(GENRES)
    table.loc[(table["fold"] == 1) & (table["split"] == "train"), "excerpts"] = 60
    figure = figures.partition_sizes(table)
    filtered, _, random, artists = figure.axes
    assert filtered.get_title(loc="left") == (
        "made, artist_filtered: 500 train, 250 valid, 250 test"
    )
    assert "550 train, 250 valid, 250 test (means of 2 folds)" in random.get_title(loc="left")
    assert [bar.get_width() for bar in random.patches[:10]] == [55] * 10
    assert {x for line in artists.lines for x in line.get_xdata()} == {9}


def test_spectrograms_share_one_scale_and_nothing_is_infinite():
    figure = spectra()
    images = [axes.images[0] for axes in figure.axes if axes.images]
    assert len({image.get_clim() for image in images}) == 1
    # Matplotlib masks what is infinite, and leaves it white.
    assert not any(np.ma.count_masked(image.get_array()) for image in images)
    low, high = images[0].get_clim()
    assert high == images[0].get_array().max()
    assert high - low == pytest.approx(figures.DYNAMIC_RANGE_DB)


def test_the_frame_that_is_overlaid_is_the_one_asked_for():
    levels = np.arange(4.0)[:, None] + np.zeros((4, 513))
    figure = figures.spectra(levels, levels, levels, 1.0, 20.0, 2, "steps")
    overlay = next(axes for axes in figure.axes if axes.get_legend())
    assert (overlay.lines[0].get_ydata() == 2).all()
    assert "2.00 s" in overlay.get_title(loc="left")


def test_spectra_of_silence_are_drawn():
    silence = np.full((4, 513), -np.inf)
    figures.spectra(silence, silence, silence, 1.0, 20.0, 0, "silence").draw_without_rendering()


def test_spectra_refuse_shapes_that_differ_and_a_frame_that_is_not():
    levels = np.zeros((4, 513))
    with pytest.raises(ValueError, match="shapes differ"):
        figures.spectra(levels, levels[:3], levels, 1.0, 20.0, 0, "title")
    with pytest.raises(IndexError):
        figures.spectra(levels, levels, levels, 1.0, 20.0, 4, "title")


def test_the_difference_of_waveforms_is_magnified_by_the_factor_it_states():
    original, adversarial, difference = waveforms().axes
    assert difference.get_title(loc="left") == "difference, magnified × 50"
    assert original.get_ylim() == adversarial.get_ylim()
    ratio = np.divide(original.get_ylim(), difference.get_ylim())
    np.testing.assert_allclose(ratio, 50)
    assert np.abs(difference.lines[1].get_ydata()).max() <= difference.get_ylim()[1]


@given(st.floats(1e-6, 1), st.floats(1e-3, 1))
def test_the_magnification_is_the_largest_step_that_fits(largest, scale):
    factor = figures._magnification(largest, scale)
    assert factor == 1 or factor * largest <= scale
    assert 2.5 * factor * largest > scale
    assert f"{factor:e}"[0] in "125"


def test_waveforms_without_difference_say_so_and_lengths_must_agree():
    x = np.sin(np.arange(100.0))
    assert figures.waveforms(x, x, 0, 22050, "t").axes[2].get_title(loc="left") == (
        "no difference"
    )
    with pytest.raises(ValueError, match="lengths differ"):
        figures.waveforms(x, x[:-1], 0, 22050, "t")


def test_the_overview_shows_means_runs_and_chance():
    table = figures_of_merit(["random"])
    axes = figures.merit_overview(table, {"made": 4}).axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    clean = table[table["stage"] == "clean"]
    means = clean.groupby("architecture")["normalised_accuracy"].mean()
    np.testing.assert_allclose(lines["no adversary"].get_xdata(), 100 * means)
    assert set(lines["chance"].get_xdata()) == {25}
    assert [t.get_text() for t in axes.get_yticklabels()] == [
        "frame_dnn, ordinary",
        "slice_cnn, ordinary",
    ]
    runs = axes.lines[0].get_xdata()
    np.testing.assert_allclose(np.sort(runs), np.sort(100 * clean["normalised_accuracy"]))
    # Before resynthesis nothing is drawn: three conditions, each with runs and means.
    assert sum(len(line.get_xdata()) for line in axes.lines[:6]) == 3 * (6 + 2)


def test_limits_are_named_only_where_there_are_several():
    one = figures.merit_overview(figures_of_merit(), {"made": 10})
    several = figures.merit_overview(figures_of_merit(limits=(15.0, -np.inf)), {"made": 10})
    names = [[t.get_text() for t in f.legends[0].get_texts()] for f in (one, several)]
    assert not any("SNR" in name for name in names[0])
    assert "adversary towards a wrong class, SNR ≥ 15 dB" in names[1]
    assert "adversary towards a wrong class, any SNR" in names[1]
    assert "no adversary" in names[1]
