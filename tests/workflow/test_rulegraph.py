"""The picture of the rules in the README is that of the rules."""

import html
import re

from conftest import ROOT, snakemake

REMEDY = "docs/rulegraph.svg is out of date: `make rulegraph`"


def drawn_edges():
    """Pairs of rules that the committed picture joins."""
    text = (ROOT / "docs/rulegraph.svg").read_text(encoding="utf-8")
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


def rule_edges(directory):
    """Pairs of rules of which the second needs the first."""
    config = ROOT / "config.yaml"
    text = snakemake("--rulegraph", "dot", directory=directory, config=config).stdout
    names = dict(re.findall(r'(\d+)\[label = "([^"]+)"', text))
    edges = re.findall(r"(\d+) -> (\d+)", text)
    return {(names[first], names[second]) for first, second in edges}


def test_the_rule_graph_in_the_readme_is_current(tmp_path):
    assert len(drawn_edges()) > 20
    assert drawn_edges() == rule_edges(tmp_path), REMEDY
