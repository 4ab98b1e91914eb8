"""A folder in which every kind of odd and broken file lies among good ones."""

import os
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from audio_files import FILES, GOOD
from conftest import TINY, snakemake

from music_adversaries.tables import read_table

LABELS = ("jazz", "rock")


def no_files(folder):
    """What has an audio file's name and is no file: what makes it, and its problem."""
    return {
        "pipe.wav": (os.mkfifo, "no regular file"),
        "link to nothing.wav": (lambda path: path.symlink_to(folder / "gone"), "a link to a"),
        "link to itself.wav": (lambda path: path.symlink_to(path), "unreadable"),
    }


def write_folder(root):
    """A folder dataset of all kinds: the problem of each file, by ``<label>/<file>``.

    But for names without an ending, which the loader passes over.
    """
    problems = {}
    for label in LABELS:
        (root / label).mkdir(parents=True)
    listed = [kind for kind in FILES.values() if "." in kind[0]]
    for number, (name, make, problem, _) in enumerate(listed):
        # A number keeps names apart; the longest name has no room for it.
        file = f"{LABELS[number % 2]}/{f'{number:03d} {name}'[-255:]}"
        (root / file).write_bytes(make())
        problems[file] = problem
    for name, (make, problem) in no_files(root).items():
        make(root / "rock" / name)
        problems[f"rock/{name}"] = problem
    return problems


def run(directory, root, on_bad_audio):
    """Run until the manifest and the magnitudes are there; what was said, and whether."""
    dataset = {"loader": "folder", "root": str(root), "on_bad_audio": on_bad_audio}
    config = {**yaml.safe_load(TINY.read_text()), "datasets": {"mine": dataset}}
    path = directory / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    process = snakemake(
        "features", "results/mine/manifest.tsv", directory=directory, config=path
    )
    return process.returncode, process.stdout + process.stderr


def magnitudes_in(directory):
    """The bytes of each excerpt's magnitudes."""
    found = {}
    for shard in sorted((directory / "results/mine/magnitudes").glob("*.npy")):
        frames = np.load(shard)
        for row in read_table(shard.with_suffix(".tsv")).itertuples():
            last = row.first_frame + row.frames
            found[row.file] = frames[row.first_frame : last].tobytes()
    return found


@pytest.fixture(scope="module")
def all_kinds(tmp_path_factory):
    """Files of all kinds, run first to stop at bad ones, then to skip them.

    The folder of both runs, the problem of each file, and what the first run said.
    """
    directory = tmp_path_factory.mktemp("all")
    problems = write_folder(directory / "music")
    status, stopped = run(directory, directory / "music", "stop")
    assert status != 0
    assert not (directory / "results/mine/manifest.tsv").exists()
    status, said = run(directory, directory / "music", "skip")
    assert status == 0, said
    return directory, problems, stopped


def test_every_file_is_in_the_manifest_usable_or_with_its_problem(all_kinds):
    directory, problems, _ = all_kinds
    manifest = read_table(directory / "results/mine/manifest.tsv")
    assert sum(problem != GOOD for problem in problems.values()) >= 40
    assert sorted(manifest.file) == sorted(problems)
    found = pd.Series(manifest.problem.to_numpy(), index=manifest.file)
    for file, problem in problems.items():
        assert re.search(problem or "^$", found[file]), (file, found[file])


def test_bad_files_change_no_bit_of_the_good_ones(all_kinds, tmp_path):
    directory, problems, _ = all_kinds
    good = [file for file, problem in problems.items() if problem == GOOD]
    for file in good:
        (tmp_path / "music" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(directory / "music" / file, tmp_path / "music" / file)
    status, said = run(tmp_path, tmp_path / "music", "stop")
    assert status == 0, said
    among_bad, alone = magnitudes_in(directory), magnitudes_in(tmp_path)
    assert sorted(alone) == sorted(good)
    for file in problems:
        assert among_bad[file] == alone.get(file, b""), file


def test_one_message_lists_every_bad_file(all_kinds):
    _, problems, said = all_kinds
    bad = [file for file, problem in problems.items() if problem != GOOD]
    assert "Traceback" not in said
    message = next(line for line in said.splitlines() if "cannot be used" in line)
    assert message.strip().startswith(f"Error: {len(bad)} audio file(s) cannot be used")
    for file in bad:
        assert f"{file}: " in message
