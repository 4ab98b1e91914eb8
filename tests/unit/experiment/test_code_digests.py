"""Digests of code: which edits rerun which jobs, by the principle of docs/reruns.md."""

import ast
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from music_adversaries.experiment.code_digests import (
    PACKAGE,
    UTILITIES,
    imported_files,
)

JOBS = {
    "features": ("features/extract_shard.py", []),
    "training": ("systems/train_system.py", ["systems/frame_dnn.py"]),
    "pgd training": (
        "systems/train_system.py",
        ["systems/frame_dnn.py", "training/variants.py"],
    ),
    "training of a CNN": ("systems/train_system.py", ["systems/slice_cnn.py"]),
    "attack by pgd": (
        "adversaries/attack_test_set.py",
        ["systems/frame_dnn.py", "adversaries/pgd.py"],
    ),
    "attack by minimum": (
        "adversaries/attack_test_set.py",
        ["systems/frame_dnn.py", "adversaries/minimum.py"],
    ),
    "tables": ("tables/make_tables.py", []),
    "figures": ("figures/draw_figures.py", []),
    "excerpts": ("figures/draw_excerpts.py", []),
    "tables in print": ("tables/typeset_tables.py", []),
}
"""A script and what the config chooses for it."""

EDITS = {
    "adversaries/pgd.py": {"attack by pgd"},
    "adversaries/minimum.py": {"attack by minimum"},
    "adversaries/goals.py": {"attack by pgd", "attack by minimum"},
    "training/adversarial.py": {"pgd training"},
    "training/loop.py": {"training", "pgd training", "training of a CNN"},
    "systems/slice_cnn.py": {"training of a CNN"},
    "evaluation/claims.py": {"tables"},
    "reporting/figures/curves.py": {"figures"},
    "reporting/figures/style.py": {"figures", "excerpts"},
    "reporting/tables/latex.py": {"tables in print"},
    "datasets/inspection.py": {"features"},
    **{
        utility: set()
        for utility in (
            *("errors.py", "progress.py", "atomic_writes.py", "nearest.py", "command_line.py"),
            *("experiment/plan.py", "experiment/configuration.py", "../music_job.py"),
        )
    },
}
"""What reruns when a file is edited."""


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The module `code_digests` of a copy of the scripts and the package."""
    ignored = shutil.ignore_patterns("__pycache__")
    folder = tmp_path_factory.mktemp("copied") / "scripts"
    scripts = shutil.copytree(PACKAGE.parent, folder, ignore=ignored)
    spec = importlib.util.spec_from_file_location(
        "copied", scripts / PACKAGE.name / "experiment/code_digests.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forget(copied):
    names = ("_tree", "_imported_names", "_imports", "_libraries", "_version", "_digest_of_one")
    for name in names:
        getattr(copied, name).cache_clear()


def digests(copied):
    forget(copied)
    return {
        job: copied.code_digest(copied.SCRIPTS / script, [copied.PACKAGE / c for c in chosen])
        for job, (script, chosen) in JOBS.items()
    }


@pytest.fixture(scope="module")
def before(copied):
    return digests(copied)


def changed(before, after):
    return {job for job in before if before[job] != after[job]}


@pytest.mark.parametrize("file", EDITS)
def test_an_edit_reruns_what_depends_on_it_and_nothing_else(file, copied, before):
    path = copied.PACKAGE / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\nAN_EDIT = 1\n", encoding="utf-8")
    after = digests(copied)
    path.write_text(text, encoding="utf-8")
    assert changed(before, after) == EDITS[file]


def test_comments_docstrings_and_layout_rerun_nothing(copied, before):
    for path in copied.PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"""', '"""Now: ', 1) + "\n# why\n\n", encoding="utf-8")
    assert changed(before, digests(copied)) == set()


@pytest.mark.parametrize(
    ("library", "reruns"),
    [
        ("torch", set(JOBS) - {"tables", "figures", "tables in print"}),
        ("soxr", {"features", "attack by pgd", "attack by minimum", "excerpts"}),
        ("matplotlib", set()),
    ],
)
def test_a_librarys_update_reruns_what_imports_it(library, reruns, copied, before, monkeypatch):
    version = importlib.metadata.version
    monkeypatch.setattr(
        copied.importlib.metadata,
        "version",
        lambda name: "99" if name == library else version(name),
    )
    assert changed(before, digests(copied)) == reruns


def copied_project(folder):
    shutil.copytree(
        PACKAGE, folder / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")
    )
    script = folder / "script.py"
    script.write_text("from music_adversaries.adversaries import constraints\n")
    return script


def digest(script):
    """In a process of its own, as the workflow takes it."""
    code = (
        f"import sys; sys.path.insert(0, {str(script.parent)!r})\n"
        "from pathlib import Path; from music_adversaries.experiment import code_digests\n"
        f"print(code_digests.code_digest(Path({str(script)!r})))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


def edited(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_changes_the_digest_only_where_it_changes_imported_code(tmp_path):
    script = copied_project(tmp_path)
    package = tmp_path / PACKAGE.name
    before = digest(script)
    edited(package / "audio/stft.py", "HOP = WINDOW // 2\n", "HOP = (WINDOW\n  // 2)  # half\n")
    edited(package / "training/loop.py", "LEAST_DROP = 0.001", "LEAST_DROP = 0.002")
    (package / "errors.py").touch()
    assert digest(script) == before
    edited(package / "audio/stft.py", "EDGE = 1024", "EDGE = 512")
    assert digest(script) != before


def test_a_script_that_another_imports_counts_and_the_job_around_it_does_not(tmp_path):
    script = copied_project(tmp_path)
    script.write_text("from helper import half\nfrom music_job import run\n")
    (tmp_path / "music_job.py").write_text("def run(): ...\n")
    helper = tmp_path / "helper.py"
    helper.write_text("from music_adversaries.audio import stft\n\n\ndef half(): return 0.5\n")
    before = digest(script)
    edited(tmp_path / "music_job.py", "...", "print()")
    assert digest(script) == before
    edited(helper, "0.5", "0.25")
    after = digest(script)
    assert after != before
    edited(tmp_path / PACKAGE.name / "audio/stft.py", "EDGE = 1024", "EDGE = 512")
    assert digest(script) != after


def test_a_digest_does_not_depend_on_where_the_project_lies(tmp_path):
    scripts = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        scripts.append(copied_project(tmp_path / name))
    assert digest(scripts[0]) == digest(scripts[1])


def imported_by_running(script):
    """The project's files that count and are loaded when imports of ``script`` run."""
    own = {path.stem for path in PACKAGE.parent.iterdir()} - {"music_job"}
    tree = ast.parse(script.read_text(encoding="utf-8"))
    wanted = [
        ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in own
    ]
    code = "\n".join(
        [
            "import sys; from unittest.mock import MagicMock",
            f"sys.path.insert(0, {str(PACKAGE.parent)!r})",
            "sys.modules['music_job'] = MagicMock()",  # sibling scripts import it as well
            *wanted,
            "for name, module in list(sys.modules.items()):",
            f"    if name.split('.')[0] in {own!r}: print(module.__file__)",
        ]
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return {Path(line) for line in ran.stdout.splitlines()} - UTILITIES


SCRIPTS = [
    "partitions/make_folds.py",
    "adversaries/attack_test_set.py",
    "systems/train_system.py",
    "datasets/render_studio_label.py",
]


LATER = {PACKAGE / "systems/forest.py"}
"""What is imported where it is used, since its libraries take long."""


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_imported_files_are_those_that_python_loads(name):
    script = PACKAGE.parent / name
    found = imported_files(script)
    assert found - LATER == imported_by_running(script) - LATER
