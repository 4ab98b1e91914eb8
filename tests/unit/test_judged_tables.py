"""Which rows of a table of judged excerpts belong together."""

import pandas as pd
import pytest

from music_adversaries import judged_tables
from music_adversaries.evaluation import claims, comparisons, figures_of_merit
from music_adversaries.tidy_tables import read_table, write_table


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
    names = judged_tables.clusters(judged("artist_filtered")).rename(0)
    assert groups(names) == [[0, 1, 3], [2], [4, 5]]


def test_under_a_random_partition_only_an_excerpts_own_judgements_do():
    names = judged_tables.clusters(judged("random")).rename(0)
    assert groups(names) == [[0, 3], [1], [2], [4, 5]]


def test_an_artist_and_an_excerpt_of_one_name_are_two():
    table = pd.DataFrame({"excerpt": ["x", "y"], "artist": ["y", ""]})
    assert judged_tables.artists(table).nunique() == 2


def test_what_the_others_are_compared_with_comes_first():
    assert judged_tables.in_order(pd.Series(["retrained", "standard"])) == [
        "standard",
        "retrained",
    ]
    assert judged_tables.in_order(pd.Series(["z", "fault_filtered", "random", "z"])) == [
        "random",
        "fault_filtered",
        "z",
    ]


@pytest.mark.parametrize("name", judged_tables.COLLECTED)
def test_tables_of_no_jobs_have_their_columns_and_go_through_every_evaluation(name, tmp_path):
    columns = judged_tables.COLLECTED[name]
    write_table(judged_tables.collect([], name), tmp_path / "t.tsv")
    table = read_table(tmp_path / "t.tsv")
    assert list(table.columns) == columns and table.empty
    one = pd.DataFrame([range(len(columns) + 1)], columns=[*columns, "more"])
    assert list(judged_tables.collect([one, one], name).columns) == columns


def test_an_experiment_without_attacks_is_evaluated(tmp_path):
    rows = [
        ["d", "random", 0, 1, "dnn", "standard", f"e{n}", "", "ab"[n % 2], "a", 0.5]
        for n in range(6)
    ]
    clean = pd.DataFrame(rows, columns=judged_tables.COLLECTED["clean_excerpts"])
    empty = {}
    for name in ("adversarial_excerpts", "filtered_excerpts"):
        write_table(judged_tables.collect([], name), tmp_path / f"{name}.tsv")
        empty[name] = read_table(tmp_path / f"{name}.tsv")
    merits = figures_of_merit.figures_of_merit(clean, empty["adversarial_excerpts"])
    assert merits.accuracy.tolist() == [0.5]
    tables = figures_of_merit.merit_tables(
        clean, empty["adversarial_excerpts"], {"d": ["a", "b"]}
    )
    assert set(tables.adversary) == {"none"}
    assert figures_of_merit.low_pass(empty["filtered_excerpts"]).empty
    assert comparisons.paired_comparisons(clean, empty["adversarial_excerpts"]).empty
    evidence = claims.Evidence(clean, *empty.values(), {"dnn": "frame_dnn"}, {})
    verdicts = claims.claim_verdicts(claims.claim_cases(evidence), ["d"])
    assert set(verdicts.verdict) == {"not run"}
