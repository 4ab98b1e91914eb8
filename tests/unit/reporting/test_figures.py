"""Figures: that all of them can be read, how they are written, what an edit redraws."""

import hashlib
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from figure_tables import (
    AWKWARD,
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
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from music_adversaries.experiment import code_digests
from music_adversaries.reporting.figures import style
from music_adversaries.reporting.figures.claims import claim_cases
from music_adversaries.reporting.figures.confusion_table import (
    confusion_table,
    snr_subtitle,
)
from music_adversaries.reporting.figures.curves import success_curves
from music_adversaries.reporting.figures.labels import LABEL_LETTERS, attack_name, shorten
from music_adversaries.reporting.figures.low_pass import low_pass_accuracy
from music_adversaries.reporting.figures.minimum_snr import minimum_snr_distributions
from music_adversaries.reporting.figures.overview import merit_overview
from music_adversaries.reporting.figures.partition_sizes import partition_sizes
from music_adversaries.reporting.figures.perceptual import perceptual_figures
from music_adversaries.reporting.figures.probes import probe_table
from music_adversaries.reporting.figures.robust_accuracy import robust_accuracy
from music_adversaries.reporting.figures.style import look, save
from music_adversaries.reporting.figures.survival import survival_intervals
from music_adversaries.reporting.figures.transfer import transfer_matrix

SCRIPTS = code_digests.PACKAGE.parent
LONG = 'a very long name, with "quotes" and $dollars$, of nothing in particular'
MODES = ("all_wrong", "random", "perfect", "all_same")
MANY = ["fast", "longer", "noise", "pgd", "retrained", "standard"]
PNG_DPI = 200
AGG_MOST_PIXELS = 2**16
"""Of a side of a picture, for Matplotlib."""
DRAWN = {
    "sizes": lambda: partition_sizes(sizes(GENRES)),
    "sizes without artists": lambda: partition_sizes(sizes(GENRES, np.nan)),
    "sizes, awkward": lambda: partition_sizes(sizes(AWKWARD)),
    "2 classes": lambda: confusion_table(
        merits(["speech", "music"]), "slice CNN, two classes", snr_subtitle(30, 4)
    ),
    "10 classes": lambda: confusion_table(merits(GENRES), "frame DNN, random"),
    "15 classes, awkward": lambda: confusion_table(
        merits([*AWKWARD, *GENRES[:9]], runs=1), "a long title " * 12
    ),
    "spectra": drawn_spectra,
    "waveforms": drawn_waveforms,
    "overview": lambda: merit_overview(figures_of_merit(), {"made": 10}),
    "overview, one panel": lambda: merit_overview(
        figures_of_merit(["random"], [15.0, 30.0, -np.inf]), {"made": 10}
    ),
    "overview, crowded": lambda: merit_overview(
        pd.concat(
            figures_of_merit(limits=(15.0, -np.inf), modes=MODES).assign(
                dataset=dataset, architecture=architecture, training=training
            )
            for dataset in ("made", LONG)
            for architecture in ("dnn", "dnn_small", "cnn", "forest")
            for training in ("standard", "retrained")
        ),
        {"made": 10, LONG: 13},
    ),
    "probes": lambda: probe_table(
        probes([f"{genre}.00007" for genre in GENRES], GENRES),
        "dnn, standard training, seed 1; made, artist_filtered partition, fold 0",
        "projected, SNR ≥ 15 dB",
    ),
    "probes, 2 × 2": lambda: probe_table(probes(["a", "b"], ["a", "b"]), "dnn", "projected"),
    "probes, 1 × 13, none reached": lambda: probe_table(
        probes(["a"], [*AWKWARD, *GENRES[:7]]).assign(predicted="?"), "dnn"
    ),
    "probes, 30 long names": lambda: probe_table(
        probes([f"{LONG} {i}" for i in range(30)], AWKWARD), LONG, LONG
    ),
    "low_pass": lambda: low_pass_accuracy(low_pass(), {"made": 10}),
    "perceptual": lambda: perceptual_figures(perceptual()),
    "perceptual, crowded": lambda: perceptual_figures(
        pd.concat(
            perceptual([f"adversary{n}" for n in range(9)]).assign(dataset=dataset)
            for dataset in ("made", LONG)
        )
    ),
    "low_pass, crowded": lambda: low_pass_accuracy(
        low_pass(
            ["random", "artist_filtered", LONG],
            [*AWKWARD, LONG],
            [100.0, 110.0, 120.0, 1000.0, 1100.0, 8000.0, 11025.0, np.inf],
        ).assign(adversary=LONG),
        {"made": 2},
    ),
    "low_pass, no filter alone": lambda: low_pass_accuracy(
        low_pass(["random"], ["dnn"], [np.inf]).assign(low=np.nan, high=np.nan), {"made": 10}
    ),
    "curves": lambda: success_curves(curves(), "made, random partition"),
    "curves, crowded": lambda: success_curves(
        curves(["cnn", LONG, "forest"], [*AWKWARD, LONG, "noise", "minimum"]), LONG * 2
    ),
    "curves, one limit": lambda: success_curves(
        curves(["dnn"]).query("snr_limit_db == 20"), "made"
    ),
    "curves, any SNR": lambda: success_curves(
        curves(["dnn"]).query("snr_limit_db < 0"), "made"
    ),
    "robust_accuracy": lambda: robust_accuracy(robust_accuracies()),
    "robust_accuracy, crowded": lambda: robust_accuracy(
        robust_accuracies(["random", "artist_filtered", LONG, "fault_filtered"], MANY)
    ),
    "robust_accuracy, clean alone": lambda: robust_accuracy(
        robust_accuracies().query("snr_limit_db > 50").assign(low=np.nan, high=np.nan)
    ),
    "minimum_snr": lambda: minimum_snr_distributions(minimum_snrs()),
    "minimum_snr, crowded": lambda: minimum_snr_distributions(
        minimum_snrs(["random", "artist_filtered", LONG, "fault_filtered"], MANY)
    ),
    "minimum_snr, all failed": lambda: minimum_snr_distributions(
        minimum_snrs().assign(minimum_snr_db=-np.inf)
    ),
    "transfer": lambda: transfer_matrix(
        transfer(list(product(("artist_filtered", "random"), ("cnn", "dnn"), ("standard",)))),
        "made: excerpts written by projected, SNR ≥ 15 dB",
    ),
    "transfer, crowded": lambda: transfer_matrix(
        transfer(list(product(("random",), [*AWKWARD, LONG, f"{LONG} 2"], (LONG, "standard")))),
        LONG,
        LONG,
    ),
    "transfer, itself alone": lambda: transfer_matrix(transfer([("random", "dnn", "x")]), "t"),
    "survival": lambda: survival_intervals(survival()),
    "survival, crowded": lambda: survival_intervals(
        survival(["random", LONG], ["waveform", LONG], [-np.inf]).assign(dataset=LONG)
    ),
    "survival, nothing turned": lambda: survival_intervals(
        survival(adversaries=["waveform"]).assign(survival=np.nan, turned=0)
    ),
    "claims": lambda: claim_cases(*claims()),
    "claims, long": lambda: claim_cases(*long_claims()),
    "claims, none run": lambda: claim_cases(claims()[0], claims()[1].iloc[:0]),
}


def long_claims():
    found, cases = claims("below", LONG * 3)
    cases["systems"] = [f"{LONG} {i}" for i in range(4)]
    return found, cases.assign(statistic=LONG)


def drawn_texts(figure):
    """The non-empty texts that show, after they have found their places."""
    figure.draw_without_rendering()
    texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    shown = [axes for axes in figure.axes if axes.get_visible()]
    return [t for t in texts if t.axes is None or t.axes in shown]


@pytest.fixture(scope="module", params=DRAWN)
def figure(request, tmp_path_factory):
    """Each of the figures, after it was saved once."""
    figure = DRAWN[request.param]()
    save(figure, [tmp_path_factory.mktemp("drawn") / "figure.svg"])
    return figure


def test_every_letter_can_be_read(figure):
    assert max(figure.get_size_inches()) * PNG_DPI < AGG_MOST_PIXELS
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


def test_no_text_lies_on_another(figure):
    texts = drawn_texts(figure)
    unseen = {id(t) for axes in figure.axes for t in tick_labels_out_of_view(axes)}
    # The box of a slanting text is larger than the text.
    level = [t for t in texts if t.get_rotation() in (0, 90) and id(t) not in unseen]
    boxes = [(t.get_text(), t.get_window_extent().padded(-1)) for t in level]
    clashes = [(a, b) for (a, x), (b, y) in combinations(boxes, 2) if x.overlaps(y)]
    assert clashes == []


def tick_labels_out_of_view(axes):
    """Tick labels beyond the limits, which Matplotlib keeps but does not draw."""
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        low, high = sorted(limits)
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


# save


@pytest.mark.parametrize("name", ["10 classes", "spectra", "overview", "claims"])
def test_the_same_figure_gives_the_same_bytes(name, tmp_path):
    endings = [".pdf", ".png", ".svg"]
    first, again = ([tmp_path / f"{i}{e}" for e in endings] for i in (1, 2))
    save(DRAWN[name](), first)
    with mpl.rc_context({"font.size": 20, "text.parse_math": True, "pdf.fonttype": 3}):
        save(DRAWN[name](), again)
    for a, b in zip(first, again, strict=True):
        assert a.read_bytes() == b.read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted(first + again)


@pytest.mark.parametrize("name", ["10 classes", "spectra"])
def test_a_png_of_few_colours_looks_as_drawn(name, tmp_path, monkeypatch):
    reduced, drawn = tmp_path / "reduced.png", tmp_path / "drawn.png"
    save(DRAWN[name](), [reduced])
    monkeypatch.setattr(style, "_reduce_colours", lambda png: None)
    save(DRAWN[name](), [drawn])
    with Image.open(reduced) as image:
        assert image.mode == "P" and round(image.info["dpi"][0]) == PNG_DPI
    pixels = [np.asarray(Image.open(path).convert("RGB"), int) for path in (reduced, drawn)]
    found, wanted = pixels
    assert (found[(wanted == 255).all(axis=2)] == 255).all()  # the page stays white
    assert np.abs(found - wanted).mean() < 2
    assert reduced.stat().st_size < 0.6 * drawn.stat().st_size


def test_bytes_are_the_same_in_another_process(tmp_path):
    command = (
        "import sys, numpy as np;"
        "from music_adversaries.reporting.figures.style import save;"
        "from music_adversaries.reporting.figures.waveforms import waveforms;"
        "x = np.sin(np.arange(100.0));"
        "figure = waveforms(x, 1.1 * x, 0, 22050, 't');"
        "save(figure, sys.argv[1:]);"
        "assert 'torch' not in sys.modules"
    )
    digests = []
    for seed in ("1", "2"):
        paths = [tmp_path / f"{seed}.pdf", tmp_path / f"{seed}.svg"]
        subprocess.run(
            [sys.executable, "-c", command, *paths],
            check=True,
            env={"PYTHONPATH": str(SCRIPTS), "PYTHONHASHSEED": seed, "HOME": str(tmp_path)},
        )
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
    assert digests[0] == digests[1]


def test_letters_stay_letters_and_no_date_is_written(tmp_path):
    pdf, svg = tmp_path / "figure.pdf", tmp_path / "figure.svg"
    save(drawn_waveforms(), [pdf, svg])
    assert b"CreationDate" not in pdf.read_bytes()
    assert b"/CIDFontType2" in pdf.read_bytes() or b"/TrueType" in pdf.read_bytes()
    assert b"/Type3" not in pdf.read_bytes()
    assert b"dc:date" not in svg.read_bytes()


def test_what_stood_there_stays_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_bytes(b"before")

    def write_half(self, path, **_):
        Path(path).write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(Figure, "savefig", write_half)
    with pytest.raises(OSError, match="no space"):
        save(drawn_waveforms(), [path])
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


# labels


def test_labels_are_shown_as_they_are(tmp_path):
    path = tmp_path / "figure.svg"
    save(confusion_table(merits(AWKWARD[:4]), "$\\alpha$ <&> 5 %"), [path])
    svg = path.read_text(encoding="utf-8")
    for shown in ["$x$ and $y$", "a_b^c", "100 %", "&lt;b&gt;R&amp;B&lt;/b&gt;"]:
        assert f">{shown}<" in svg
    assert ">$\\alpha$ &lt;&amp;&gt; 5 %<" in svg


@given(st.text())
def test_shortened_labels_fit_one_line_and_short_ones_stay(label):
    short = shorten(label)
    assert len(short) <= LABEL_LETTERS
    assert len(short.splitlines()) <= 1
    words = " ".join(label.split())
    assert short == words if len(words) <= LABEL_LETTERS else "…" in short


def test_an_attack_is_named_with_its_limit():
    assert attack_name("projected", 15.0) == "projected, SNR ≥ 15 dB"
    assert attack_name("projected", -np.inf) == "projected, any SNR"


def test_49_lines_look_different():
    assert len({tuple(look(number).values()) for number in range(49)}) == 49
