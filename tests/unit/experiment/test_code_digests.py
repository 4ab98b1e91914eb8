"""What reruns when a file is edited: docs/reruns.md says it, and every file is edited here."""

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from music_adversaries import provenance
from music_adversaries.adversaries.methods import METHODS
from music_adversaries.provenance import PACKAGE, SCRIPTS
from music_adversaries.systems import NETWORKS

ROOT = PACKAGE.parents[2]
PAGE = (ROOT / "docs/reruns.md").read_text(encoding="utf-8")
RULES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*.smk"))
SCRIPTS_OF_RULES = sorted(set(re.findall(r'code\("(\w+)\.py"\)', RULES)))
PARAMS = {"methods": "method_code", "systems": "network_code", "arms": "training_code"}
"""By the list from which a config chooses, the param that holds the digest of what it chose."""


def list_name(file):
    return file.parent.name if file.stem == "__init__" else file.stem


def users_of_lists():
    """The scripts behind which each list from which a config chooses is."""
    scripts = {name: SCRIPTS / f"{name}.py" for name in SCRIPTS_OF_RULES}
    behind = {name: provenance.imported_files(script) for name, script in scripts.items()}
    return {
        list_name(file): {name for name, files in behind.items() if file in files}
        for file in provenance.CHOSEN
    }


USERS = users_of_lists()


# The table


def written_table():
    """The page's sets of jobs by file; of a folder, by its name and a slash."""
    rows = re.findall(r"^\| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    everything = set(SCRIPTS_OF_RULES)
    words = {
        "nothing": set(),
        "all": everything,
        "all but render_studio_label and make_crate": everything
        - {"render_studio_label", "make_crate"},
        "attacks": USERS["methods"],
        "with a system": USERS["systems"],
        "figures": {name for name in everything if name.startswith("draw_")},
    }
    table = {}
    for files, jobs in rows:
        said = set()
        for word in jobs.split(";")[0].replace("`", "").split(", "):
            said |= words.get(word, {word})
        for file in re.findall(r"`([^`]+(?:\.py|/))`", files):
            assert file not in table, f"docs/reruns.md names {file} twice"
            table[file] = said
    return table


def written(table, file):
    """What the table says of a file, perhaps by the folder that it lies in."""
    places = {file, *(f"{folder}/" for folder in Path(file).parents)}
    found = sorted(places & set(table))
    assert len(found) == 1, f"docs/reruns.md has {len(found)} rows of {file}, wanted is one"
    return table[found[0]]


class Remembered:
    """A function of a file, with results that can be forgotten file by file."""

    def __init__(self, cached):
        self.function, self.known = cached.__wrapped__, {}

    def __call__(self, file):
        if file not in self.known:
            self.known[file] = self.function(file)
        return self.known[file]


@pytest.fixture
def copied(tmp_path):
    """The module `provenance` of a copy of the scripts and the package."""
    scripts = shutil.copytree(SCRIPTS, tmp_path / "scripts")
    spec = importlib.util.spec_from_file_location(
        "copied", scripts / PACKAGE.name / "provenance.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("_tree", "_imports", "_digest_of_one"):
        setattr(module, name, Remembered(getattr(module, name)))
    return module


def edit(copied, file):
    file.write_text(file.read_text(encoding="utf-8") + "\nAN_EDIT = 1\n", encoding="utf-8")
    for name in ("_tree", "_imports", "_digest_of_one"):
        getattr(copied, name).known.pop(file, None)


def choices(copied):
    """What configs choose, by the words of the page: its file, and the list that it is of."""
    words = {"methods": "by {}", "systems": "with a {}", "arms": "perturbing"}
    return {
        words[list_name(file)].format(name): (file.with_name(f"{name}.py"), list_name(file))
        for file, names in copied.CHOSEN.items()
        for name in names
    }


def digests(copied):
    found = {n: copied.code_digest(copied.SCRIPTS / f"{n}.py") for n in SCRIPTS_OF_RULES}
    return found | {n: copied.module_digest(file) for n, (file, _) in choices(copied).items()}


def test_an_edit_reruns_what_the_page_says(copied):
    table, before = written_table(), digests(copied)
    lists = {word: users for word, (_, users) in choices(copied).items()}
    files = sorted(copied.PACKAGE.rglob("*.py"))
    beside = [file for file in copied.SCRIPTS.glob("*.py") if file.stem not in SCRIPTS_OF_RULES]
    for file in [*files, *sorted(beside)]:
        edit(copied, file)
        after = digests(copied)
        changed = {name for name in after if after[name] != before[name]}
        # A choice goes without saying where all who choose run again.
        changed -= {word for word in changed & set(lists) if USERS[lists[word]] <= changed}
        in_package = copied.PACKAGE in file.parents
        name = str(file.relative_to(copied.PACKAGE)) if in_package else f"../{file.name}"
        assert written(table, name) == changed, name
        before = after
    assert len(files) > 100


def test_an_edit_to_a_script_reruns_its_own_rule(copied):
    before = digests(copied)
    for name in SCRIPTS_OF_RULES:
        edit(copied, copied.SCRIPTS / f"{name}.py")
        after = digests(copied)
        assert {each for each in after if after[each] != before[each]} == {name}
        before = after


def test_what_the_page_names_is_there():
    for file in written_table():
        assert (PACKAGE / file).exists(), file


# What a config chooses


def test_the_lists_from_which_a_config_chooses_are_known():
    chosen = {list_name(file): set(names) for file, names in provenance.CHOSEN.items()}
    assert chosen["methods"] == set(METHODS) and chosen["systems"] == set(NETWORKS)


def params_of_scripts():
    """The names of the params beside each script's digest, over all rules with it."""
    found = {}
    for block in re.findall(r"    params:\n((?: {8}.*\n|\n)+)", RULES):
        if script := re.search(r'code\("(\w+)\.py"\)', block):
            found.setdefault(script[1], []).append(set(re.findall(r"(\w+)=", block)))
    return found


@pytest.mark.parametrize("name", PARAMS)
def test_who_chooses_has_the_digest_of_the_choice_among_its_params(name):
    params = params_of_scripts()
    assert USERS[name]
    for script in USERS[name]:
        for each in params[script]:
            assert {PARAMS[name], f"{PARAMS[name]}s"} & each, script
