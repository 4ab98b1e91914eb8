"""The package and the logger plugin as pip installs them: complete, and found."""

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
PROJECT, LOGGER = (
    tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))
    for folder in ("", "workflow/logger")
)


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


def test_an_editable_install_puts_the_logger_plugin_where_snakemake_looks(tmp_path):
    checkout = shutil.copytree(ROOT / "workflow" / "logger", tmp_path / "logger")
    build = "import sys; from setuptools.build_meta import *; build_editable(sys.argv[1])"
    command = [sys.executable, "-c", build, str(tmp_path)]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    (pth,) = (tmp_path / "installed").glob("*.pth")
    assert Path(pth.read_text(encoding="utf-8").strip()) == checkout
    help_text = "from snakemake.cli import get_argument_parser as p; print(p().format_help())"
    done = subprocess.run(
        [sys.executable, "-c", help_text],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": pth.read_text(encoding="utf-8").strip()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"--logger \{[^}]*music", done.stdout)


@pytest.mark.parametrize("project", [PROJECT, LOGGER])
def test_the_tests_build_with_what_pip_builds_with(project):
    pins = (ROOT / "envs" / "requirements-dev.txt").read_text(encoding="utf-8")
    (required,) = project["build-system"]["requires"]
    assert re.search(rf"^{re.escape(required)}\s", pins, re.MULTILINE)
