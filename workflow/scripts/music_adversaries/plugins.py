"""Plugins: the user's Python files that a config names as a network, a method or a loader.

A plugin's path, which ends in ``.py``, takes the place of a built-in name. A plugin runs with
all rights of the user, so only a path that the config or a caller names is loaded. While the
workflow plans, it checks plugins by their text alone. Imports nothing heavy.
"""

import ast
import sys
import traceback
from collections.abc import Collection
from functools import cache
from pathlib import Path
from types import ModuleType

from music_adversaries.errors import InputError
from music_adversaries.nearest import did_you_mean

NETWORK = ("Network",)
METHOD = ("Settings", "attack")
LOADER = ("list_tracks",)
"""The names that each kind of plugin must define: see docs/extending.md."""

Definition = ast.ClassDef | ast.FunctionDef


def is_plugin(name: object) -> bool:
    """Return whether a config's ``network``, ``method`` or ``loader`` is a Python file."""
    return isinstance(name, str) and name.endswith(".py")


def plugin_path(file: str | Path) -> Path:
    """Return a plugin's path, relative to the working directory; ``~`` is the home folder."""
    return Path(file).expanduser()


def short_name(name: str) -> str:
    """Return the name used in results: a plugin's file name, other names as they are."""
    return plugin_path(name).name if is_plugin(name) else name


@cache
def load(file: str | Path, needed: tuple[str, ...]) -> ModuleType:
    """Run a plugin, once per process, and return it as a module.

    Raises `InputError` if `definitions` does, or if the plugin itself raises.
    """
    definitions(file, needed)
    path = str(plugin_path(file).resolve())
    module = ModuleType(path)
    module.__file__ = path
    sys.modules[path] = module  # dataclasses look up their module while they are defined
    try:
        # An import would write bytecode beside the file, and might run outdated bytecode.
        exec(compile(_parse(file), path, "exec"), vars(module))
    except Exception as error:
        del sys.modules[path]
        raise failure(file, "cannot be run", error) from error
    return module


def definitions(file: str | Path, needed: tuple[str, ...]) -> dict[str, Definition]:
    """Return the classes and functions at the top level of a plugin, without running it.

    Raises `InputError` if the file is missing or is not Python, if it does not define a
    ``needed`` name, or if it has a relative import, since it belongs to no package.
    """
    tree = _parse(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise InputError(
                f"The plugin {file} has a relative import in line {node.lineno}, but belongs to"
                " no package: put what it needs into the file, or into an installed package."
            )
    found = {node.name: node for node in tree.body if isinstance(node, Definition)}
    for name in needed:
        if name not in found:
            raise InputError(
                f"The plugin {file} defines no `{name}` at its top level: it must define"
                f" {' and '.join(f'`{each}`' for each in needed)}, as docs/extending.md says."
            )
    return found


def parameters(definition: Definition) -> dict[str, bool] | None:
    """Return a class's parameters, and whether each is required; None if the text can't tell.

    The text cannot tell for a function, a class with ``**kwargs``, and one that inherits its
    ``__init__``. A class without either is taken for a dataclass.
    """
    if not isinstance(definition, ast.ClassDef):
        return None
    for node in definition.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return _parameters_of_init(node.args)
    if definition.bases:
        return None
    return {
        node.target.id: node.value is None
        for node in definition.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def _parameters_of_init(arguments: ast.arguments) -> dict[str, bool] | None:
    if arguments.kwarg:
        return None
    positional = arguments.args[1:]  # without `self`
    required = len(positional) - len(arguments.defaults)
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {
        **{each.arg: number < required for number, each in enumerate(positional)},
        **{each.arg: default is None for each, default in by_name},
    }


def check_options(
    file: str | Path, definition: ast.ClassDef, options: Collection[str], added: Collection[str]
) -> None:
    """Raise `InputError` if a plugin's class does not take the config's ``options``.

    ``added`` are the arguments that the workflow itself gives. If `parameters` cannot tell,
    nothing is raised here, and the job that creates the object raises.
    """
    takes = parameters(definition)
    if takes is None:
        return
    of_class = f"The `{definition.name}` of {file}"
    known = {name: required for name, required in takes.items() if name not in added}
    for name in options:
        if name not in known:
            raise InputError(f"{of_class} has no option {name!r}: {did_you_mean(name, known)}")
    for name, required in known.items():
        if required and name not in options:
            raise InputError(
                f"{of_class} has an option {name!r} without a default: set it in the config."
            )


def check_takes(file: str | Path, definition: ast.ClassDef, name: str, why: str) -> None:
    """Raise `InputError` if a plugin's class is known not to take the argument ``name``."""
    takes = parameters(definition)
    if takes is not None and name not in takes:
        raise InputError(f"The `{definition.name}` of {file} takes no `{name}`: {why}.")


def failure(file: str | Path, what: str, error: Exception) -> InputError:
    """Return the error to raise for a plugin's ``error``, with the plugin's line in it."""
    path = str(plugin_path(file).resolve())
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path]
    where = f" in line {lines[-1]}" if lines else ""
    message = " ".join(f"{type(error).__name__}: {error}".split())
    return InputError(f"The plugin {file} {what} ({message}{where}): correct it.")


def _parse(file: str | Path) -> ast.Module:
    path = plugin_path(file)
    try:
        return ast.parse(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise InputError(
            f"The plugin {file} cannot be read ({error.strerror}): correct its path in the"
            " config, which is relative to the folder that the workflow runs in."
        ) from error
    except (SyntaxError, ValueError) as error:  # ValueError: not UTF-8, or null bytes
        raise InputError(f"The plugin {file} is not Python ({error}): correct it.") from error
