"""The results of the tiny experiment, which has run as a user runs it."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from snakemake_runs import TINY

from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt
from music_adversaries.evaluation.sanity import CHECKS
from music_adversaries.experiment.configuration import complete
from music_adversaries.reporting.tables.layouts import LAYOUTS
from music_adversaries.snr_limits import snr_limit_name
from music_adversaries.systems.forest import ForestSystem, window_features
from music_adversaries.systems.loading import load_description, load_system
from music_adversaries.tidy_tables import read_table

SYSTEM = "results/studio/random/fold0/dnn/standard/seed1"
ATTACKS = {
    ("dnn", "standard"): [("brief", mode) for mode in ("all_wrong", "perfect", "all_same")],
    ("dnn", "retrained"): [("brief", "all_wrong")],
    ("cnn", "standard"): [
        ("published", "all_wrong"),
        ("least_snr", "random"),
        ("small", "untargeted"),
    ],
    ("forest", "standard"): [("brief", "all_wrong")],
}
ON_THE_WAVEFORM = {"least_snr", "small"}
VARIANTS = ["fast", "longer"]
"""Trainings that the DNN has beside the others, and that nothing attacks."""


def test_figures_of_merit_have_a_row_for_everything_that_was_asked_for(finished_run):
    table = read_table(finished_run / "results/tables/figures_of_merit.tsv")
    keys = ["partition", "architecture", "training", "adversary", "mode", "stage"]
    expected = {
        (partition, *system, *attack, stage)
        for partition in ["random", "artist_filtered"]
        for system, attacks in ATTACKS.items()
        for attack in attacks
        for stage in ["adversarial", "resynthesised"]
    }
    clean = [*itertools.product(["dnn", "forest"], ["standard", "retrained"])]
    clean += [("cnn", "standard"), *(("dnn", variant) for variant in VARIANTS)]
    expected |= {
        (partition, *system, "none", "none", "clean")
        for partition in ["random", "artist_filtered"]
        for system in clean
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
    on_waveform = table.adversary.isin(ON_THE_WAVEFORM)
    snr_db = table.snr_db_resynthesised.where(on_waveform, table.snr_magnitude_db + 1e-3)
    assert (snr_db >= table.snr_limit_db).all()
    # What is on the 16-bit grid already is judged as it was before it was written.
    judged = table[on_waveform]
    assert len(judged) == 8
    assert (judged.predicted_adversarial == judged.predicted_resynthesised).all()
    for row in table.sample(12, random_state=0).itertuples():
        folder = f"{row.partition}/fold{row.fold}/{row.architecture}/{row.training}"
        written = read_excerpt(
            finished_run / f"results/studio/{folder}/seed{row.seed}/{row.adversary}"
            f"/{snr_limit_name(row.snr_limit_db)}/{row.mode}/audio/{row.excerpt}.wav"
        )
        original = read_excerpt(finished_run / "results/studio/audio" / files[row.excerpt])
        noise = (written - original)[stft.EDGE : -stft.EDGE]
        signal = original[stft.EDGE : -stft.EDGE]
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
    assert {path.name for path in pdfs} == {
        "overview",
        "partition_sizes",
        "low_pass",
        "curves",
        "robust_accuracy",
        "minimum_snr",
        "survival",
        "perceptual",
        "claims",
        "clean",
        "merits",
        "probes",
        "spectra0",
        "transfer",
        "waveforms0",
    }


def test_every_table_is_there_as_tsv_latex_markdown_and_html(finished_run):
    tables = {path.name for path in (finished_run / "results/tables").iterdir()}
    printed = {name.removesuffix(".tex") for name in tables if name.endswith(".tex")}
    assert printed == set(LAYOUTS)
    endings = ("tsv", "md", "html")
    assert {f"{name}.{ending}" for name in printed for ending in endings} <= tables


def test_a_forest_is_judged_by_its_own_vote(finished_run):
    """Its verdicts on the written files, from the trees alone."""
    folder = finished_run / SYSTEM.replace("dnn", "forest")
    table = read_table(folder / "brief/15dB/all_wrong/resynthesised.tsv")
    system = load_system(folder / "model.safetensors")
    assert isinstance(system, ForestSystem)
    for row in table.itertuples():
        written = read_excerpt(folder / f"brief/15dB/all_wrong/audio/{row.excerpt}.wav")
        magnitudes = stft.magnitudes(torch.from_numpy(written))[None]
        windows = window_features(system, magnitudes, system.layers)[0].numpy()
        votes = np.bincount(system.forest.predict(windows), minlength=len(system.labels))
        assert votes[system.labels.index(row.predicted)] == votes.max()


def test_probes_are_pushed_into_every_class_and_judged_as_they_were_written(finished_run):
    probes = read_table(finished_run / "results/tables/probes.tsv")
    labels = {"blues", "classical", "disco"}
    groups = probes.groupby(["partition", "architecture", "excerpt"])
    assert len(groups) == 2 * 2  # architectures and excerpts, of one partition
    assert (groups.target.agg(set) == labels).all()
    for row in probes.sample(6, random_state=0).itertuples():
        folder = finished_run / f"results/studio/{row.partition}/fold0/{row.architecture}"
        written = read_excerpt(
            folder / f"standard/seed1/brief/15dB/probes/audio/{row.excerpt}/{row.target}.wav"
        )
        system = load_system(folder / "standard/seed1/model.safetensors")
        magnitudes = stft.magnitudes(torch.from_numpy(written))[None]
        posterior = system.posterior(magnitudes)[0]
        assert system.labels[int(posterior.argmax())] == row.predicted
        confidence = float(posterior[system.labels.index(row.target)])
        assert row.confidence == pytest.approx(confidence, abs=1e-4)


def test_without_a_filter_the_judgements_are_those_of_the_written_files(finished_run):
    filtered = read_table(finished_run / "results/tables/filtered_excerpts.tsv")
    assert set(filtered.architecture) == {"dnn", "forest"}
    assert set(filtered.cutoff_hz) == {1000, 4000, np.inf}
    attacked = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    keys = ["partition", "architecture", "training", "adversary", "mode", "excerpt"]
    both = filtered[filtered.cutoff_hz == np.inf].merge(
        attacked, on=keys, suffixes=("_filtered", ""), validate="one_to_one"
    )
    assert len(both) == (filtered.cutoff_hz == np.inf).sum() > 0
    assert (both.predicted_adversarial_filtered == both.predicted_resynthesised).all()
    assert (both.predicted_clean_filtered == both.predicted_clean).all()


def test_curves_attack_the_excerpts_and_targets_of_the_test_sets(finished_run):
    found = read_table(finished_run / "results/tables/curve_excerpts.tsv")
    limits = found.groupby("adversary").snr_limit_db.agg(set)
    both_limits = ["brief", "expected", "queries", "single_step", "white_noise"]
    assert limits.pop("small") == {-np.inf}
    assert limits.to_dict() == {name: {-np.inf, 20} for name in both_limits}
    assert len(found) == 2 * (1 + 2 * len(both_limits))
    attacked = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    keys = ["partition", "architecture", "training", "mode", "excerpt"]
    attacked = attacked[attacked.adversary == "brief"]
    both = found.assign(mode="all_wrong").merge(attacked, on=keys, suffixes=("", "_attacked"))
    assert len(both) == len(found)
    for column in ("target", "true", "artist", "predicted_clean"):
        assert (both[column] == both[f"{column}_attacked"]).all()
    curves = read_table(finished_run / "results/tables/curves.tsv")
    assert set(zip(curves.adversary, curves.snr_limit_db, strict=True)) == set(
        itertools.product(["small", *both_limits], [-np.inf, 20])
    )


def test_other_systems_judge_what_was_written_and_the_original(finished_run):
    table = read_table(finished_run / "results/tables/transfer_excerpts.tsv")
    systems = set(itertools.product(["random", "artist_filtered"], ["dnn", "forest"]))
    sources = zip(table.partition, table.architecture, strict=True)
    judges = zip(table.judge_partition, table.judge_architecture, strict=True)
    assert {(s, j) for s, j in zip(sources, judges, strict=True)} == {
        (source, judge) for source in systems for judge in systems if source != judge
    }
    files = read_table(finished_run / "results/studio/manifest.tsv").set_index("excerpt").file
    for row in table.sample(8, random_state=0).itertuples():
        place = f"results/studio/{row.partition}/fold0/{row.architecture}/standard/seed1"
        written = read_excerpt(
            finished_run / f"{place}/brief/15dB/all_wrong/audio/{row.excerpt}.wav"
        )
        original = read_excerpt(finished_run / "results/studio/audio" / files[row.excerpt])
        judge = f"results/studio/{row.judge_partition}/fold{row.judge_fold}"
        folder = f"{judge}/{row.judge_architecture}/{row.judge_training}/seed{row.judge_seed}"
        system = load_system(finished_run / folder / "model.safetensors")
        for waveform, label in (
            (original, row.predicted_clean),
            (written, row.predicted_adversarial),
        ):
            posterior = system.posterior(stft.magnitudes(torch.from_numpy(waveform))[None])
            assert system.labels[int(posterior.argmax())] == label
        fold = read_table(finished_run / judge / "fold.tsv")
        seen = fold[fold.split.isin(["train", "valid"])].excerpt
        assert row.judge_trained_on == (row.excerpt in set(seen))
    assert set(table.judge_trained_on) == {0, 1}


def test_gradients_are_those_at_the_excerpts_that_are_attacked(finished_run):
    table = read_table(finished_run / "results/tables/gradient_excerpts.tsv")
    assert len(table) == 2 * 2 * 2 * 2  # partitions, architectures, excerpts, costs
    assert set(table.architecture) == {"dnn", "forest"}
    attacked = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    attacked = attacked[(attacked["mode"] == "all_wrong") & (attacked.adversary == "brief")]
    keys = ["partition", "architecture", "training", "excerpt", "artist", "true", "target"]
    both = table.merge(attacked, on=keys, suffixes=("", "_attacked"))
    assert len(both) == len(table)
    assert (both.predicted_clean == both.predicted_clean_attacked).all()
    assert (table.gradient_norm > 0).all() and table.zero_share.between(0, 1).all()


def test_every_check_of_the_evaluation_has_a_verdict(finished_run):
    table = read_table(finished_run / "results/tables/sanity.tsv")
    exceptions = read_table(finished_run / "results/tables/sanity_exceptions.tsv")
    assert set(table.check) == set(CHECKS)
    for row in table.itertuples():
        wanted = "pass" if row.value <= row.threshold else "fail"
        assert row.verdict == ("not run" if row.cases == 0 else wanted)
    assert len(exceptions) == table.exceptions.sum()


def test_before_any_transformation_the_judgements_are_those_of_the_written_files(finished_run):
    transformed = read_table(finished_run / "results/tables/survival_excerpts.tsv")
    assert set(transformed.architecture) == {"dnn"}
    assert set(transformed.transformation) == {"none", "mp3 64 kbit/s", "noise 20 dB SNR"}
    attacked = read_table(finished_run / "results/tables/adversarial_excerpts.tsv")
    keys = ["partition", "architecture", "training", "adversary", "mode", "excerpt"]
    both = transformed[transformed.transformation == "none"].merge(
        attacked, on=keys, suffixes=("_none", ""), validate="one_to_one"
    )
    assert len(both) == (transformed.transformation == "none").sum() > 0
    assert (both.predicted_adversarial_none == both.predicted_resynthesised).all()
    assert (both.predicted_clean_none == both.predicted_clean).all()


def test_every_claim_has_a_verdict_that_follows_from_its_cases(finished_run):
    claims = read_table(finished_run / "results/tables/claims.tsv").set_index("claim")
    cases = read_table(finished_run / "results/tables/claim_cases.tsv")
    assert list(claims.index) == ["a", "b", "b_as_published", "c", "d", "e"]
    for claim, row in claims.iterrows():
        verdicts = list(cases.verdict[cases.claim == claim])
        assert row.cases == len(verdicts)
        if not verdicts:
            assert row.verdict == "not run"
        elif "fails" in verdicts:
            assert row.verdict == "fails"
        else:
            assert row.verdict == ("undecided" if "undecided" in verdicts else "holds")


def test_a_run_leaves_its_record(finished_run):
    (file,) = (finished_run / "results/runs").iterdir()
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["outcome"] == "succeeded"
    assert record["config"] == complete(yaml.safe_load(TINY.read_text()))
    assert sum(each["systems"] for each in record["trained_on"]) == 14
    assert record["jobs"]["attack_test_set"]["jobs"] == 16
    for rule in ("train_system", "attack_curve", "extract_shard"):
        files = (finished_run / "results/benchmarks").rglob("*.tsv")
        rows = [
            pd.read_table(each) for each in files if rule in each.parts or each.stem == rule
        ]
        cost = record["jobs"][rule]
        assert cost["jobs"] == len(rows)
        assert cost["seconds"] == pytest.approx(pd.concat(rows)["s"].sum(), abs=0.06)


def test_a_trained_system_says_how_it_was_trained(finished_run):
    about = {
        training: load_description(
            finished_run / SYSTEM.replace("standard", training) / "model.safetensors"
        )
        for training in ["standard", "retrained", *VARIANTS]
    }
    assert {training: each["training"] for training, each in about.items()} == {
        training: training for training in about
    }
    assert {training: each["adversarial_training"] for training, each in about.items()} == {
        "standard": {},
        "retrained": {},
        "fast": {"snr_db": 30, "steps": 2},
        "longer": {"steps": 2},
    }
    assert about["fast"]["selected_by"] == "error_valid_pgd"
    assert about["longer"]["epochs"] > 2 == about["standard"]["epochs"]
    history = read_table(finished_run / SYSTEM.replace("standard", "fast") / "history.tsv")
    assert about["fast"]["error_valid_pgd"] == pytest.approx(history.error_valid_pgd.min())
    assert len(history) == about["fast"]["epochs"]
