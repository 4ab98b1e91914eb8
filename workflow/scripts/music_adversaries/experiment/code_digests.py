"""Digests of code, so that an edit to the science reruns what depends on it."""

import ast
import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
SCRIPTS = PACKAGE.parent
NO_SCIENCE = {SCRIPTS / "job.py", PACKAGE / "progress.py"}
"""What scripts and science import, and no result depends on: an edit there reruns nothing."""
CHOSEN = {
    PACKAGE / "adversaries" / "methods.py": (
        *("black_box", "expectation", "minimum", "noise", "plain_gradient"),
        *("projected_gradient", "single_step", "waveform"),
    ),
    PACKAGE / "systems" / "__init__.py": ("frame_dnn", "slice_cnn"),
    PACKAGE / "arms.py": ("adversarial_training",),
}
"""Of what these files import from beside them, that of which a job uses what the config names.

It is not among the `imported_files`: a rule that chooses has the `module_digest` of its choice
among its params, so that an edit to one method reruns no attack by another.
"""


def code_digest(script: Path) -> str:
    """Digest of ``script`` and of the package files and sibling scripts that it imports.

    Comments, docstrings, layout and time stamps do not count: what is digested are the
    syntax trees, of which a new minor version of Python may see others.
    """
    return _digest(sorted({script, *imported_files(script)}))


def module_digest(module: Path) -> str:
    """Digest of a plugin, or one of `CHOSEN`, and of what it imports, as of `code_digest`."""
    return _digest([module, *sorted(imported_files(module))])


def file_digest(file: Path) -> str:
    """Digest of the bytes of a data file of the package."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def imported_files(script: Path) -> set[Path]:
    """The package files and sibling scripts that ``script`` imports, directly or not.

    What is `CHOSEN` counts where something other than its list imports it.
    """
    found: set[Path] = set()
    open_ends = set(_imports(script))
    while open_ends:
        file = open_ends.pop()
        if file not in found:
            found.add(file)
            open_ends |= _imports(file)
    return found


def _digest(files: list[Path]) -> str:
    return hashlib.sha256("\n".join(map(_digest_of_one, files)).encode()).hexdigest()[:16]


# Cached, as many scripts import the same files, and every job begins with all digests.
@cache
def _digest_of_one(file: Path) -> str:
    return hashlib.sha256(ast.dump(_tree(file)).encode()).hexdigest()


@cache
def _tree(file: Path) -> ast.Module:
    """The syntax tree of a file, without strings that stand alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [each for each in body if not _is_docstring(each)]
    return tree


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@cache
def _module_files(name: str) -> frozenset[Path]:
    """The file of a module of this package, with the packages that it lies in."""
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
    found: set[Path] = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.ImportFrom):
            module = _absolute(node, file)
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == PACKAGE.name:
                found |= _module_files(name)
            elif (SCRIPTS / f"{name}.py").is_file():
                found.add(SCRIPTS / f"{name}.py")
    chosen = {file.with_name(f"{name}.py") for name in CHOSEN.get(file, ())}
    return frozenset(found - NO_SCIENCE - chosen)


def _absolute(node: ast.ImportFrom, file: Path) -> str:
    """The full name of the module that ``node`` imports from in ``file``."""
    if node.level == 0:
        return node.module or ""
    folder = file.parents[node.level - 1].relative_to(PACKAGE.parent)
    return ".".join([*folder.parts, *filter(None, [node.module])])
