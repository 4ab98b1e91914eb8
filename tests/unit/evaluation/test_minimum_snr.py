"""Minimum SNRs: censored values at their ends, quantiles and pairs against brute force."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_adversaries.evaluation import intervals, minimum_snr
from music_adversaries.judged_tables import COLLECTED, collect
from music_adversaries.tidy_tables import read_table, write_table

LABELS = ["a", "b", "c"]
snrs_db = st.lists(
    st.sampled_from([-np.inf, np.inf]) | st.integers(-20, 60).map(float), min_size=1
)


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch):
    monkeypatch.setattr(intervals, "RESAMPLES", 200)


def attacked(seed=0, n=15):
    """Judgements at random of four systems under ``smallest`` and another adversary."""
    rng = np.random.default_rng(seed)
    kinds = product(("dnn", "cnn"), ("retrained", "standard"), ("smallest", "other"))
    rows = [
        {
            "dataset": "made",
            "partition": "artist_filtered",
            "fold": 0,
            "seed": 1,
            "architecture": architecture,
            "training": training,
            "adversary": adversary,
            "snr_limit_db": -np.inf,
            "excerpt": f"e{number}",
            "artist": f"p{number // 3}",
            "true": "a",
            "target": LABELS[1 + number % 2],
            "predicted_clean": rng.choice(LABELS, p=[0.7, 0.15, 0.15]),
            "predicted": rng.choice(LABELS),
            "confidence": 0.5,
            "snr_db": rng.uniform(-5, 50),
            "iterations": 5,
        }
        for architecture, training, adversary in kinds
        for number in range(n)
    ]
    return pd.DataFrame(rows)[COLLECTED["curve_excerpts"]]


def snr_of(row):
    if row["predicted_clean"] == row["target"]:
        return np.inf
    return row["snr_db"] if row["predicted"] == row["target"] else -np.inf


def test_every_excerpt_keeps_its_place_and_what_is_censored_its_end():
    table = attacked()
    found = minimum_snr.minimum_snrs(table, ["smallest"])
    rows = [row for row in table.to_dict("records") if row["adversary"] == "smallest"]
    assert list(found["excerpt"]) == [row["excerpt"] for row in rows]
    assert list(found["minimum_snr_db"]) == [snr_of(row) for row in rows]
    assert {np.inf, -np.inf} < set(found["minimum_snr_db"])


@given(snrs_db, st.sampled_from([0.25, 0.5, 0.75]))
def test_a_quantile_is_the_least_value_that_the_share_does_not_exceed(values, share):
    reached = [each for each in values if np.mean(np.array(values) <= each) >= share]
    assert minimum_snr.quantile(values, share) == min(reached)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-np.inf, -np.inf, -np.inf, 20, 30], -np.inf),
        ([-np.inf, 10, np.inf, np.inf, np.inf], np.inf),
        ([-np.inf, 10, 20, 30, np.inf], 20),
        ([-np.inf, np.inf], -np.inf),
    ],
)
def test_a_median_among_the_censored_is_infinite(values, expected):
    assert minimum_snr.quantile(values, 0.5) == expected


def test_the_summary_is_that_of_a_loop():
    table = attacked()
    found = minimum_snr.summary(minimum_snr.minimum_snrs(table, ["smallest"]))
    assert len(found) == 4
    for row in found.to_dict("records"):
        ranked = sorted(
            snr_of(each)
            for each in table.to_dict("records")
            if (each["architecture"], each["training"])
            == (row["architecture"], row["training"])
            and each["adversary"] == "smallest"
        )
        assert row["excerpts"] == row["judgements"] == len(ranked) == 15
        assert row["unchanged"] == ranked.count(np.inf)
        assert row["failed"] == ranked.count(-np.inf)
        quartiles = ["lower_quartile_db", "median_db", "upper_quartile_db"]
        assert [row[name] for name in quartiles] == [ranked[i] for i in (3, 7, 11)]
        assert row["low_db"] <= row["median_db"] <= row["high_db"]


def test_differences_are_those_of_a_loop_over_pairs():
    table = attacked()
    found = minimum_snr.differences(minimum_snr.minimum_snrs(table, ["smallest"]))
    compared = found[["compared", "first", "second", "held"]].to_numpy().tolist()
    assert sorted(compared) == [
        ["architecture", "cnn", "dnn", "retrained"],
        ["architecture", "cnn", "dnn", "standard"],
        ["training", "standard", "retrained", "cnn"],
        ["training", "standard", "retrained", "dnn"],
    ]
    snrs = {
        (row["architecture"], row["training"], row["excerpt"]): snr_of(row)
        for row in table.to_dict("records")
        if row["adversary"] == "smallest"
    }
    for row in found.to_dict("records"):
        sides = [
            (row["held"], name) if row["compared"] == "training" else (name, row["held"])
            for name in (row["first"], row["second"])
        ]
        pairs = [[snrs[*side, f"e{number}"] for side in sides] for number in range(15)]
        assert row["higher_first"] == sum(first > second for first, second in pairs)
        assert row["higher_second"] == sum(second > first for first, second in pairs)
        ranked = sorted(0 if first == second else first - second for first, second in pairs)
        assert row["difference_db"] == pytest.approx(ranked[7])
        assert row["excerpts"] == row["pairs"] == 15
        assert row["low_db"] <= row["difference_db"] <= row["high_db"]


def test_intervals_draw_the_artists_that_the_partition_keeps_apart():
    # All excerpts of an artist give way at one SNR under one system, and never under others.
    table = attacked(n=45).assign(predicted_clean="a", partition="artist_filtered")
    table["snr_db"] = 20.0 + table["artist"].str[1:].astype(int)
    table["predicted"] = table["target"].where(table["training"] == "standard", "a")
    snrs = minimum_snr.minimum_snrs(table, ["smallest"])
    here = snrs[(snrs["architecture"] == "dnn") & (snrs["training"] == "standard")]
    expected, narrower = (
        intervals.median(here["minimum_snr_db"], here[cluster], here["excerpt"])
        for cluster in ("artist", "excerpt")
    )
    assert narrower[1] - narrower[0] < expected[1] - expected[0]
    found = minimum_snr.summary(snrs).query("architecture == 'dnn' and training == 'standard'")
    assert tuple(found[["low_db", "high_db"]].squeeze()) == expected
    of_pairs = minimum_snr.differences(
        snrs.assign(minimum_snr_db=snrs["snr_db"].where(snrs["training"] == "standard", 0.0))
    ).query("compared == 'training' and held == 'dnn'")
    assert tuple(of_pairs[["low_db", "high_db"]].squeeze()) == expected


def test_two_systems_that_are_infinite_alike_do_not_differ():
    alike = attacked().assign(predicted="a", predicted_clean="a")
    found = minimum_snr.differences(minimum_snr.minimum_snrs(alike, ["smallest"]))
    assert (found["difference_db"] == 0).all()
    assert (found[["higher_first", "higher_second"]] == 0).all(axis=None)


def test_pairs_share_excerpt_and_target():
    table = attacked()
    other = (table["architecture"] == "dnn") & (table["excerpt"] == "e3")
    table.loc[other, "target"] = "a"
    found = minimum_snr.differences(minimum_snr.minimum_snrs(table, ["smallest"]))
    pairs = found.set_index("compared")["pairs"]
    assert (pairs["architecture"] == 14).all() and (pairs["training"] == 15).all()


def test_no_curves_are_tables_without_rows(tmp_path):
    write_table(collect([], "curve_excerpts"), tmp_path / "t.tsv")
    snrs = minimum_snr.minimum_snrs(read_table(tmp_path / "t.tsv"), [])
    assert minimum_snr.summary(snrs).empty and minimum_snr.differences(snrs).empty
