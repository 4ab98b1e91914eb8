"""The pip requirements and the conda environment name the same packages and versions."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
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
    """Versions by PyPI name; raises ValueError at a line without exact pin or reason."""
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]
    pins = {}
    for line in lines:
        match = PIN.fullmatch(line)
        if match is None:
            raise ValueError(f"not 'name==version  # reason': {line!r}")
        pins[match["name"]] = match["version"]
    if len(pins) < len(lines):
        raise ValueError("a package is pinned twice")
    return pins


def conda_pins(text):
    """Versions by conda name, Python's own bound left out; ValueError at an inexact pin."""
    dependencies = yaml.safe_load(text)["dependencies"]
    pins = [d.split() for d in dependencies if not d.startswith("python ")]
    inexact = [p for p in pins if len(p) != 2 or not re.fullmatch(r"==[0-9][0-9.]*", p[1])]
    if inexact:
        raise ValueError(f"not 'name ==version': {inexact}")
    return {name: version.removeprefix("==") for name, version in pins}


def disagreements(requirements, environment):
    """Sorted ``(conda name, version)`` pairs that only one of the two texts holds."""
    wanted = {(CONDA_NAMES.get(n, n), v) for n, v in pip_pins(requirements).items()}
    return sorted(wanted ^ set(conda_pins(environment).items()))


def test_both_environments_agree():
    assert disagreements(REQUIREMENTS, ENVIRONMENT) == []


def test_development_requirements_are_exact_and_reasoned_and_build_on_the_run():
    assert pip_pins(REQUIREMENTS_DEV)
    assert "-r requirements.txt" in REQUIREMENTS_DEV.splitlines()
    assert not set(pip_pins(REQUIREMENTS_DEV)) & set(pip_pins(REQUIREMENTS))


def test_mapped_names_are_required():
    assert set(CONDA_NAMES) <= set(pip_pins(REQUIREMENTS))


def test_python_bound_is_the_one_the_makefile_checks():
    assert "python >=3.11" in yaml.safe_load(ENVIRONMENT)["dependencies"]
    assert "(3, 11)" in (ENVS.parent / "Makefile").read_text(encoding="utf-8")


def test_a_version_that_differs_is_seen():
    doctored = re.sub(r"numpy ==\S+", "numpy ==1.0.0", ENVIRONMENT)
    pinned = pip_pins(REQUIREMENTS)["numpy"]
    assert disagreements(REQUIREMENTS, doctored) == [("numpy", "1.0.0"), ("numpy", pinned)]


def test_a_package_that_is_missing_or_surplus_is_seen():
    missing = re.sub(r"  - scipy .*\n", "", ENVIRONMENT)
    surplus = ENVIRONMENT + "  - requests ==1.0.0\n"
    assert [name for name, _ in disagreements(REQUIREMENTS, missing)] == ["scipy"]
    assert disagreements(REQUIREMENTS, surplus) == [("requests", "1.0.0")]


@pytest.mark.parametrize(
    "line",
    ["numpy>=2.0  # arrays", "numpy==2.4.6", "numpy==2.*  # arrays", "numpy  # arrays"],
)
def test_a_line_without_exact_pin_or_reason_is_refused(line):
    with pytest.raises(ValueError, match="name==version"):
        pip_pins(line)


def test_a_package_pinned_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        pip_pins("numpy==2.4.6  # arrays\nnumpy==2.4.5  # arrays")


def test_an_inexact_conda_pin_is_refused():
    with pytest.raises(ValueError, match="name ==version"):
        conda_pins("dependencies:\n  - numpy >=2.0\n")


def imported():
    """Top-level names that the workflow's Python imports, but for its own and Python's."""
    files = [*(ROOT / "workflow").rglob("*.py")]
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
