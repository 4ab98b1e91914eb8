"""The pip requirements and the conda environment name the same packages and versions."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
ENVS = ROOT / "envs"
REQUIREMENTS = (ENVS / "requirements.txt").read_text(encoding="utf-8")
REQUIREMENTS_DEV = (ENVS / "requirements-dev.txt").read_text(encoding="utf-8")
ENVIRONMENT = (ENVS / "environment.yaml").read_text(encoding="utf-8")

# Where conda-forge or bioconda use another name than PyPI. The two that are not the same
# software under another name are the parts that a run needs: `snakemake-minimal` leaves
# out plugins, `matplotlib-base` the window toolkits.
CONDA_NAMES = {
    "snakemake": "snakemake-minimal",
    "torch": "pytorch",
    "soundfile": "pysoundfile",
    "soxr": "soxr-python",
    "matplotlib": "matplotlib-base",
    "xxhash": "python-xxhash",
}
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9.]*)\s+# (?P<reason>\S.*)")


def pip_pins(text):
    """Versions by PyPI name; every line has to hold an exact pin and its reason."""
    pins = {}
    for line in text.splitlines():
        if line and not line.startswith(("#", "-r")):
            match = PIN.fullmatch(line)
            assert match is not None, f"not 'name==version  # reason': {line!r}"
            assert match["name"] not in pins, f"{match['name']} is pinned twice"
            pins[match["name"]] = match["version"]
    return pins


def conda_pins(text):
    """Versions by conda name, Python's own bound left out; every one has to be exact."""
    dependencies = yaml.safe_load(text)["dependencies"]
    pins = [d.split(" ==") for d in dependencies if not d.startswith("python ")]
    assert all(re.fullmatch("[0-9][0-9.]*", version) for _, version in pins)
    return dict(pins)


def test_both_environments_agree():
    pins = pip_pins(REQUIREMENTS)
    renamed = {CONDA_NAMES.get(name, name): version for name, version in pins.items()}
    assert renamed == conda_pins(ENVIRONMENT)


def test_development_requirements_are_exact_and_reasoned_and_build_on_the_run():
    assert pip_pins(REQUIREMENTS_DEV)
    assert "-r requirements.txt" in REQUIREMENTS_DEV.splitlines()
    assert not set(pip_pins(REQUIREMENTS_DEV)) & set(pip_pins(REQUIREMENTS))


def test_mapped_names_are_required():
    assert set(CONDA_NAMES) <= set(pip_pins(REQUIREMENTS))


def test_python_bound_is_the_one_the_makefile_checks():
    assert "python >=3.11" in yaml.safe_load(ENVIRONMENT)["dependencies"]
    assert "(3, 11)" in (ENVS.parent / "Makefile").read_text(encoding="utf-8")


def imported():
    """Top-level names that the workflow's scripts import, but for its own and Python's."""
    files = [*(ROOT / "workflow/scripts").rglob("*.py")]
    own = {path.stem for path in (ROOT / "workflow/scripts").iterdir()}
    names = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names - own - set(sys.stdlib_module_names)


def test_everything_that_is_imported_is_pinned():
    distributions = packages_distributions()
    pinned = set(pip_pins(REQUIREMENTS))
    needed = {name: {d.lower() for d in distributions[name]} for name in imported()}
    assert {name for name, found in needed.items() if not found & pinned} == set()
    assert {"torch", "sklearn", "skops", "yaml"} <= set(needed)
