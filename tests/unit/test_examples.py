"""The examples of `snakemake` in the documentation, read as Snakemake itself reads them."""

import re
import shlex
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "results/README.md"),
    *(ROOT / "Makefile", ROOT / "config.yaml", ROOT / "benchmarks/README.md"),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "workflow/configs").glob("*.yaml")),
    *sorted((ROOT / "profiles").glob("*/config.yaml")),
    ROOT / "workflow/logger/snakemake_logger_plugin_music/__init__.py",
]
IN_A_LINE = re.compile(r"`(?:[A-Z_]+=\S+ )*snakemake( [^`]+)`")
BY_ITSELF = re.compile(
    r"""^(?:    |\t\$\(IN_VENV\) | +lines\.append\(")snakemake( .+?)(?:"\))?$""",
    flags=re.MULTILINE,
)
STAGES = {
    "features",
    "systems",
    "adversaries",
    "tables",
    "figures",
    "listening",
    "crate",
    "all",
}


def examples():
    """The arguments of each example, up to a pipe or what the shell redirects."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for said in IN_A_LINE.findall(text) + BY_ITSELF.findall(text):
            command = re.split(r"\\?\||>", said)[0].replace("$(ARGS)", "")
            if command.strip().startswith("-") or command.split()[0] in STAGES:
                found[f"{page.relative_to(ROOT)}:{command}"] = shlex.split(command)
    return found


EXAMPLES = examples()


def test_there_are_examples():
    assert len(EXAMPLES) > 15
    assert any(words == ["--logger", "music", "--cores", "all"] for words in EXAMPLES.values())


def targets(arguments):
    return set(get_argument_parser().parse_args(arguments).targets)


def swallowed(arguments):
    """Targets that became values of other options."""
    parsed = vars(get_argument_parser().parse_args(arguments))
    values = [parsed[key] for key in parsed.keys() - {"targets", "forcerun", "cores"}]
    words = [str(word) for value in values if isinstance(value, list | set) for word in value]
    return [word for word in words if word in STAGES or word.startswith("results/")]


@pytest.mark.parametrize("arguments", EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_means_its_targets_and_one_that_is_added(arguments):
    meant = {word for word in arguments if word in STAGES - {"all"} or "results/" in word}
    assert swallowed(arguments) == []
    assert targets(arguments) == meant
    if not meant and arguments != ["--lint"]:
        assert targets([*arguments, "tables"]) == {"tables"}
