"""Of Snakemake, the project uses only what its documentation names, so updates break nothing.

Public are the directives of Snakefiles, `config`, the inputs and outputs of `rules`, the object
`snakemake` of scripts, and the interface of logger plugins with the attributes of records that
it documents.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SNAKEFILES = [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]
SCRIPTS = list((ROOT / "workflow/scripts").rglob("*.py"))
PLUGIN = list((ROOT / "workflow/logger").rglob("*.py"))
PUBLIC = {
    r"(?<![/\w])workflow": {"source_path", "basedir", "current_basedir"},
    r"\brules\.\w+": {"input", "output"},
    r"\bsnakemake": {
        *("input", "output", "params", "wildcards", "threads", "resources", "log", "config"),
        "utils",
    },
    r"\b(?:dag|scheduler|logger|job\.rule)": set(),
}
"""Objects of Snakemake, and which of their attributes are used."""
RECORD = {
    *("event", "jobid", "job_id", "rule_name", "wildcards", "log", "output", "exception"),
    *("stats", "total"),
    *("levelno", "getMessage"),
}
"""Attributes of log records: of the plugin interface, its own tests, and Python's `logging`."""
IMPORTS = {
    "snakemake.utils": {"min_version"},
    "snakemake_interface_logger_plugins.base": {"LogHandlerBase"},
    "snakemake_interface_logger_plugins.common": {"LogEvent"},
    "snakemake_logger_plugin_music.run": {"INTERRUPTED", "Job", "Run"},
}


def private(text):
    """The attributes in ``text`` that are not public, as ``object.attribute``."""
    return [
        f"{found[0]}"
        for name, attributes in PUBLIC.items()
        for found in re.finditer(rf"{name}\.(\w+)", text)
        if found[1] not in attributes
    ]


def imports(text):
    """The names that ``text`` imports from modules of Snakemake, as ``module.name``."""
    found = re.findall(r"^\s*from (snakemake\w*(?:\.\w+)*) import (.+)", text, re.MULTILINE)
    found += [
        (module, "*") for module in re.findall(r"^\s*import (snakemake\S*)", text, re.MULTILINE)
    ]
    return [(module, name) for module, names in found for name in names.split(", ")]


@pytest.mark.parametrize("file", SNAKEFILES + SCRIPTS, ids=lambda file: file.stem)
def test_attributes_are_public(file):
    assert private(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", SNAKEFILES + SCRIPTS + PLUGIN, ids=lambda file: file.stem)
def test_imports_are_public(file):
    for module, name in imports(file.read_text(encoding="utf-8")):
        assert name in IMPORTS.get(module, set()), f"{module}.{name}"


@pytest.mark.parametrize("file", PLUGIN, ids=lambda file: file.stem)
def test_the_plugin_reads_documented_attributes_of_records(file):
    assert set(re.findall(r"\brecord\.(\w+)", file.read_text(encoding="utf-8"))) <= RECORD


@pytest.mark.parametrize(
    "text",
    [
        "if workflow.overwrite_configfiles:",
        "name = rules.all.rule.name",
        "jobs = workflow.dag.finished_jobs",
        'f"{workflow.main_snakefile} is missing"',
        "logger.handlers[0]",
    ],
)
def test_what_is_private_would_be_found(text):
    assert private(text)


def test_a_private_import_would_be_found():
    assert imports("from snakemake.dag import DAG") == [("snakemake.dag", "DAG")]
    assert imports("import snakemake.workflow") == [("snakemake.workflow", "*")]
