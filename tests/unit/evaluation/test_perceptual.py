"""Perceptual figures summed up, against NumPy on rows chosen by hand."""

import numpy as np
import pandas as pd

from music_adversaries.evaluation.perceptual import QUANTITIES, perceptual
from music_adversaries.judged_tables import COLLECTED, TEST_SET_KIND, collect


def excerpts():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "dataset": "made",
            "partition": "random",
            "fold": np.arange(40) % 2,
            "seed": 1,
            "architecture": "dnn",
            "training": "standard",
            "adversary": "hidden",
            "snr_limit_db": np.where(np.arange(40) < 20, -np.inf, 30.0),
            "mode": "all_wrong",
            "iterations": np.arange(40) % 5,
        }
    )
    return table.assign(**{name: rng.normal(size=40) for name in QUANTITIES})


def test_quartiles_are_over_what_changed_in_all_folds():
    table = excerpts()
    found = perceptual(table).set_index(["snr_limit_db", "quantity"])
    assert len(found) == 2 * len(QUANTITIES)
    for (limit, quantity), row in found.iterrows():
        chosen = table[(table.snr_limit_db == limit) & (table.iterations > 0)][quantity]
        quartiles = np.percentile(chosen, [25, 50, 75])
        np.testing.assert_allclose(row[["low", "median", "high"]].astype(float), quartiles)
        assert (row.changed_excerpts, row.unchanged_excerpts) == (16, 4)


def test_where_nothing_changed_there_are_counts_and_no_quartiles():
    found = perceptual(excerpts().assign(iterations=0))
    assert found[["median", "low", "high"]].isna().all(axis=None)
    assert set(found.changed_excerpts) == {0} and set(found.unchanged_excerpts) == {20}


def test_of_no_excerpts_there_is_a_table_without_rows():
    found = perceptual(collect([], "perceptual_excerpts"))
    assert found.empty and list(found.columns[: len(TEST_SET_KIND)]) == TEST_SET_KIND


def test_the_quantities_are_the_snr_and_what_is_measured_beside_it():
    assert QUANTITIES[0] == "snr_db" and set(QUANTITIES) <= set(
        COLLECTED["perceptual_excerpts"]
    )
