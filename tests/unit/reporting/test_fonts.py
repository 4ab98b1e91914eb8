"""Letters that the figures' font lacks: drawn by a font that has them, or named in the log."""

import contextlib
import re
import warnings

import pytest
from matplotlib.figure import Figure

from music_adversaries.reporting.figures import fonts, style
from music_adversaries.reporting.figures.style import in_style, save


@in_style
def labelled(*labels):
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.bar(range(len(labels)), 1)
    axes.set_xticks(range(len(labels)), labels)
    style.set_title(figure, " ".join(labels))
    return figure


def written(figure, tmp_path, ending):
    path = tmp_path / f"figure.{ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save(figure, [path])
    return path.read_bytes()


def fonts_in(pdf):
    """The names of the fonts of which letters are in a PDF."""
    return {name.decode() for name in re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", pdf)}


@pytest.fixture(autouse=True)
def nothing_told():
    fonts._report.cache_clear()


@pytest.mark.parametrize("label", ["ロック", "爵士乐", "재즈", "แจ๊ส", "जैज़"])
def test_letters_of_any_script_are_drawn_where_a_font_has_them(tmp_path, capsys, label):
    if not any(set(label) <= fonts._letters(family) for family in fonts._installed()):
        pytest.skip(f"no installed font has {label}")
    names = fonts_in(written(labelled("jazz", label), tmp_path, "pdf"))
    assert "DejaVuSans" in names and len(names) > 1
    assert not [name for name in names if name.startswith("LastResort")]
    assert capsys.readouterr().err == ""


def test_letters_that_no_font_has_are_named_once_in_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(fonts, "_installed", list)
    fonts._families.cache_clear()
    for ending in ("png", "pdf"):
        written(labelled("jazz", "ロック"), tmp_path, ending)
    fonts._families.cache_clear()
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("No installed font has ク ッ ロ: ") and "install a font" in said


@pytest.mark.parametrize("label", ["été – größer ½", "Ελληνικά Русский", "ג'אז جاز"])
def test_other_figures_have_the_bytes_that_they_had(tmp_path, monkeypatch, label):
    now = [written(labelled("jazz", label), tmp_path, ending) for ending in ("png", "pdf")]
    monkeypatch.setattr(style, "with_all_letters", contextlib.nullcontext)
    before = [written(labelled("jazz", label), tmp_path, ending) for ending in ("png", "pdf")]
    assert now == before
