"""The rooms of the package: what may import what, and that no import runs in a circle."""

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
"""Rooms, and modules that are in none, from the ground up."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
APART = {"datasets": {"systems", "studio"}, "systems": {"datasets"}, "studio": {"systems"}}
"""Rooms of one floor that do not know of each other."""


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


def room(module):
    return module.split(".")[0]


@pytest.mark.parametrize("module", sorted(FILES))
def test_imports_go_down(module):
    assert room(module) in FLOOR, "a new room has its floor here and in CONTRIBUTING.md"
    for imported in imports(module):
        here, there = room(module), room(imported)
        assert FLOOR[there] <= FLOOR[here], f"{module} imports {imported}, which is above it"
        assert there not in APART.get(here, ()), f"{module} imports {imported}"


def test_no_import_runs_in_a_circle():
    TopologicalSorter({module: imports(module) for module in FILES}).prepare()


def test_rooms_do_not_depend_on_each_other_in_circles():
    rooms = {}
    for module in FILES:
        others = {room(imported) for imported in imports(module)} - {room(module)}
        rooms.setdefault(room(module), set()).update(others)
    TopologicalSorter(rooms).prepare()


def test_the_package_knows_nothing_of_snakemake():
    for file in FILES.values():
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        assert "snakemake" not in {node.id for node in nodes if isinstance(node, ast.Name)}, (
            file
        )


# Who plans imports light modules of rooms that have heavy ones as well.
LIGHT = ["adversaries", "audio", "datasets", "evaluation", "experiment", "reporting", "systems"]
HEAVY = {"torch", "numpy", "scipy", "pandas", "sklearn", "matplotlib", "soundfile", "librosa"}


def test_a_room_imports_nothing_heavy_by_being_entered():
    code = f"import sys; {'; '.join(f'import {PACKAGE.name}.{room}' for room in LIGHT)}"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not HEAVY & set(ran.stdout.split())
