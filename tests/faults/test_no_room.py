"""A full disk and a read-only folder: one sentence from every writer, and nothing left."""

from types import SimpleNamespace

import music_job as job

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.ensemble import RandomForestClassifier
from small_disk import remount, small_disk

from music_adversaries.atomic_writes import check_writable, whole
from music_adversaries.audio.files import write_float_wav, write_wav
from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.magnitude_shards import write_shard
from music_adversaries.errors import InputError
from music_adversaries.reporting.figures.style import save
from music_adversaries.systems.forest import save_forest
from music_adversaries.systems.system import build_system, save_system
from music_adversaries.tidy_tables import write_table

NOISE = np.random.default_rng(0).standard_normal(300 * BINS).astype(np.float32)


def write_system(path):
    network = {"network": "frame_dnn", "options": {"hidden_units": [100]}}
    save_system(build_system(**network, labels=["a", "b"]), path, network)


def write_grown_forest(path):
    features = NOISE[:10_000].reshape(500, 20)
    save_forest(RandomForestClassifier(50).fit(features, np.arange(500) % 5), path)


def write_figure(path):
    figure = Figure()
    figure.add_subplot().imshow(NOISE.reshape(300, BINS), interpolation="none")
    save(figure, [path])


def write_folder(path):
    with whole(path) as folder:
        write_wav(folder / "deep" / "a.wav", NOISE)


WRITERS = {
    "a.wav": lambda path: write_wav(path, NOISE),
    "float.wav": lambda path: write_float_wav(path, NOISE),
    "table.tsv": lambda path: write_table(pd.DataFrame({"level_db": NOISE}), path),
    "shard.npy": lambda path: write_shard(
        [({"excerpt": "a"}, NOISE.reshape(300, BINS))] * 3, path
    ),
    "model.safetensors": write_system,
    "forest.skops": write_grown_forest,
    "figure.png": write_figure,
    "figure.pdf": write_figure,
    "audio": write_folder,
}
"""What writes more than the disk holds, by the name of what it writes."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    with small_disk(tmp_path_factory.mktemp("disk"), "64k") as folder:
        yield folder


@pytest.fixture(scope="module")
def closed_disk(tmp_path_factory):
    with small_disk(tmp_path_factory.mktemp("closed"), "2m") as folder:
        remount(folder, "ro")
        yield folder


def refusal(write, path):
    with pytest.raises(InputError) as refused:
        write(path)
    said = str(refused.value)
    assert "\n" not in said and "the same command goes on from here" in said
    assert ".partial" not in said
    return said


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_named_and_nothing_is_left_on_it(disk, name):
    said = refusal(WRITERS[name], disk / name)
    assert str(disk / name.split(".")[0]) in said and "the disk is full" in said
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_read_only_folder_is_named(closed_disk, name):
    said = refusal(WRITERS[name], closed_disk / name)
    assert str(closed_disk) in said and "the folder is read-only" in said
    with pytest.raises(InputError, match="is read-only"):
        check_writable(closed_disk)


def test_what_was_there_before_stays(disk):
    path = disk / "a.tsv"
    write_table(pd.DataFrame({"level_db": [1.0]}), path)
    before = path.read_bytes()
    try:
        refusal(WRITERS["table.tsv"], path)
        assert path.read_bytes() == before
    finally:
        path.unlink()


def test_an_error_that_has_to_do_with_no_disk_stays_itself(tmp_path):
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "file"):
        raise ZeroDivisionError
    check_writable(tmp_path)


def test_a_log_that_cannot_be_written_is_told_on_the_screen(closed_disk, capsys):
    snakemake = SimpleNamespace(log=[str(closed_disk / "logs/job.log")], output=[])
    with pytest.raises(SystemExit):
        job.run(lambda snakemake: None, snakemake)
    said = capsys.readouterr().err
    assert said.startswith("Error: ") and "is read-only" in said and said.count("\n") == 1
