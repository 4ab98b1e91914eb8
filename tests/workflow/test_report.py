"""The page of `snakemake --report`: that it is whole, in order, and needs no network."""

import re
from collections import Counter

import pytest
from snakemake_runs import ROOT, report_data, snakemake

from music_adversaries.reporting.tables.layouts import LAYOUTS

CAPTIONS = ROOT / "workflow/report"


@pytest.fixture(scope="module")
def page(finished_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    process = snakemake("--report", path, directory=finished_run)
    assert process.returncode == 0, process.stdout + process.stderr
    return path.read_text(encoding="utf-8")


def test_every_figure_and_every_printed_table_is_in_the_report(page, finished_run):
    figures = finished_run.glob("results/figures/**/*.png")
    tables = [f"results/tables/{name}.html" for name in LAYOUTS]
    wanted = [*(str(path.relative_to(finished_run)) for path in figures), *tables]
    assert sorted(report_data(page, "results")) == sorted(wanted)


def test_every_result_has_a_caption_and_a_place_of_its_own(page):
    results, chapters = report_data(page, "results"), report_data(page, "categories")
    for result in results.values():
        # Of what is shown, how it was computed and how many it is of.
        assert len(result["caption"]) > 150
        assert re.search(r"\bn\b", result["caption"])
    placed = Counter()
    for sections in chapters.values():
        for paths in sections.values():
            placed.update(paths)
            # Snakemake shows one of several results that have the same labels.
            labels = [tuple(sorted(results[path]["labels"].items())) for path in paths]
            assert all(labels) and len(set(labels)) == len(labels)
    assert placed == Counter(list(results))


def test_the_chapters_are_numbered_and_named_in_the_description(page):
    chapters = sorted(report_data(page, "categories"))
    assert [chapter.split()[0] for chapter in chapters] == [*"123456789"]
    assert all("Other" not in sections for sections in report_data(page, "categories").values())
    description = report_data(page, "workflow_desc")
    assert chapters[0] in description and chapters[-1] in description
    assert "studio" in description


def test_a_page_is_opened_without_a_network(page):
    assert re.findall(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="http', page) == []


def test_no_caption_is_without_a_result(page):
    captions = {path.stem for path in CAPTIONS.glob("*.rst")} - {"workflow", "tables"}
    assert captions == {
        result["labels"]["figure"]
        for result in report_data(page, "results").values()
        if "figure" in result["labels"]
    }
