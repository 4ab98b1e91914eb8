"""Plugins: Python files of people that a config names as a network, a method or a loader.

A plugin stands where the name of something built in could stand, and is known by its ending.
It is code that runs with the rights of whoever runs the workflow, so only a path that a
config, or a caller, names is ever loaded; before that it is read as text. Imports nothing
heavy: the workflow checks plugins while it plans.
"""

import ast
import difflib
import sys
from collections.abc import Collection
from functools import cache
from pathlib import Path
from types import ModuleType

from music_adversaries.errors import InputError

ENDING = ".py"
NETWORK = ("Network",)
METHOD = ("Settings", "attack")
LOADER = ("list_tracks",)
"""What a plugin of each kind has to define, by these names: see docs/extending.md."""

Definition = ast.ClassDef | ast.FunctionDef


def is_plugin(name: object) -> bool:
    """Whether a config's ``network``, ``method`` or ``loader`` is a file, not a name."""
    return isinstance(name, str) and name.endswith(ENDING)


def plugin_path(file: str | Path) -> Path:
    """The path of a plugin, relative to the working directory; ``~`` is one's home."""
    return Path(file).expanduser()


def short_name(name: str) -> str:
    """What stands in results for what a config names: of a plugin the name of its file."""
    return plugin_path(name).name if is_plugin(name) else name


@cache
def load(file: str | Path, needed: tuple[str, ...]) -> ModuleType:
    """Run a plugin and return it as a module, once a process.

    Raises `InputError` where `definitions` does, and where the plugin itself raises.
    """
    definitions(file, needed)
    path = str(plugin_path(file).resolve())
    module = ModuleType(path)
    module.__file__ = path
    # Dataclasses look their module up while they are made.
    sys.modules[path] = module
    try:
        # Not imported: that leaves bytecode beside the file, and may take it for the new text.
        exec(compile(_parse(file), path, "exec"), vars(module))
    except Exception as error:
        del sys.modules[path]
        raise failure(file, "cannot be run", error) from error
    return module


def definitions(file: str | Path, needed: tuple[str, ...]) -> dict[str, Definition]:
    """The classes and functions at the top level of a plugin, which is not run for it.

    Raises `InputError` where the file is missing or no Python, where it lacks one of
    ``needed``, and where it imports relatively, since it belongs to no package.
    """
    tree = _parse(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise InputError(
                f"The plugin {file} imports relatively in line {node.lineno}: it is loaded by"
                " itself, so put what it needs into it, or into an installed package."
            )
    found = {node.name: node for node in tree.body if isinstance(node, Definition)}
    for name in needed:
        if name not in found:
            raise InputError(
                f"The plugin {file} defines no `{name}` at its top level:"
                f" {' and '.join(f'`{each}`' for each in needed)} must be there, as"
                " docs/extending.md says."
            )
    return found


def parameters(definition: Definition) -> dict[str, bool] | None:
    """What a class takes, and whether it has to be given; None where its file cannot tell."""
    if not isinstance(definition, ast.ClassDef):
        return None
    for node in definition.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return _arguments(node.args)
    if definition.bases:
        return None
    return {
        node.target.id: node.value is None
        for node in definition.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def check_options(
    file: str | Path, definition: ast.ClassDef, options: Collection[str], added: Collection[str]
) -> None:
    """Raise `InputError` where a plugin's class does not take the config's ``options``.

    ``added`` is what the workflow itself may build it with besides. Where `parameters` cannot
    tell, nothing is raised here, and the job that builds the class says so.
    """
    takes = parameters(definition)
    if takes is None:
        return
    known = [name for name in takes if name not in added]
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)
            hint = f"did you mean {near[0]!r}?" if near else "it has none."
            raise InputError(
                f"The `{definition.name}` of {file} has no option {name!r}: {hint}"
            )
    for name in known:
        if takes[name] and name not in options:
            raise InputError(
                f"The `{definition.name}` of {file} has an option {name!r} without a default:"
                " give it in the config."
            )


def check_takes(file: str | Path, definition: ast.ClassDef, name: str, why: str) -> None:
    """Raise `InputError` where a plugin's class is known not to take ``name``."""
    takes = parameters(definition)
    if takes is not None and name not in takes:
        raise InputError(f"The `{definition.name}` of {file} takes no `{name}`: {why}.")


def failure(file: str | Path, what: str, error: Exception) -> InputError:
    """The error of a plugin that raised ``error``, with the last of its own lines in it."""
    path, line, trace = str(plugin_path(file).resolve()), 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f" in line {line}" if line else ""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return InputError(f"The plugin {file} {what} ({said}{where}): correct it.")


def _parse(file: str | Path) -> ast.Module:
    try:
        return ast.parse(plugin_path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"The plugin {file} cannot be read ({error.strerror}): correct its path in the"
            " config, which is relative to the folder that the workflow runs in."
        ) from error
    except SyntaxError as error:
        raise InputError(
            f"The plugin {file} is no Python ({error.msg} in line {error.lineno}): correct it."
        ) from error
    except ValueError as error:  # no UTF-8, or bytes of 0
        raise InputError(f"The plugin {file} is no Python ({error}): correct it.") from error


def _arguments(arguments: ast.arguments) -> dict[str, bool] | None:
    if arguments.kwarg:
        return None
    by_place = arguments.args[1:]  # not `self`
    defaults = len(arguments.defaults)
    takes = {
        each.arg: number < len(by_place) - defaults for number, each in enumerate(by_place)
    }
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return takes | {each.arg: default is None for each, default in by_name}
