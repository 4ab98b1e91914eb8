"""The pictures of the rules and of their stages are those of the rules."""

import html
import re
import runpy

from snakemake_runs import ROOT, snakemake

REMEDY = "the pictures in docs are out of date: `make rulegraph`"


def drawn_edges(picture):
    """Pairs of boxes that a committed picture joins, by the first lines in them."""
    text = (ROOT / "docs" / picture).read_text(encoding="utf-8")
    groups = re.findall(r'<g id="\w+" class="(node|edge)">(.*?)</g>', text, flags=re.DOTALL)
    titles = [
        (kind, html.unescape(re.search("<title>(.*?)</title>", body)[1]), body)
        for kind, body in groups
    ]
    names = {
        title: re.search(r"<text[^>]*>(.*?)</text>", body)[1]
        for kind, title, body in titles
        if kind == "node"
    }
    edges = [title.split("->") for kind, title, _ in titles if kind == "edge"]
    return {(names[first], names[second]) for first, second in edges}


def rule_edges(text):
    """Pairs of rules of which the second needs the first."""
    names = dict(re.findall(r'(\d+)\[label = "([^"]+)"', text))
    edges = re.findall(r"(\d+) -> (\d+)", text)
    return {(names[first], names[second]) for first, second in edges}


def test_the_pictures_are_current(tmp_path):
    config = ROOT / "config.yaml"
    text = snakemake("--rulegraph", "dot", directory=tmp_path, config=config).stdout
    assert len(rule_edges(text)) > 20
    assert drawn_edges("rulegraph.svg") == rule_edges(text), REMEDY
    stages = runpy.run_path(str(ROOT / "docs/draw_stages.py"))
    expected = stages["stage_edges"](text)
    first_line = {stage: says.split("\n")[0] for stage, says in stages["STAGES"].items()}
    assert {(first_line[a], first_line[b]) for a, b in expected} == drawn_edges("stages.svg"), (
        REMEDY
    )
    # What every reader of the paper expects.
    assert {("partitions", "systems"), ("systems", "adversaries")} <= expected
    assert ("adversaries", "resynthesis") in expected and ("tables", "figures") in expected
