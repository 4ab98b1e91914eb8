"""The package as pip installs it: complete, with its command, and what it requires."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workflow" / "scripts" / "music_adversaries"
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which pip has installed the package, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    for name in ("workflow", "envs"):
        shutil.copytree(ROOT / name, checkout / name)
    options = ["--no-index", "--no-build-isolation", "--no-deps", "--target", str(folder)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *options, str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def files(folder):
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if path.suffix != ".pyc"}


def test_every_file_of_the_package_is_installed_and_the_schema(installed):
    expected = files(PACKAGE) | {"schemas/config.schema.yaml"}
    assert files(installed / "music_adversaries") == expected
    schema = installed / "music_adversaries" / "schemas" / SCHEMA.name
    assert schema.read_bytes() == SCHEMA.read_bytes()


def test_the_installed_command_runs_by_what_was_installed(installed, tmp_path):
    command = installed / "bin" / "music-adversaries"
    arguments = ["attack", "no.wav", "--system", "no", "-o", "out.wav", "--adversary", "none"]
    done = subprocess.run(
        [command, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    # The names are those of the schema that was installed.
    assert done.returncode == 2
    assert done.stderr.startswith("Error: There is no adversary 'none': did you mean ")
    assert "single_excerpts" in done.stderr


def test_installing_requires_what_a_run_needs(installed):
    (about,) = installed.glob("*.dist-info")
    metadata = (about / "METADATA").read_text(encoding="utf-8")
    required = re.findall(r"^Requires-Dist: (\S+)$", metadata, re.MULTILINE)
    pins = (ROOT / "envs" / "requirements.txt").read_text(encoding="utf-8")
    assert required == re.findall(r"^([a-z0-9-]+==\S+)", pins, re.MULTILINE)


def test_the_tests_build_with_what_pip_builds_with():
    pins = (ROOT / "envs" / "requirements-dev.txt").read_text(encoding="utf-8")
    (required,) = PROJECT["build-system"]["requires"]
    assert re.search(rf"^{re.escape(required)}\s", pins, re.MULTILINE)
