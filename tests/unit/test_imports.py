"""The sub-packages: what may import what, and that no import runs in a circle."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest

from music_adversaries.experiment.code_digests import PACKAGE

FLOORS = [
    {"errors", "nearest", "atomic_writes", "plugins", "progress", "snr_limits"},
    {"tidy_tables"},
    {"judged_tables"},
    {"audio"},
    {"datasets", "studio", "systems"},
    {"training", "adversaries"},
    {"evaluation"},
    {"reporting", "experiment", "songs"},
    {"command_line"},
    {"__main__"},
]
"""Sub-packages, and modules beside them, from the ground up."""
FLOOR = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
APART = {"datasets": {"systems", "studio"}, "systems": {"datasets"}, "studio": {"systems"}}
"""Sub-packages of one floor that do not know of each other."""


def module_of(file):
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_of(file): file for file in PACKAGE.rglob("*.py") if module_of(file)}


def imports(module):
    """The modules of the package that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE.name):
            source = node.module.removeprefix(PACKAGE.name).lstrip(".")
            for alias in node.names:
                whole = f"{source}.{alias.name}".lstrip(".")
                found.add(whole if whole in FILES else source)
    return found - {module}


def part_of(module):
    return module.split(".")[0]


@pytest.mark.parametrize("module", sorted(FILES))
def test_imports_go_down(module):
    assert part_of(module) in FLOOR, (
        "a new sub-package needs a floor, here and in CONTRIBUTING.md"
    )
    for imported in imports(module):
        here, there = part_of(module), part_of(imported)
        assert FLOOR[there] <= FLOOR[here], f"{module} imports {imported}, which is above it"
        assert there not in APART.get(here, ()), f"{module} imports {imported}"


def test_no_import_runs_in_a_circle():
    TopologicalSorter({module: imports(module) for module in FILES}).prepare()


def test_sub_packages_do_not_depend_on_each_other_in_circles():
    parts = {}
    for module in FILES:
        others = {part_of(imported) for imported in imports(module)} - {part_of(module)}
        parts.setdefault(part_of(module), set()).update(others)
    TopologicalSorter(parts).prepare()


def test_the_package_knows_nothing_of_snakemake():
    for file in FILES.values():
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        assert "snakemake" not in {node.id for node in nodes if isinstance(node, ast.Name)}, (
            file
        )


DRAWN = ("draw_excerpts", "extract_shard", "make_listening_page")


def test_scripts_judge_audio_through_the_system_alone():
    """None makes spectra but to draw them, or has to do with the cache of magnitudes."""
    for script in PACKAGE.parent.glob("[!m]*/*.py"):
        imported = {
            name
            for node in ast.walk(ast.parse(script.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names))
        }
        makes_spectra = f"{PACKAGE.name}.audio.stft" in imported
        assert not makes_spectra or script.stem in DRAWN, script


# Who plans imports light modules of sub-packages that have heavy ones as well.
LIGHT = ["adversaries", "audio", "datasets", "evaluation", "experiment", "reporting", "systems"]
HEAVY = {"torch", "numpy", "scipy", "pandas", "sklearn", "matplotlib", "soundfile", "librosa"}


def test_a_sub_package_imports_nothing_heavy_by_itself():
    code = f"import sys; {'; '.join(f'import {PACKAGE.name}.{part}' for part in LIGHT)}"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not HEAVY & set(ran.stdout.split())
