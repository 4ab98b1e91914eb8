"""Datasets that people bring, in the layouts in which they circulate."""

import os
import shutil

import numpy as np
import pandas as pd
import pytest
import soundfile
import yaml
from snakemake_runs import ROOT, TINY, planned, snakemake

from music_adversaries.datasets import gtzan, lmd
from music_adversaries.tidy_tables import read_table

RATE = 22_050


def write_noise(path, seed, seconds=6.0):
    """Noise in moving bands, so that no two files resemble each other."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = rng.uniform(0.01, 0.3, 60).repeat(round(seconds * RATE / 60))
    soundfile.write(path, steps * rng.standard_normal(len(steps)), RATE)


def write_config(tmp_path, dataset, **changes):
    config = {**yaml.safe_load(TINY.read_text()), "datasets": {"mine": dataset}, **changes}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


@pytest.fixture
def small_gtzan(tmp_path):
    """Three excerpts of each split of the published partition in each genre."""
    chosen = pd.Series(gtzan.fault_filtered_splits(), name="split").reset_index()
    genre = chosen["index"].str.split(".").str[0]
    chosen = chosen.groupby([genre, "split"]).head(3)
    for seed, excerpt in enumerate(chosen["index"]):
        genre = excerpt.split(".")[0]
        write_noise(tmp_path / "gtzan/genres" / genre / f"{excerpt}.au", seed)
    return tmp_path / "gtzan"


def test_the_published_partition_of_gtzan(small_gtzan, tmp_path):
    dataset = {"loader": "gtzan", "root": str(small_gtzan), "partitions": ["fault_filtered"]}
    config = write_config(tmp_path, dataset)
    target = "results/mine/fault_filtered/fold0/fold.tsv"
    process = snakemake(target, directory=tmp_path, config=config)
    said = process.stdout + process.stderr
    assert process.returncode == 0, said
    assert "lacks 910 (blues.00003, " in said
    fold = read_table(tmp_path / target)
    expected = gtzan.fault_filtered_splits()
    assert len(fold) == 90
    assert {row.excerpt: row.split for row in fold.itertuples()} == {
        name: expected[name.split("/")[1]] for name in fold.excerpt
    }


def test_moving_and_touching_audio_reruns_nothing_and_a_change_one_shard(small_gtzan, tmp_path):
    dataset = {"loader": "gtzan", "root": str(small_gtzan), "partitions": ["random"]}
    config = write_config(tmp_path, dataset, shards=4)
    process = snakemake("features", directory=tmp_path, config=config)
    assert process.returncode == 0, process.stdout + process.stderr
    moved = small_gtzan.rename(tmp_path / "moved")
    for file in moved.rglob("*.au"):
        os.utime(file)
    config = write_config(tmp_path, {**dataset, "root": str(moved)}, shards=4)
    assert planned(snakemake("--dry-run", "features", directory=tmp_path, config=config)) == {}
    write_noise(next(moved.rglob("jazz.*.au")), seed=999)
    jobs = planned(snakemake("--dry-run", "features", directory=tmp_path, config=config))
    assert jobs == {"extract_shard": 1, "features": 1}


def test_bad_audio_is_skipped_on_demand_and_on_record(small_gtzan, tmp_path):
    bad = next(small_gtzan.rglob("jazz.*.au"))
    bad.write_bytes(b"no audio")
    dataset = {"loader": "gtzan", "root": str(small_gtzan), "partitions": ["random"]}
    target = "results/mine/random/fold0/fold.tsv"
    stopped = snakemake(target, directory=tmp_path, config=write_config(tmp_path, dataset))
    said = stopped.stdout + stopped.stderr
    assert stopped.returncode != 0
    assert "1 audio file(s) cannot be used" in said and f"jazz/{bad.name}" in said
    config = write_config(tmp_path, {**dataset, "on_bad_audio": "skip"})
    skipped = snakemake(target, directory=tmp_path, config=config)
    assert skipped.returncode == 0, skipped.stdout + skipped.stderr
    manifest = read_table(tmp_path / "results/mine/manifest.tsv")
    assert manifest.excerpt[manifest.problem != ""].tolist() == [f"jazz/{bad.stem}"]
    assert f"jazz/{bad.stem}" not in set(read_table(tmp_path / target).excerpt)


def test_artists_of_lmd_come_from_tags_and_repeats_stay_on_one_side(tmp_path):
    mutagen = pytest.importorskip("mutagen.easyid3")
    for number, label in enumerate(lmd.CLASSES):
        for track in range(6):
            path = tmp_path / "lmd" / label.title() / f"{track}.mp3"
            write_noise(path, 10 * number + track)
            tags = mutagen.EasyID3()
            tags["artist"] = f"{label} {track % 4}"
            tags.save(path)
    # A repeat under another artist's name.
    shutil.copy(tmp_path / "lmd/Axe/0.mp3", tmp_path / "lmd/Axe/9.mp3")
    tags = mutagen.EasyID3(tmp_path / "lmd/Axe/9.mp3")
    tags["artist"] = "somebody else"
    tags.save()
    config = write_config(tmp_path, {"loader": "lmd", "root": str(tmp_path / "lmd")})
    target = "results/mine/artist_filtered/fold0/fold.tsv"
    process = snakemake(target, directory=tmp_path, config=config)
    assert process.returncode == 0, process.stdout + process.stderr
    fold = read_table(tmp_path / target).set_index("excerpt")
    assert (fold.groupby("artist").split.nunique() == 1).all()
    assert fold.artist["Axe/9"] == "somebody else" and fold.artist["Axe/0"] == "axe 0"
    assert fold.split["Axe/9"] == fold.split["Axe/0"]
    repeats = read_table(tmp_path / "results/mine/repeats.tsv")
    assert repeats[["excerpt", "repeat_of", "kind"]].values.tolist() == [
        ["Axe/9", "Axe/0", "exact"]
    ]


def test_the_papers_grid_is_planned(tmp_path):
    """On trees with the names of the real ones; nothing is decoded while planning."""
    for excerpt in gtzan.EXCERPTS:
        path = tmp_path / "gtzan" / excerpt.split(".")[0] / f"{excerpt}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for label in lmd.CLASSES:
        (tmp_path / "lmd" / label).mkdir(parents=True)
        for track in range(20):
            (tmp_path / "lmd" / label / f"{track}.mp3").touch()
    text = (ROOT / "workflow/configs/paper.yaml").read_text()
    for name in ("gtzan", "lmd"):
        text = text.replace(f"path/to/{name}", str(tmp_path / name))
    (tmp_path / "paper.yaml").write_text(text)
    jobs = planned(snakemake("--dry-run", directory=tmp_path, config=tmp_path / "paper.yaml"))
    runs = 4 + 1 + 4 + 4  # folds: random and published of GTZAN, both of LMD
    assert jobs["train_system"] == jobs["retrain_system"] == 3 * runs
    assert jobs["train_forest"] == jobs["retrain_forest"] == 4 * runs
    whole_grid, single_layers, published_gradient = 4 * 2 * 2 * 4, 3 * 2, 1
    assert jobs["attack_test_set"] == runs * (whole_grid + single_layers + published_gradient)
    assert f"whole grid: {sum(jobs.values())} jobs" in (ROOT / "README.md").read_text()
