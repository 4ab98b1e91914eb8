"""docs/configuration.md says what the schema says."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from music_adversaries.experiment.configuration import SCHEMA

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "configuration.md"
TEXT = PAGE.read_text(encoding="utf-8")
KNOWN = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def found(value, key):
    """What ``key`` has at any depth of the schema, where it is a keyword and no property."""
    if isinstance(value, list):
        return [each for entry in value for each in found(entry, key)]
    if not isinstance(value, dict):
        return []
    below = [each for name, entry in value.items() for each in found(entry, key)]
    return below + ([value[key]] if isinstance(value.get(key), str | list) else [])


def test_the_page_is_current():
    """`make configuration` writes it anew."""
    command = [sys.executable, str(ROOT / "docs/describe_config.py")]
    made = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert made == TEXT


# Descriptions that only end an error message, and that of the schema itself.
ASIDE = ("Every key has", "Letters, digits", "A path of a Python", "Or a plugin")


@pytest.mark.parametrize("description", sorted(set(found(KNOWN, "description"))))
def test_every_description_stands_on_the_page(description):
    said = " ".join(description.replace("|", "\\|").split())
    assert said in TEXT or said.startswith(ASIDE)


@pytest.mark.parametrize("values", found(KNOWN, "enum"), ids=str)
def test_every_value_that_may_be_chosen_stands_on_the_page(values):
    reserved = values[:1] == ["tables"]  # names that no dataset may have
    assert reserved or all(f"`{value}`" in TEXT for value in values)


@pytest.mark.parametrize("definition", KNOWN["$defs"])
def test_every_key_of_every_definition_stands_on_the_page(definition):
    for name in KNOWN["$defs"][definition].get("properties", {}):
        assert f".{name}`" in TEXT
