"""Digests of code, so that an edit reruns the jobs whose results depend on it.

A digest covers a script, the files that it imports, and the versions of the `LIBRARIES` that
they import. Since syntax trees are digested, comments, docstrings, layout and times do not
count, but a new minor version of Python may change all digests.
"""

import ast
import hashlib
import importlib.metadata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SCRIPTS = PACKAGE.parent
UTILITIES = {
    SCRIPTS / "music_job.py",
    *(PACKAGE / f"{name}.py" for name in ("atomic_writes", "errors", "nearest", "progress")),
}
"""Modules on which no result depends: an edit there reruns nothing."""
LIBRARIES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "torch": "torch",
}
"""Libraries on whose versions results depend, by the names with which they are imported."""


def code_digest(script: Path, chosen: Iterable[Path] = ()) -> str:
    """Digest of ``script`` and of the ``chosen`` files: networks, methods, plugins.

    It covers what each of them imports. The paths of plugins do not count.
    """
    parts = [_digest(file, imported_files(file)) for file in (script, *chosen)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def file_digest(file: Path) -> str:
    """Digest of the bytes of a data file of the package."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def imported_files(script: Path) -> set[Path]:
    """The package files and sibling scripts that ``script`` imports, directly or not.

    Networks, methods and trainings that the config chooses are imported by name when a job
    begins, and are not included. A job adds its own choice to its digest (`code_digest`), so
    that an edit to one method reruns no attack by another.
    """
    found: set[Path] = set()
    waiting = set(_imports(script))
    while waiting:
        file = waiting.pop()
        found.add(file)
        waiting |= _imports(file) - found
    return found


def _digest(file: Path, imported: set[Path]) -> str:
    files = [file, *sorted(imported - {file})]
    libraries = sorted({library for each in files for library in _libraries(each)})
    versions = [f"{name} {_version(name)}" for name in libraries]
    return "\n".join([*versions, *map(_digest_of_one, files)])


# Cached, since looking for a version takes half a millisecond.
@cache
def _version(library: str) -> str:
    return importlib.metadata.version(library)


@cache
def _libraries(file: Path) -> frozenset[str]:
    """The `LIBRARIES` that a file imports, by the names of their packages."""
    found = {name.split(".")[0] for name in _imported_names(file)}
    return frozenset(LIBRARIES[name] for name in found & set(LIBRARIES))


# Cached, since many scripts import the same files, and every job computes all digests.
@cache
def _digest_of_one(file: Path) -> str:
    return hashlib.sha256(ast.dump(_tree(file)).encode()).hexdigest()


@cache
def _tree(file: Path) -> ast.Module:
    """The syntax tree of a file, without strings that stand alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            kept = [each for each in body if not _is_docstring(each)]
            node.body = kept  # type: ignore[attr-defined]  # checked above
    return tree


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _module_files(name: str) -> frozenset[Path]:
    """The files of a module of this package and of the packages that contain it."""
    files = set()
    parts = name.split(".")[1:]
    for depth in range(len(parts) + 1):
        place = PACKAGE.joinpath(*parts[:depth])
        for file in (place / "__init__.py", place.with_suffix(".py")):
            if file.is_file():
                files.add(file)
    return frozenset(files)


@cache
def _imports(file: Path) -> frozenset[Path]:
    """The files of this project that a file imports directly."""
    found: set[Path] = set()
    for name in _imported_names(file):
        if name.split(".")[0] == PACKAGE.name:
            found |= _module_files(name)
        elif (SCRIPTS / f"{name}.py").is_file():
            found.add(SCRIPTS / f"{name}.py")
    return frozenset(found - UTILITIES)


@cache
def _imported_names(file: Path) -> frozenset[str]:
    """The full names of all that a file imports, and of the modules that it imports from."""
    names: set[str] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, file)
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(names)


def _absolute(node: ast.ImportFrom, file: Path) -> str:
    """The full name of the module that ``node`` imports from in ``file``."""
    if node.level == 0:
        return node.module or ""
    folder = file.parents[node.level - 1].relative_to(PACKAGE.parent)
    return ".".join([*folder.parts, *filter(None, [node.module])])
