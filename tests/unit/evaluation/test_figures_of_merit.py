"""Figures of merit against scikit-learn, closed forms and brute force."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    precision_recall_fscore_support,
)

from music_adversaries.evaluation import figures_of_merit, intervals

LABELS = ["blues", "hip-hop", "R&B", "$oul_<%>"]
KEY = {
    "dataset": "made",
    "partition": "random",
    "fold": 0,
    "seed": 1,
    "architecture": "dnn",
    "training": "ordinary",
}
ATTACK = {"adversary": "projected", "snr_limit_db": 15.0, "mode": "all_wrong"}
COLUMNS = [
    *KEY,
    *ATTACK,
    "stage",
    "excerpts",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "normalised_accuracy",
    "snr_db_median",
    "snr_db_mean",
    "snr_db_sd",
    "unchanged_excerpts",
]
judgements = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=60
)


def clean_table(true, predicted, **key):
    return pd.DataFrame(KEY | excerpts(true) | {"predicted": predicted} | key)


def excerpts(true):
    """As many excerpts as there are classes, each of an artist of its own."""
    numbers = range(len(true))
    return {
        "excerpt": [f"e{i}" for i in numbers],
        "artist": [f"a{i}" for i in numbers],
        "true": true,
    }


def adversarial_table(true, before, after, snr_db, **key):
    labels = {"predicted_adversarial": before, "predicted_resynthesised": after}
    levels = {"snr_db_adversarial": snr_db, "snr_db_resynthesised": snr_db}
    iterations = np.where(np.isinf(np.asarray(snr_db, dtype=float)), 0, 5)
    figures = {"iterations": iterations} | levels
    return pd.DataFrame(KEY | ATTACK | excerpts(true) | labels | figures | key)


NOTHING_ATTACKED = adversarial_table([], [], [], [])


def runs_table(*runs):
    tables = [pd.DataFrame(r, columns=["true", "predicted"]) for r in runs]
    return pd.concat(tables, keys=range(len(runs)), names=["run", None]).reset_index("run")


def percent(table, quantity):
    return table.loc[table["quantity"] == quantity, "percent_mean"].to_numpy()


def random_judgements(rng, n, skill=0.6):
    true = rng.choice(LABELS, n)
    return true, np.where(rng.random(n) < skill, true, rng.choice(LABELS, n))


# figures_of_merit


def test_stages_and_snr_statistics_by_hand():
    clean = clean_table(["a", "a", "a", "b"], ["a", "a", "b", "b"])
    adversarial = adversarial_table(
        ["a", "a", "a", "b"],
        ["b", "b", "b", "a"],
        ["b", "a", "b", "b"],
        [20.0, 30.0, 40.0, np.inf],
    )
    table = figures_of_merit.figures_of_merit(clean, adversarial)
    assert list(table.columns) == COLUMNS
    assert list(table["stage"]) == ["clean", "adversarial", "resynthesised"]
    assert list(table["accuracy"]) == [0.75, 0.0, 0.5]
    np.testing.assert_allclose(table["normalised_accuracy"], [(2 / 3 + 1) / 2, 0, 2 / 3])
    none = table.loc[0]
    assert (none["adversary"], none["mode"], none["unchanged_excerpts"]) == (
        "none",
        "none",
        0,
    )
    assert none[["snr_limit_db", "snr_db_median", "snr_db_mean", "snr_db_sd"]].isna().all()
    assert (table.loc[1:, ["snr_db_median", "snr_db_mean"]] == 30.0).all(axis=None)
    assert list(table.loc[1:, "snr_db_sd"]) == [10.0, 10.0]
    assert list(table.loc[1:, "unchanged_excerpts"]) == [1, 1]
    assert list(table["excerpts"]) == [4, 4, 4]


def test_accuracies_have_the_interval_of_a_proportion_over_the_partitions_clusters():
    clean = clustered(np.random.default_rng(0), 12, 5, 0.6, "artist_filtered")
    right = clean["true"] == clean["predicted"]
    table = figures_of_merit.figures_of_merit(
        pd.concat([clean, clean.assign(partition="random")]), NOTHING_ATTACKED
    ).set_index("partition")
    bounds = table[["accuracy_low", "accuracy_high"]]
    of_artists = intervals.proportion(right, clean["artist"], clean["excerpt"])
    of_excerpts = intervals.proportion(right, clean["excerpt"], clean["excerpt"])
    np.testing.assert_array_equal(bounds.loc["artist_filtered"], of_artists)
    np.testing.assert_array_equal(bounds.loc["random"], of_excerpts)
    # Twelve draws know less than sixty.
    assert of_artists[1] - of_artists[0] > 1.5 * (of_excerpts[1] - of_excerpts[0])


@settings(deadline=None)  # speeds differ between machines
@given(judgements)
def test_normalised_accuracy_is_scikit_learns_balanced_accuracy(pairs):
    true, predicted = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        # scikit-learn warns of classes that no excerpt has, and of a single one; the
        # value stands.
        warnings.simplefilter("ignore", UserWarning)
        expected = balanced_accuracy_score(true, predicted)
    assert figures_of_merit.normalised_accuracy(true, predicted) == pytest.approx(expected)


def test_rows_do_not_depend_on_the_order_of_excerpts():
    rng = np.random.default_rng(0)
    clean = pd.concat(
        [
            clean_table(*random_judgements(rng, 20), fold=fold, architecture=architecture)
            for fold in (1, 0)
            for architecture in ("dnn", "cnn")
        ]
    )
    adversarial = pd.concat(
        [
            adversarial_table(*random_judgements(rng, 20), LABELS[0], 20.0, mode=mode)
            for mode in ("random", "all_wrong")
        ]
    )
    table = figures_of_merit.figures_of_merit(clean, adversarial)
    shuffled = figures_of_merit.figures_of_merit(
        clean.sample(frac=1, random_state=1), adversarial.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(table, shuffled)
    attacked = table[(table["architecture"] == "dnn") & (table["fold"] == 0)]
    assert list(attacked["mode"]) == ["none", "all_wrong", "all_wrong", "random", "random"]
    assert len(table) == 8


def test_snr_statistics_are_those_of_each_stage():
    adversarial = adversarial_table(["a", "b"], ["b", "a"], ["b", "a"], [20.0, 30.0])
    adversarial["snr_db_resynthesised"] = [19.0, 27.0]
    table = figures_of_merit.figures_of_merit(clean_table(["a"], ["a"]), adversarial)
    assert list(table["snr_db_mean"])[1:] == [25.0, 23.0]


def test_partition_sizes_count_excerpts_and_artists():
    folds = pd.DataFrame(
        {
            "dataset": "d",
            "partition": "random",
            "fold": 0,
            "split": ["train", "train", "train", "test"],
            "label": ["a", "a", "b", "a"],
            "artist": ["x", "x", "x", "y"],
            "excerpt": ["1", "2", "3", "4"],
        }
    )
    sizes = figures_of_merit.partition_sizes(folds).set_index(["split", "label"])
    assert sizes.loc[("train", "a"), ["excerpts", "artists"]].tolist() == [2, 1]
    assert sizes.loc[("test", "a"), ["excerpts", "artists"]].tolist() == [1, 1]


def test_merit_tables_are_the_merit_table_of_each_kind_of_test_set():
    rng = np.random.default_rng(0)
    clean = pd.concat([clean_table(*random_judgements(rng, 30), fold=f) for f in (0, 1)])
    attacked = pd.concat(
        [
            adversarial_table(*random_judgements(rng, 30), LABELS[0], 20.0, fold=f)
            for f in (0, 1)
        ]
    )
    tables = figures_of_merit.merit_tables(clean, attacked, {KEY["dataset"]: LABELS})
    runs = clean.assign(run=clean["fold"])
    expected = figures_of_merit.merit_table(runs, LABELS)
    found = tables[tables["mode"] == "none"].reset_index(drop=True)[expected.columns]
    pd.testing.assert_frame_equal(found, expected)
    assert set(tables["mode"]) == {"none", ATTACK["mode"]}


def test_an_adversary_without_snr_limit_is_kept():
    clean = clean_table(["a"], ["a"])
    adversarial = adversarial_table(["a"], ["b"], ["b"], [30.0], snr_limit_db=-np.inf)
    table = figures_of_merit.figures_of_merit(clean, adversarial)
    assert len(table) == 3
    assert table.loc[1:, "snr_db_sd"].isna().all()


def test_excerpts_that_nothing_changed_leave_no_snr_and_no_warning():
    adversarial = adversarial_table(["a", "b"], ["a", "b"], ["a", "b"], [np.inf, np.inf])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = figures_of_merit.figures_of_merit(clean_table(["a"], ["a"]), adversarial)
    assert table["snr_db_mean"].isna().all()
    assert list(table["unchanged_excerpts"]) == [0, 2, 2]


def test_no_adversary_at_all():
    clean = clean_table(["a"], ["a"])
    assert len(figures_of_merit.figures_of_merit(clean, NOTHING_ATTACKED)) == 1


# low_pass


def filtered_table(true, clean, adversarial, cutoff_hz, **key):
    labels = {"predicted_clean": clean, "predicted_adversarial": adversarial}
    return pd.DataFrame(KEY | ATTACK | excerpts(true) | labels | {"cutoff_hz": cutoff_hz} | key)


def test_behind_a_filter_every_cut_off_has_the_accuracy_of_both_conditions():
    rng = np.random.default_rng(0)
    true, clean = random_judgements(rng, 40, skill=0.8)
    settings = [(seed, cutoff) for cutoff in (1000.0, np.inf) for seed in (1, 2)]
    filtered = pd.concat(
        filtered_table(true, clean, rng.choice(LABELS, 40), cutoff, seed=seed)
        for seed, cutoff in settings
    )
    table = figures_of_merit.low_pass(filtered.sample(frac=1, random_state=0))
    assert list(table["cutoff_hz"]) == [1000.0, 1000.0, np.inf, np.inf]
    assert list(table["condition"]) == ["clean", "adversarial"] * 2
    assert list(table["excerpts"]) == [40] * 4
    attacked = filtered[filtered["cutoff_hz"] == np.inf]
    row = table.loc[3]
    assert row["accuracy"] == accuracy_score(
        attacked["true"], attacked["predicted_adversarial"]
    )
    assert row["normalised_accuracy"] == pytest.approx(
        balanced_accuracy_score(attacked["true"], attacked["predicted_adversarial"])
    )
    assert row["low"] < row["accuracy"] < row["high"]
    # Judged twice alike, the clean ones tell no more than once.
    once = stats.binomtest(int((true == clean).sum()), 40).proportion_ci(method="wilson")
    assert table.loc[0, "low"] <= once.low + 1e-9
    assert table.loc[0, "high"] >= once.high - 1e-9


def test_nothing_filtered_gives_an_empty_table():
    assert figures_of_merit.low_pass(filtered_table([], [], [], [])).empty


# merit_table


def test_two_runs_by_hand():
    first = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    second = [("a", "a"), ("a", "a"), ("b", "b"), ("b", "a")]
    table = figures_of_merit.merit_table(runs_table(first, second), ["a", "b"])
    assert list(table["true"].dropna()) == ["a", "b", "a", "b", "a", "b"]
    np.testing.assert_allclose(percent(table, "confusion"), [75, 25, 25, 75])
    np.testing.assert_allclose(
        percent(table, "precision"), [(100 + 200 / 3) / 2, (200 / 3 + 100) / 2]
    )
    np.testing.assert_allclose(percent(table, "f_score"), [(200 / 3 + 80) / 2] * 2)
    np.testing.assert_allclose(percent(table, "normalised_accuracy"), [75])


def test_confusions_are_rows_predicted_by_columns_true():
    table = figures_of_merit.merit_table(runs_table([("a", "b")] * 3), ["a", "b"])
    confusion = table[table["quantity"] == "confusion"]
    row = confusion[(confusion["true"] == "a") & (confusion["predicted"] == "b")]
    assert row["percent_mean"].item() == 100
    # The first row is what was judged "a": nothing, and nothing is truly "b".
    assert confusion["percent_mean"].iloc[0] == 0
    assert np.isnan(confusion["percent_mean"].iloc[1])


@settings(deadline=None)  # speeds differ between machines
@given(judgements)
def test_one_run_is_what_scikit_learn_says(pairs):
    true, predicted = zip(*pairs, strict=True)
    table = figures_of_merit.merit_table(runs_table(pairs), LABELS)
    precision, recall, f_score, _ = precision_recall_fscore_support(
        true, predicted, labels=LABELS, zero_division=np.nan
    )
    confusion = percent(table, "confusion").reshape(4, 4)
    np.testing.assert_allclose(percent(table, "precision"), 100 * precision)
    np.testing.assert_allclose(percent(table, "f_score"), 100 * f_score)
    np.testing.assert_allclose(confusion.diagonal(), 100 * recall)
    counts = confusion_matrix(true, predicted, labels=LABELS).T
    present = counts.sum(axis=0) > 0
    np.testing.assert_allclose(
        confusion[:, present], 100 * counts[:, present] / counts.sum(axis=0)[present]
    )
    assert np.isnan(confusion[:, ~present]).all()
    assert table[["percent_low", "percent_high"]].isna().all(axis=None)


@settings(deadline=None)  # speeds differ between machines
@given(st.lists(judgements, min_size=2, max_size=5))
def test_means_and_intervals_are_scipys_over_runs(runs):
    single = [
        percent(figures_of_merit.merit_table(runs_table(r), LABELS), "f_score") for r in runs
    ]
    table = figures_of_merit.merit_table(runs_table(*runs), LABELS)
    rows = table[table["quantity"] == "f_score"].reset_index()
    for i, values in enumerate(np.transpose(single)):
        values = values[~np.isnan(values)]
        assert rows["runs"][i] == len(values)
        if len(values) < 2:
            assert np.isnan(rows["percent_low"][i])
            continue
        scale = max(stats.sem(values), 1e-300)
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), scale)
        np.testing.assert_allclose(
            rows.loc[i, ["percent_low", "percent_mean", "percent_high"]].astype(float),
            [low, np.mean(values), high],
            atol=1e-9,
        )


def test_a_run_that_never_predicts_a_class_is_skipped_in_its_precision():
    never, always = [("a", "b"), ("b", "b")], [("a", "a"), ("b", "b")]
    table = figures_of_merit.merit_table(runs_table(never, always, always), ["a", "b"])
    precision = table[table["quantity"] == "precision"].set_index("predicted")
    assert precision.loc["a", "runs"] == 2
    assert precision.loc["a", "percent_mean"] == 100
    assert precision.loc["b", "runs"] == 3
    # The F-score of a class that is there and never found is 0, not undefined.
    f_score = table[table["quantity"] == "f_score"].set_index("true")
    assert f_score.loc["a", "percent_mean"] == pytest.approx(200 / 3)


def test_unknown_or_repeated_labels_and_no_runs_are_refused():
    runs = runs_table([("a", "c")])
    for table, labels in [(runs, ["a", "b"]), (runs, ["a", "c", "c"]), (runs[:0], ["a"])]:
        with pytest.raises(ValueError, match="labels"):
            figures_of_merit.merit_table(table, labels)


# partition_difference


def clustered(rng, artists, excerpts, accuracy, partition):
    """Excerpts of one artist are all right or all wrong."""
    right = np.repeat(rng.random(artists) < accuracy, excerpts)
    table = clean_table(np.where(right, "a", "b"), ["a"] * len(right), partition=partition)
    return table.assign(artist=np.repeat([f"x{i}" for i in range(artists)], excerpts))


def two_partitions(seed=0, artists=80):
    rng = np.random.default_rng(seed)
    return pd.concat(
        [
            clustered(rng, artists, 5, 0.8, "random"),
            clustered(rng, artists + 20, 3, 0.5, "artist_filtered"),
        ]
    )


def test_interval_is_the_clustered_normal_one():
    row = figures_of_merit.partition_difference(two_partitions()).loc[0]
    variance = sum(
        row[f"accuracy_{side}"]
        * (1 - row[f"accuracy_{side}"])
        / row[f"artists_{side}"]  # artists, not excerpts: each is one draw
        for side in ("first", "second")
    )
    expected = row["difference"] + np.array([-1.96, 1.96]) * np.sqrt(variance)
    np.testing.assert_allclose([row["low"], row["high"]], expected, atol=0.015)
    assert (row["first"], row["second"]) == ("random", "artist_filtered")
    assert (row["artists_first"], row["excerpts_first"]) == (80, 400)
    assert row["difference"] == row["accuracy_first"] - row["accuracy_second"]


def resampled_accuracies(side, rng, resamples):
    groups = [g["true"].eq(g["predicted"]).to_numpy() for _, g in side.groupby("artist")]
    draws = rng.integers(len(groups), size=(resamples, len(groups)))
    return np.array([np.concatenate([groups[i] for i in drawn]).mean() for drawn in draws])


def test_interval_is_that_of_a_brute_force_bootstrap_with_uneven_artists():
    clean = two_partitions(artists=30)
    rng = np.random.default_rng(2)
    clean = clean.assign(predicted=random_flip(rng, clean["predicted"])).sample(
        frac=0.6, random_state=3
    )
    row = figures_of_merit.partition_difference(clean).loc[0]
    random, filtered = (
        resampled_accuracies(clean[clean["partition"] == partition], rng, 4000)
        for partition in ("random", "artist_filtered")
    )
    expected = np.quantile(random - filtered, [0.025, 0.975])
    np.testing.assert_allclose([row["low"], row["high"]], expected, atol=0.02)


def random_flip(rng, labels):
    return np.where(rng.random(len(labels)) < 0.2, "b", labels)


def test_seeds_and_folds_add_judgements_but_no_artists():
    clean = two_partitions()
    once = figures_of_merit.partition_difference(clean)
    more = pd.concat([clean, clean.assign(seed=2), clean.assign(fold=3)])
    pd.testing.assert_frame_equal(once, figures_of_merit.partition_difference(more))


def test_the_order_of_rows_matters_not():
    clean = two_partitions()
    pd.testing.assert_frame_equal(
        figures_of_merit.partition_difference(clean),
        figures_of_merit.partition_difference(clean.sample(frac=1, random_state=1)),
    )


def test_every_two_partitions_of_a_dataset_are_compared():
    table = figures_of_merit.partition_difference(
        pd.concat(
            [
                clean_table(["a", "b"], ["a", "b"], partition=partition, dataset=dataset)
                for dataset, partition in [
                    ("d", "z"),
                    ("d", "fault_filtered"),
                    ("d", "random"),
                    ("other", "random"),
                ]
            ]
        )
    )
    assert list(zip(table["first"], table["second"], strict=True)) == [
        ("random", "fault_filtered"),
        ("random", "z"),
        ("fault_filtered", "z"),
    ]
    assert set(table["dataset"]) == {"d"}
    assert (table["difference"] == 0).all()
    # All four right says little: two excerpts on each side leave room for much.
    assert (table["high"] > 0.5).all() and (table["low"] < -0.5).all()


def test_unknown_artists_stand_alone_and_one_artist_gives_no_interval():
    clean = two_partitions(artists=4)
    filtered = clean["partition"] == "artist_filtered"
    unknown = clean.assign(artist=clean["artist"].where(filtered, None))
    row = figures_of_merit.partition_difference(unknown).loc[0]
    assert row["artists_first"] == row["excerpts_first"] == 20
    lone = clean.assign(artist=clean["artist"].where(filtered, "x0"))
    row = figures_of_merit.partition_difference(lone).loc[0]
    assert row["artists_first"] == 1
    assert np.isnan([row["low"], row["high"]]).all()


def test_one_partition_gives_an_empty_table():
    table = figures_of_merit.partition_difference(clean_table(["a"], ["a"]))
    assert table.empty
    assert {"difference", "low", "high"} <= set(table.columns)
