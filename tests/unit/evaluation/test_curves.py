"""Curves against counting in loops, and against what adversaries cannot change."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.evaluation import curves, intervals
from music_adversaries.judged_tables import COLLECTED, collect
from music_adversaries.tidy_tables import read_table, write_table

LABELS = ["a", "b", "c"]
LIMITS_DB = [-np.inf, 10.0, 20.0, 30.0]
MINIMUM = ["smallest"]
FEW_RESAMPLES = 200


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", FEW_RESAMPLES)


def attacked(seed=0, n=12, partition="artist_filtered"):
    """Judgements at random of two systems, of two seeds, under three adversaries."""
    rng = np.random.default_rng(seed)
    rows = []
    for training, run in product(("standard", "retrained"), (1, 2)):
        clean = rng.choice(LABELS, n, p=[0.6, 0.2, 0.2])
        for adversary in ("steps", "other", *MINIMUM):
            for limit_db in [-np.inf] if adversary in MINIMUM else LIMITS_DB:
                rows += [
                    {
                        "dataset": "made",
                        "partition": partition,
                        "fold": 0,
                        "seed": run,
                        "architecture": "dnn",
                        "training": training,
                        "adversary": adversary,
                        "snr_limit_db": limit_db,
                        "excerpt": f"e{number}",
                        "artist": f"p{number // 3}",
                        "true": "a",
                        "target": LABELS[1 + (number + run) % 2],
                        "predicted_clean": clean[number],
                        "predicted": rng.choice(LABELS),
                        "confidence": rng.random(),
                        "snr_db": max(limit_db, rng.uniform(-5, 50)),
                        "iterations": 5,
                    }
                    for number in range(n)
                ]
    return pd.DataFrame(rows)[COLLECTED["curve_excerpts"]]


def outcome(row, limit_db):
    """What an excerpt is judged as at a limit, from one row of an adversary."""
    if row["predicted_clean"] == row["target"]:
        return row["predicted_clean"]
    too_large = row["adversary"] in MINIMUM and row["snr_db"] < limit_db
    return row["predicted_clean"] if too_large else row["predicted"]


def test_success_and_accuracy_are_those_of_a_loop():
    table = attacked()
    found = curves.curves(table, MINIMUM, LIMITS_DB)
    assert len(found) == 2 * 3 * len(LIMITS_DB)
    for row in found.to_dict("records"):
        alone = row["adversary"] in MINIMUM
        judged = [
            (each, outcome(each, row["snr_limit_db"]))
            for each in table.to_dict("records")
            if each["training"] == row["training"]
            and each["adversary"] == row["adversary"]
            and (alone or each["snr_limit_db"] == row["snr_limit_db"])
        ]
        assert row["judgements"] == len(judged) == 24
        assert row["excerpts"] == 12
        unchanged = [each["predicted_clean"] == each["target"] for each, _ in judged]
        assert row["unchanged"] == sum(unchanged) > 0
        for wanted, value in (("target", "success"), ("true", "accuracy")):
            share = np.mean([label == each[wanted] for each, label in judged])
            assert row[value] == pytest.approx(share)
            assert row[f"{value}_low"] <= share <= row[f"{value}_high"]
        clean = np.mean([each["predicted_clean"] == each["true"] for each, _ in judged])
        assert row["clean_accuracy"] == pytest.approx(clean)


def test_robust_accuracy_is_that_of_a_loop_over_all_files():
    table = attacked()
    found = curves.robust_accuracy(table, LIMITS_DB)
    assert len(found) == 2 * (len(LIMITS_DB) + 1)
    for row in found.to_dict("records"):
        right = {}
        for each in table.to_dict("records"):
            if each["training"] == row["training"]:
                labels = [each["predicted_clean"]]
                if each["snr_db"] >= row["snr_limit_db"]:
                    labels.append(each["predicted"])
                key = (each["seed"], each["excerpt"])
                right[key] = right.get(key, True) and set(labels) == {each["true"]}
        assert row["accuracy"] == pytest.approx(np.mean(list(right.values())))
        assert (row["excerpts"], row["adversaries"]) == (12, 3)


def test_intervals_draw_artists_where_the_partition_keeps_them_apart():
    widths = {}
    for partition, cluster in (("artist_filtered", "artist"), ("random", "excerpt")):
        table = attacked(n=30, partition=partition).assign(predicted_clean="a")
        # All excerpts of an artist give way, or none does.
        gives_way = table["artist"].str[1:].astype(int) % 2 == 0
        table["predicted"] = table["target"].where(gives_way, "a")
        steps = table[(table["adversary"] == "steps") & (table["training"] == "standard")]
        row = curves.curves(steps, MINIMUM, [20.0]).squeeze()
        here = steps[steps["snr_limit_db"] == 20]
        expected = intervals.proportion(
            here["predicted"] == here["target"], here[cluster], here["excerpt"]
        )
        assert (row["success_low"], row["success_high"]) == expected
        robust = curves.robust_accuracy(steps, [-np.inf]).iloc[0]
        widths[partition] = [
            row["success_high"] - row["success_low"],
            row["accuracy_high"] - row["accuracy_low"],
            robust["high"] - robust["low"],
        ]
    # Ten draws know less than thirty.
    wider = np.divide(widths["artist_filtered"], widths["random"])
    assert (wider > 1.2).all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_a_larger_change_helps_the_ensemble_and_the_smallest_change_never_less(seed):
    table = attacked(seed, n=6)
    robust = curves.robust_accuracy(table, LIMITS_DB)
    for _, line in robust.groupby("training"):
        line = line.sort_values("snr_limit_db")
        assert line["accuracy"].is_monotonic_increasing
        clean = table[table["training"] == line["training"].iloc[0]]
        clean = clean.drop_duplicates(["seed", "excerpt"])
        share = (clean["predicted_clean"] == clean["true"]).mean()
        assert line["accuracy"].iloc[-1] == pytest.approx(share)
    smallest = curves.curves(table, MINIMUM, LIMITS_DB).query("adversary == 'smallest'")
    for _, line in smallest.groupby("training"):
        assert line.sort_values("snr_limit_db")["success"].is_monotonic_decreasing


def test_what_was_its_target_before_is_a_success_whatever_was_made_of_it():
    table = attacked().assign(predicted="a")
    table["predicted_clean"] = table["target"]
    found = curves.curves(table, MINIMUM, LIMITS_DB)
    assert (found["success"] == 1).all() and (found["accuracy"] == 0).all()
    assert (found["unchanged"] == found["judgements"]).all()


def test_a_limit_that_an_adversary_did_not_meet_has_no_row():
    found = curves.curves(attacked(), MINIMUM, [*LIMITS_DB, 40.0])
    assert set(found.loc[found["snr_limit_db"] == 40, "adversary"]) == set(MINIMUM)


def test_no_curves_are_tables_without_rows(tmp_path):
    write_table(collect([], "curve_excerpts"), tmp_path / "t.tsv")
    table = read_table(tmp_path / "t.tsv")
    assert curves.curves(table, [], LIMITS_DB).empty
    assert curves.robust_accuracy(table, LIMITS_DB).empty
