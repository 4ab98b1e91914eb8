"""The stages of the workflow as a graph, from its rules: reads a rule graph, writes DOT.

    snakemake --rulegraph dot | python docs/draw_stages.py | dot -Tsvg > docs/stages.svg

A stage is a file in `rules`; an arrow joins two stages where a rule of the second needs a rule
of the first.
"""

import re
import sys
from pathlib import Path

RULE = r"^(?:rule|use rule \w+ as) (\w+)(?: with)?:"
RULES = Path(__file__).parents[1] / "rules"

STAGES = {
    "datasets": "datasets\naudio, manifest, repeats",
    "features": "features\nmagnitudes of the STFT",
    "partitions": "partitions\nrandom, artist-filtered",
    "systems": "systems\nDNN, CNN, forest",
    "retraining": "retraining\non perturbed training sets",
    "adversaries": "adversaries\nattacked test sets",
    "resynthesis": "resynthesis\nwritten files judged",
    "tables": "tables\nfigures of merit, claims",
    "figures": "figures",
    "listening": "listening page",
}
"""What a box says, by the file of the stage's rules; stages without a box are left out."""

ON_DEMAND = "retraining"
"""A stage through which not everything goes: arrows past it stay."""


def stage_of_rules() -> dict[str, str]:
    """The stage of each rule."""
    return {
        rule: file.stem
        for file in RULES.glob("*.smk")
        for rule in re.findall(RULE, file.read_text(encoding="utf-8"), re.MULTILINE)
    }


def stage_edges(rulegraph: str) -> set[tuple[str, str]]:
    """Pairs of stages of which the second needs the first, of a rule graph in DOT.

    Stages that need each other are joined one way: what the reader follows is the order in
    which they begin. What is reached by way of another stage has no arrow of its own.
    """
    names = dict(re.findall(r'(\d+)\[label = "([^"]+)"', rulegraph))
    stages = stage_of_rules()
    pairs = {
        (stages.get(names[first], ""), stages.get(names[second], ""))
        for first, second in re.findall(r"(\d+) -> (\d+)", rulegraph)
    }
    order = list(STAGES)
    forward = {
        (first, second)
        for first, second in pairs
        if first in STAGES and second in STAGES and order.index(first) < order.index(second)
    }
    return {pair for pair in forward if not _leads(*pair, forward - {pair})}


def _leads(first: str, second: str, edges: set[tuple[str, str]]) -> bool:
    """Whether a way leads from one stage to another."""
    return any(
        there == second or (there != ON_DEMAND and _leads(there, second, edges))
        for here, there in edges
        if here == first
    )


def dot(edges: set[tuple[str, str]]) -> str:
    """The graph in DOT."""
    lines = ["digraph stages {", "rankdir=LR; nodesep=0.3; ranksep=0.35;"]
    lines.append('node [shape=box, style="rounded", fontname="sans", fontsize=11];')
    for stage, says in STAGES.items():
        label = says.replace("\n", "\\n")
        lines.append(f'{stage} [label="{label}"];')
    lines += [f"{first} -> {second};" for first, second in sorted(edges)]
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    print(dot(stage_edges(sys.stdin.read())))
