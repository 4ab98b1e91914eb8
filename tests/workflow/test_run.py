"""The whole experiment, run as a user runs it."""

import itertools
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT, TINY, planned, snakemake

from music_adversaries import spectra
from music_adversaries.audio import read_excerpt
from music_adversaries.snr_limits import snr_limit_name
from music_adversaries.tables import read_table

SYSTEM = "results/studio/random/fold0/dnn/standard/seed1"
ATTACKS = {
    "dnn": [("brief", mode) for mode in ("all_wrong", "random", "perfect", "all_same")],
    "cnn": [("brief", "all_wrong"), ("brief", "perfect"), ("published", "all_wrong")],
}


@pytest.fixture
def copied_run(finished_run, tmp_path):
    """A copy of the finished run that a test may change, with its records and times."""
    return shutil.copytree(finished_run, tmp_path / "run", copy_function=shutil.copy2)


def test_figures_of_merit_have_a_row_for_everything_that_was_asked_for(finished_run):
    table = read_table(finished_run / "results/tables/figures_of_merit.tsv")
    keys = ["partition", "architecture", "training", "adversary", "mode", "stage"]
    expected = {
        (partition, architecture, training, *attack, stage)
        for partition, architecture, training in itertools.product(
            ["random", "artist_filtered"], ["dnn", "cnn"], ["standard", "retrained"]
        )
        for attack, stage in [
            (("none", "none"), "clean"),
            *itertools.product(ATTACKS[architecture], ["adversarial", "resynthesised"]),
        ]
    }
    assert set(table[keys].itertuples(index=False, name=None)) == expected
    assert len(table) == len(expected)
    assert set(table.dataset) == {"studio"}
    assert table.accuracy.between(0, 1).all() and table.normalised_accuracy.between(0, 1).all()


def test_adversarial_excerpts_agree_with_the_written_files(finished_run):
    """SNR limit and waveform SNR, measured anew from the 16-bit files."""
    table = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    files = read_table(finished_run / "results/studio/manifest.tsv").set_index("excerpt").file
    assert set(table.snr_limit_db) == {15, -np.inf}
    assert (table.snr_magnitude_db >= table.snr_limit_db - 1e-3).all()
    for row in table.sample(12, random_state=0).itertuples():
        folder = f"{row.partition}/fold{row.fold}/{row.architecture}/{row.training}"
        written = read_excerpt(
            finished_run / f"results/studio/{folder}/seed{row.seed}/{row.adversary}"
            f"/{snr_limit_name(row.snr_limit_db)}/{row.mode}/audio/{row.excerpt}.wav"
        )
        original = read_excerpt(finished_run / "results/studio/audio" / files[row.excerpt])
        noise = (written - original)[spectra.EDGE : -spectra.EDGE]
        signal = original[spectra.EDGE : -spectra.EDGE]
        if row.iterations == 0:
            assert not noise.any()
        else:
            level = 20 * np.log10(np.linalg.norm(signal) / np.linalg.norm(noise))
            assert row.snr_db_resynthesised == pytest.approx(level, abs=0.01)


def test_figures_of_merit_follow_from_the_table_of_excerpts(finished_run):
    merits = read_table(finished_run / "results/tables/figures_of_merit.tsv")
    excerpts = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    keys = ["partition", "architecture", "training", "adversary", "mode"]
    for stage in ("adversarial", "resynthesised"):
        right = excerpts.true == excerpts[f"predicted_{stage}"]
        accuracy = right.groupby([excerpts[key] for key in keys]).mean()
        found = merits[merits.stage == stage].set_index(keys).accuracy
        pd.testing.assert_series_equal(
            found.sort_index(), accuracy.sort_index(), check_names=False, rtol=1e-5
        )


def test_no_artist_and_no_fault_crosses_the_artist_filtered_partition(finished_run):
    folds = read_table(finished_run / "results/tables/folds.tsv")
    manifest = read_table(finished_run / "results/studio/manifest.tsv").set_index("excerpt")
    filtered = folds[folds.partition == "artist_filtered"]
    assert (filtered.groupby("artist").split.nunique() == 1).all()
    assert (manifest.fault[filtered.excerpt] == "none").all()
    assert (manifest.fault != "none").sum() >= 3


def test_every_figure_is_there_as_pdf_and_png(finished_run):
    figures = finished_run / "results/figures"
    pdfs = {path.with_suffix("") for path in figures.rglob("*.pdf")}
    pngs = {path.with_suffix("") for path in figures.rglob("*.png")}
    assert pdfs == pngs
    assert {"overview", "partition_sizes", "clean", "merits"} <= {path.name for path in pdfs}


def test_a_second_run_has_nothing_to_do(finished_run):
    process = snakemake(directory=finished_run)
    assert "Nothing to be done" in process.stdout + process.stderr


def test_touched_files_rerun_nothing(copied_run):
    for path in [*copied_run.rglob("*.tsv"), *copied_run.rglob("model.json")]:
        path.touch()
    assert planned(snakemake("--dry-run", directory=copied_run)) == {}


def test_removing_a_model_reruns_what_depends_on_it(copied_run):
    (copied_run / SYSTEM / "model.safetensors").unlink()
    jobs = planned(snakemake("--dry-run", directory=copied_run))
    collected = ("collect_clean_excerpts", "collect_adversarial_excerpts", "make_tables")
    # The system, and the one that is retrained on what it perturbs.
    assert jobs.pop("train_system") == jobs.pop("perturb_magnitudes") == 1
    assert jobs.pop("retrain_system") == 1
    assert jobs.pop("classify_test_set") == 2
    assert jobs.pop("attack_test_set") == jobs.pop("verify_resynthesis") == 8
    assert [jobs.pop(rule) for rule in collected] == [1, 1, 1]
    assert "render_studio_label" not in jobs and "extract_shard" not in jobs
    assert set(jobs) <= {"all"} | {rule for rule in jobs if rule.startswith("draw_")}


def test_a_single_folds_target_runs_alone(tmp_path):
    jobs = planned(snakemake("--dry-run", f"{SYSTEM}/clean.tsv", directory=tmp_path))
    assert jobs == {
        "render_studio_label": 3,
        "extract_shard": 2,
        "make_manifest": 1,
        "make_folds": 1,
        "train_system": 1,
        "classify_test_set": 1,
    }


def test_the_same_config_gives_the_same_tables(finished_run, tmp_path):
    process = snakemake("tables", directory=tmp_path)
    assert process.returncode == 0, process.stderr
    for table in sorted((finished_run / "results/tables").glob("*.tsv")):
        assert (tmp_path / "results/tables" / table.name).read_bytes() == table.read_bytes()


def test_a_changed_recipe_retrains_only_its_architecture(finished_run, tmp_path):
    config = yaml.safe_load(TINY.read_text())
    config["recipes"]["briefer"] = {**config["recipes"]["brief"], "most_epochs": 1}
    config["architectures"]["cnn"]["recipe"] = "briefer"
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump(config))
    jobs = planned(snakemake("--dry-run", directory=finished_run, config=changed))
    assert jobs["train_system"] == jobs["retrain_system"] == 2


def test_a_further_seed_trains_only_the_new_seed(finished_run, tmp_path):
    config = {**yaml.safe_load(TINY.read_text()), "seeds": [1, 2]}
    changed = tmp_path / "changed.yaml"
    changed.write_text(yaml.safe_dump(config))
    jobs = planned(snakemake("--dry-run", directory=finished_run, config=changed))
    assert jobs["train_system"] == 4
    assert jobs["attack_test_set"] == 28
    assert "extract_shard" not in jobs and "make_folds" not in jobs


@pytest.mark.parametrize(
    ("module", "reruns", "stays"),
    [
        ("adversaries/constraints.py", "attack_test_set", "train_system"),
        ("training.py", "train_system", "extract_shard"),
        ("figures/overview.py", "draw_overview", "draw_low_pass"),
        ("figures/style.py", "draw_low_pass", "make_tables"),
        ("claims.py", "make_claims", "make_tables"),
        ("datasets/studio/plan.py", "render_studio_label", ""),
    ],
)
def test_an_edit_to_the_science_reruns_what_uses_it(
    finished_run, tmp_path, module, reruns, stays
):
    root = tmp_path / "edited"
    for name in ("Snakefile", "config.yaml"):
        root.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, root)
    for name in ("rules", "workflow", "profiles"):
        shutil.copytree(ROOT / name, root / name, copy_function=shutil.copy2)
    assert planned(snakemake("--dry-run", directory=finished_run, root=root)) == {}
    file = root / "workflow/scripts/music_adversaries" / module
    file.write_text(file.read_text() + "\n# A comment changes nothing.\n")
    assert planned(snakemake("--dry-run", directory=finished_run, root=root)) == {}
    file.write_text(file.read_text() + "\nAN_EDIT = 1\n")
    jobs = planned(snakemake("--dry-run", directory=finished_run, root=root))
    assert reruns in jobs and stays not in jobs
