"""A folder in which every kind of odd and broken file lies among good ones."""

import os
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from audio_files import FILES, GOOD, RATE, encoded, flac, music
from ffmpeg_files import needs_ffmpeg, path_without_ffmpeg
from snakemake_runs import TINY, snakemake

from music_adversaries.datasets.listing import looks_like_audio
from music_adversaries.tidy_tables import read_table

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

    But for names without an ending of audio, which the loader passes over.
    """
    problems = {}
    for label in LABELS:
        (root / label).mkdir(parents=True)
    listed = [kind for kind in FILES.values() if looks_like_audio(kind[0])]
    for number, (name, make, problem, _) in enumerate(listed):
        # A number keeps names apart; the longest name has no room for it.
        file = f"{LABELS[number % 2]}/{f'{number:03d} {name}'[-255:]}"
        (root / file).write_bytes(make())
        problems[file] = problem
    for name, (make, problem) in no_files(root).items():
        make(root / "rock" / name)
        problems[f"rock/{name}"] = problem
    return problems


def run(directory, root, on_bad_audio, **environment):
    """Run until the manifest and the magnitudes are there; what was said, and whether."""
    dataset = {"loader": "folder", "root": str(root), "on_bad_audio": on_bad_audio}
    config = {**yaml.safe_load(TINY.read_text()), "datasets": {"mine": dataset}, "shards": 1}
    path = directory / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    process = snakemake(
        "features",
        "results/mine/manifest.tsv",
        directory=directory,
        config=path,
        **environment,
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
    """Files of all kinds, run without ffmpeg, first to stop at bad ones, then to skip them.

    The folder of both runs, the problem of each file, what the runs said, and their PATH.
    """
    directory = tmp_path_factory.mktemp("all")
    path = path_without_ffmpeg(directory / "programs")
    problems = write_folder(directory / "music")
    status, stopped = run(directory, directory / "music", "stop", PATH=path)
    assert status != 0
    assert not (directory / "results/mine/manifest.tsv").exists()
    status, skipped = run(directory, directory / "music", "skip", PATH=path)
    assert status == 0, skipped
    return directory, problems, (stopped, skipped), path


def test_every_file_is_in_the_manifest_usable_or_with_its_problem(all_kinds):
    directory, problems, *_ = all_kinds
    manifest = read_table(directory / "results/mine/manifest.tsv")
    assert sum(problem != GOOD for problem in problems.values()) >= 40
    assert sorted(manifest.file) == sorted(problems)
    found = pd.Series(manifest.problem.to_numpy(), index=manifest.file)
    for file, problem in problems.items():
        assert re.search(problem or "^$", found[file]), (file, found[file])


def test_bad_files_change_no_bit_of_the_good_ones(all_kinds, tmp_path):
    directory, problems, _, path = all_kinds
    good = [file for file, problem in problems.items() if problem == GOOD]
    for file in good:
        (tmp_path / "music" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(directory / "music" / file, tmp_path / "music" / file)
    status, said = run(tmp_path, tmp_path / "music", "stop", PATH=path)
    assert status == 0, said
    among_bad, alone = magnitudes_in(directory), magnitudes_in(tmp_path)
    assert sorted(alone) == sorted(good)
    for file in problems:
        assert among_bad[file] == alone.get(file, b""), file


def test_one_short_message_counts_the_bad_files_and_a_table_lists_them(all_kinds):
    directory, problems, (said, _), _ = all_kinds
    bad = [file for file, problem in problems.items() if problem != GOOD]
    assert "Traceback" not in said
    message = next(line for line in said.splitlines() if "cannot be used" in line)
    assert message.strip().startswith(f"Error: {len(bad)} audio file(s) cannot be used (")
    assert f"and {len(bad) - 10} more." in message and len(message) < 3000
    assert "All are listed in results/logs/mine/bad_audio.tsv" in message
    listed = read_table(directory / "results/logs/mine/bad_audio.tsv")
    assert sorted(listed.file) == sorted(bad)
    for row in listed.itertuples():
        assert re.search(problems[row.file], row.problem)


def test_the_screen_says_once_how_many_files_are_left_out(all_kinds):
    _, problems, (_, said), _ = all_kinds
    bad = [file for file, problem in problems.items() if problem != GOOD]
    expected = f"{len(bad)} of the {len(problems)} audio files of 'mine' cannot be used and are"
    assert said.count(expected) == 1


@needs_ffmpeg
def test_files_that_ffmpeg_alone_reads_are_read_when_it_comes(tmp_path):
    for number, label in enumerate(LABELS * 3):
        path = tmp_path / "music" / label / f"{number}.flac"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(flac((music(seed=number), RATE), bits=12 if number == 0 else 16))
    # Of what is damaged, no header says that ffmpeg is needed.
    damaged = encoded(music(20, seed=9), kind="MP3")
    half = len(damaged) // 2
    holed = damaged[:half] + bytes(9000) + damaged[half + 9000 :]
    (tmp_path / "music/rock/holed.mp3").write_bytes(holed)
    hidden = path_without_ffmpeg(tmp_path / "programs")
    status, said = run(tmp_path, tmp_path / "music", "stop", PATH=hidden)
    assert status != 0 and said.count("install ffmpeg") == 2
    status, said = run(tmp_path, tmp_path / "music", "stop", PATH=hidden)
    assert status != 0 and "at work: make_manifest" in said and "extract_shard" not in said
    status, said = run(tmp_path, tmp_path / "music", "stop")
    assert status == 0, said
    status, said = run(tmp_path, tmp_path / "music", "stop")
    assert status == 0 and "Nothing to be done" in said
    manifest = read_table(tmp_path / "results/mine/manifest.tsv").set_index("file")
    assert set(manifest.index[manifest.decoder == "ffmpeg"]) == {
        "jazz/0.flac",
        "rock/holed.mp3",
    }
    assert (manifest.decoder == "libsndfile").sum() == 5
