"""Which rows of a table of judged excerpts belong together."""

import numpy as np
import pandas as pd
import pytest

from music_adversaries import claims, comparisons, evaluation, judgements
from music_adversaries.tables import read_table, write_table


def judged(partition):
    return pd.DataFrame(
        {
            "partition": partition,
            "excerpt": ["x", "y", "z", "x", "w", "w"],
            "artist": ["p", "p", "q", "p", "", None],
        }
    )


def groups(names):
    """Row numbers that have a name in common."""
    return sorted(list(rows) for rows in names.reset_index().groupby(0).indices.values())


def test_an_artists_excerpts_belong_together_where_artists_are_kept_apart():
    names = judgements.clusters(judged("artist_filtered")).rename(0)
    assert groups(names) == [[0, 1, 3], [2], [4, 5]]


def test_under_a_random_partition_only_an_excerpts_own_judgements_do():
    names = judgements.clusters(judged("random")).rename(0)
    assert groups(names) == [[0, 3], [1], [2], [4, 5]]


def test_an_artist_and_an_excerpt_of_one_name_are_two():
    table = pd.DataFrame({"excerpt": ["x", "y"], "artist": ["y", ""]})
    assert judgements.artists(table).nunique() == 2


def test_what_the_others_are_compared_with_comes_first():
    assert judgements.in_order(pd.Series(["retrained", "standard"])) == [
        "standard",
        "retrained",
    ]
    assert judgements.in_order(pd.Series(["z", "fault_filtered", "random", "z"])) == [
        "random",
        "fault_filtered",
        "z",
    ]


def test_a_missing_column_or_label_is_refused():
    table = pd.DataFrame({"true": ["a", np.nan]})
    with pytest.raises(ValueError, match=r"no columns \['fold'\]"):
        judgements.require(table, ["true", "fold"], [])
    with pytest.raises(ValueError, match="label is missing"):
        judgements.require(table, ["true"], ["true"])


@pytest.mark.parametrize("name", judgements.COLLECTED)
def test_tables_of_no_jobs_have_their_columns_and_go_through_every_evaluation(name, tmp_path):
    columns = judgements.COLLECTED[name]
    write_table(judgements.collect([], name), tmp_path / "t.tsv")
    table = read_table(tmp_path / "t.tsv")
    assert list(table.columns) == columns and table.empty
    one = pd.DataFrame([range(len(columns) + 1)], columns=[*columns, "more"])
    assert list(judgements.collect([one, one], name).columns) == columns


def test_an_experiment_without_attacks_is_evaluated(tmp_path):
    rows = [
        ["d", "random", 0, 1, "dnn", "standard", f"e{n}", "", "ab"[n % 2], "a", 0.5]
        for n in range(6)
    ]
    clean = pd.DataFrame(rows, columns=judgements.COLLECTED["clean_excerpts"])
    empty = {}
    for name in ("adversarial_excerpts", "filtered_excerpts"):
        write_table(judgements.collect([], name), tmp_path / f"{name}.tsv")
        empty[name] = read_table(tmp_path / f"{name}.tsv")
    merits = evaluation.figures_of_merit(clean, empty["adversarial_excerpts"])
    assert merits.accuracy.tolist() == [0.5]
    tables = evaluation.merit_tables(clean, empty["adversarial_excerpts"], {"d": ["a", "b"]})
    assert set(tables.adversary) == {"none"}
    assert evaluation.low_pass(empty["filtered_excerpts"]).empty
    assert comparisons.paired_comparisons(clean, empty["adversarial_excerpts"]).empty
    evidence = claims.Evidence(clean, *empty.values(), {"dnn": "frame_dnn"}, {})
    verdicts = claims.claim_verdicts(claims.claim_cases(evidence), ["d"])
    assert set(verdicts.verdict) == {"not run"}
