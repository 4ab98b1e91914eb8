"""Which rows of a table of judged excerpts belong together."""

import numpy as np
import pandas as pd
import pytest

from music_adversaries import judgements


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
