"""The examples of docs/extending.md, run as they stand there."""

import os
from pathlib import Path

import pytest
import yaml
from extending import examples_config, write_examples
from snakemake_runs import TINY, planned, snakemake
from test_datasets import write_noise

from music_adversaries.tidy_tables import read_table

FIGURES_OF_MERIT = "results/tables/figures_of_merit.tsv"
EXCERPTS = "results/tables/adversarial_excerpts.tsv"
TRANSFER = "results/tables/transfer_excerpts.tsv"


def write_config(folder, **changes):
    """The page's config, with tiny training and attacks; everything lies in ``folder``."""
    tiny = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    attack = {"trainings": ["standard"], "modes": ["all_wrong"], "excerpts": 2}
    config = {
        **examples_config(),
        "partitions": ["random"],
        "fold_count": 3,
        "shards": 1,
        "recipes": {"brief": tiny["recipes"]["brief"] | {"most_epochs": 1}},
        "attacks": [{**attack, "adversary": name} for name in ("one_step", "brief")],
        "low_pass": {"cutoffs_hz": []},
        "transfer": {"adversaries": ["one_step"], "trainings": ["standard", "retrained"]},
        **changes,
    }
    config["adversaries"]["brief"] = tiny["adversaries"]["brief"]
    config["architectures"]["temporal"]["recipe"] = "brief"
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def extended_run(tmp_path_factory):
    """A folder in which the page's examples have run."""
    folder = tmp_path_factory.mktemp("extended")
    write_examples(folder)
    files = [f"{label}{n}.wav" for label in ("polka", "waltz") for n in range(3)]
    for seed, file in enumerate(files):
        write_noise(folder / "music" / file, seed, seconds=3)
    rows = [f"{file},{file[:5]},{file}\n" for file in files]
    table = "path,genre,performer\n" + "".join(rows)
    (folder / "music/tracks.csv").write_text(table, encoding="utf-8")
    targets = (FIGURES_OF_MERIT, EXCERPTS, TRANSFER)
    process = snakemake(*targets, directory=folder, config=write_config(folder))
    assert process.returncode == 0, process.stdout + process.stderr
    return folder


def test_a_network_a_method_and_a_loader_of_ones_own_stand_in_the_tables(extended_run):
    merits = read_table(extended_run / FIGURES_OF_MERIT)
    assert set(merits.dataset) == {"listed"} and set(merits.architecture) == {"temporal"}
    assert {"standard", "retrained"} == set(merits.training)
    assert set(merits.adversary) == {"none", "one_step", "brief"}
    excerpts = read_table(extended_run / EXCERPTS)
    one_step = excerpts[excerpts.adversary == "one_step"]
    assert len(one_step) == 2
    assert (one_step.snr_db_resynthesised >= 15).all()
    assert (one_step.snr_db_resynthesised < 17).all()  # 0.9 of the largest change: 15.9 dB
    transfer = read_table(extended_run / TRANSFER)
    assert set(transfer.judge_training) == {"retrained"} and len(transfer) == 2


def test_no_path_of_a_plugin_stands_beside_a_trained_system(extended_run):
    descriptions = list(extended_run.rglob("model.json"))
    assert len(descriptions) == 2
    for description in descriptions:
        network = yaml.safe_load(description.read_text(encoding="utf-8"))["network"]
        assert network == "temporal.py"


def test_an_edit_to_a_plugin_reruns_what_depends_on_it_and_a_move_nothing(extended_run):
    def jobs(**changes):
        config = write_config(extended_run, **changes)
        dry_run = ("--dry-run", EXCERPTS)
        return planned(snakemake(*dry_run, directory=extended_run, config=config))

    moved = extended_run / "moved"
    (extended_run / "plugins").rename(moved)
    config = examples_config()
    config["architectures"]["temporal"]["network"] = "moved/temporal.py"
    config["adversaries"]["one_step"]["method"] = "moved/one_step.py"
    config["datasets"]["listed"]["loader"] = "moved/listed.py"
    for file in moved.iterdir():
        os.utime(file)
    assert jobs(**config) == {}
    edit(moved / "one_step.py", "iterations=1", "iterations=2")
    attacked = jobs(**config)
    assert attacked["attack_test_set"] == 1 and "train_system" not in attacked
    edit(moved / "temporal.py", "mean(dim=-1)", "amax(dim=-1)")
    trained = jobs(**config)
    assert trained["train_system"] == 1 and trained["attack_test_set"] == 2
    assert "extract_shard" not in trained


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
