"""The maps in docs lead to outputs that the DAG makes, by the rules they name."""

import re

import pytest
from snakemake_runs import ROOT, snakemake

from music_adversaries.datasets import gtzan
from music_adversaries.experiment.code_digests import PACKAGE

MAPS = ("paper.md", "beyond.md")
CONFIG = re.compile(r"`(workflow/configs/[a-z]+\.yaml)`")


def rows():
    """(part, rule, modules, output, config) of every row of the maps."""
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in MAPS]
    found = []
    for line in "\n".join(pages).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[1].startswith("`"):
            part, rule, modules, output = cells
            config = CONFIG.search(part)
            found.append(
                (
                    part,
                    rule.strip("`"),
                    re.findall("`(.+?)`", modules),
                    output.strip("`"),
                    config[1] if config else "config.yaml",
                )
            )
    return found


ROWS = rows()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """By config, the pairs (output, rule) of the DAG of its default target."""
    directory = tmp_path_factory.mktemp("map")
    for excerpt in gtzan.EXCERPTS:
        path = directory / "gtzan" / excerpt.split(".")[0] / f"{excerpt}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return {name: outputs(directory, name) for name in {row[4] for row in ROWS}}


def outputs(directory, name):
    text = (ROOT / name).read_text(encoding="utf-8")
    config = directory / "config.yaml"
    config.write_text(text.replace("path/to/gtzan", str(directory / "gtzan")))
    process = snakemake("--summary", directory=directory, config=config)
    assert process.returncode == 0, process.stderr
    lines = [line.split("\t") for line in process.stdout.splitlines() if "\t" in line]
    file, rule = lines[0].index("output_file"), lines[0].index("rule")
    return {(line[file], line[rule]) for line in lines[1:]}


def pattern(output):
    """A regular expression of the files that an entry of the map stands for."""
    spelt = output.replace("…", "{dataset}/{partition}/fold{fold}")
    parts = re.split(r"\{\w+\}", f"results/{spelt}")
    return re.compile("[^/]+".join(map(re.escape, parts)))


def test_the_maps_have_every_part_and_every_claim():
    text = " ".join(part for part, *_ in ROWS)
    assert len(ROWS) > 30
    assert {*"12345678"} <= set(re.findall(r"\d", text))
    assert "(a) to (e)" in text


@pytest.mark.parametrize("row", ROWS, ids=[row[3] for row in ROWS])
def test_each_output_of_the_map_is_made_by_its_rule(made, row):
    _, rule, _, output, config = row
    rules = {by for file, by in made[config] if pattern(output).fullmatch(file)}
    assert rule in rules, f"{output} is made by {rules or 'nothing'}"


@pytest.mark.parametrize("row", ROWS, ids=[row[3] for row in ROWS])
def test_each_module_of_the_map_is_there(row):
    for module in row[2]:
        path = PACKAGE / module
        assert path.is_dir() if module.endswith("/") else path.with_suffix(".py").is_file()
