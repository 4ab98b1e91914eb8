"""Repeats are found, and no partition by their groups has one on two sides."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from music_adversaries.datasets import repeats
from music_adversaries.datasets.artists import plain
from music_adversaries.datasets.fingerprints import NEAR, distances
from music_adversaries.datasets.repeats import COLUMNS, find_repeats, group_repeats

WORDS = 120


def print_of(seed, flipped=0.0, first=0, words=WORDS):
    """A random fingerprint, a share of its bits flipped, from word ``first`` on."""
    generator = np.random.default_rng(seed)
    bits = generator.integers(0, 2, (words, 16))
    flips = np.random.default_rng([seed, round(1000 * flipped)]).random(bits.shape) < flipped
    return np.packbits(bits ^ flips, axis=1)[first:].tobytes().hex()


def table_of(*rows):
    """A table of ``(excerpt, label, samples_hash, fingerprint)``."""
    columns = ["excerpt", "label", "samples_hash", "fingerprint"]
    return pd.DataFrame(rows, columns=columns, dtype=str)


def test_an_exact_repeat_is_found_across_labels():
    found = find_repeats(
        table_of(
            ("rock.2", "rock", "aa", print_of(1)),
            ("pop.1", "pop", "aa", print_of(1)),
            ("rock.1", "rock", "bb", print_of(2)),
        )
    )
    assert found.to_dict("records") == [
        {
            "excerpt": "rock.2",
            "repeat_of": "pop.1",
            "kind": "exact",
            "label": "rock",
            "other_label": "pop",
            "distance": 0.0,
        }
    ]


def test_exact_repeats_all_point_to_the_first_by_name():
    found = find_repeats(table_of(*[(f"x{n}", "x", "aa", print_of(0)) for n in (3, 1, 2)]))
    assert found[["excerpt", "repeat_of", "kind"]].to_numpy().tolist() == [
        ["x2", "x1", "exact"],
        ["x3", "x1", "exact"],
    ]


def test_a_near_repeat_is_found_within_a_label_only():
    found = find_repeats(
        table_of(
            ("a", "x", "1", print_of(0)),
            ("b", "x", "2", print_of(0, flipped=0.1, first=13)),
            ("c", "y", "3", print_of(0, flipped=0.1)),
            ("d", "x", "4", print_of(5)),
        )
    )
    assert found[["excerpt", "repeat_of", "kind"]].to_numpy().tolist() == [["b", "a", "near"]]
    assert found.distance[0] == pytest.approx(
        distances([print_of(0)], [print_of(0, flipped=0.1, first=13)])[0, 0]
    )
    assert found.distance[0] == pytest.approx(0.1, abs=0.03)


def test_a_near_repeat_of_an_exact_repeat_in_another_label_is_found():
    found = find_repeats(
        table_of(
            ("a", "x", "1", print_of(0)),
            ("b", "y", "1", print_of(0)),
            ("c", "y", "2", print_of(0, flipped=0.05)),
        )
    )
    assert found[["excerpt", "repeat_of", "kind"]].to_numpy().tolist() == [
        ["b", "a", "exact"],
        ["c", "b", "near"],
    ]


def test_excerpts_that_cannot_be_used_are_no_repeats_of_one_another():
    rows = [("a", "x", "", ""), ("b", "x", "", ""), ("c", "x", None, None)]
    found = find_repeats(pd.DataFrame(rows, columns=table_of().columns))
    assert list(found.columns) == COLUMNS
    assert found.empty


def test_excerpts_too_short_for_a_fingerprint_still_repeat_exactly():
    found = find_repeats(table_of(*[(n, "x", h, "") for n, h in ("a1", "b1", "c2")]))
    assert found.repeat_of.tolist() == ["a"]


@pytest.mark.parametrize("block", [1, 6, 1000])
def test_the_size_of_blocks_changes_nothing(block, monkeypatch):
    monkeypatch.setattr(repeats, "BLOCK", block)
    prints = [print_of(n % 7, flipped=0.02 * (n // 7), first=n % 3) for n in range(20)]
    rows = [(f"{n:02d}", "x", str(n), bits) for n, bits in enumerate(prints)]
    found = find_repeats(table_of(*rows))
    near = distances(prints, prints) <= NEAR
    pairs = [
        (f"{second:02d}", f"{first:02d}")
        for first, second in combinations(range(20), 2)
        if near[first, second]
    ]
    assert list(zip(found.excerpt, found.repeat_of, strict=True)) == sorted(pairs)
    assert len(pairs) >= 19 - 7


# Groups
def links(*pairs):
    return pd.DataFrame(pairs, columns=["excerpt", "repeat_of"], dtype=str)


def test_groups_join_artists_and_repeats():
    groups = group_repeats(
        ["a", "b", "c", "d", "e", "f"],
        links(("c", "a"), ("f", "e")),
        ["X", "X", "Y", "Y", "Z", ""],
    )
    assert groups.tolist() == [0, 0, 0, 0, 1, 1]


def test_spellings_of_an_artist_are_one():
    artists = ["Z\u00e9  Ramalho", "ZE RAMALHO", "Ze\u0301 ramalho"]
    assert group_repeats(["a", "b", "c"], links(), artists).tolist() == [0, 0, 0]


def test_excerpts_of_nobody_are_groups_of_their_own():
    assert group_repeats(["a", "b"], links(), ["", ""]).tolist() == [0, 1]


def test_an_artist_named_like_an_excerpt_is_another_thing():
    assert group_repeats(["a", "b"], links(), ["", "a"]).tolist() == [0, 1]


def test_repeats_are_joined_by_an_excerpt_that_is_left_out():
    pairs = links(("b", "a"), ("c", "a"))
    assert group_repeats(["b", "c", "d"], pairs, ["", "", ""]).tolist() == [0, 0, 1]


def test_nothing_has_no_groups():
    assert group_repeats([], links(), []).tolist() == []


@st.composite
def collections(draw):
    """A table of excerpts with artists in which much is repeated."""
    count = draw(st.integers(1, 40))
    labels = draw(st.lists(st.sampled_from("xyz"), min_size=count, max_size=count))
    artists = draw(
        st.lists(
            st.sampled_from(["", "A", "a", "\u00c1", "B", "C", "D", "E", "F"]),
            min_size=count,
            max_size=count,
        )
    )
    songs = draw(st.lists(st.integers(0, 40), min_size=count, max_size=count))
    flips = draw(st.lists(st.sampled_from([0, 0.05, 0.1]), min_size=count, max_size=count))
    rows = [
        (f"{number:02d}", label, f"{song} {flip}", print_of(song, flip, words=60))
        for number, (label, song, flip) in enumerate(zip(labels, songs, flips, strict=True))
    ]
    return table_of(*rows).assign(artist=artists)


@settings(max_examples=60, deadline=None)
@given(collections(), st.integers(2, 4), st.integers(0, 99))
def test_no_artist_and_no_repeat_is_on_two_sides(table, fold_count, seed):
    found = find_repeats(table)
    groups = group_repeats(table.excerpt, found, table.artist)
    fold_count = min(fold_count, len(set(groups)))
    parts = np.zeros(len(table), dtype=int)
    if fold_count > 1:
        splitter = GroupKFold(fold_count, shuffle=True, random_state=seed)
        for part, (_, members) in enumerate(splitter.split(table, table.label, groups)):
            parts[members] = part
    sided = table.assign(part=parts, plain=table.artist.map(plain))
    known = sided[sided.plain != ""]
    assert (known.groupby("plain").part.nunique() <= 1).all()
    assert (sided.groupby("samples_hash").part.nunique() <= 1).all()
    part_of = dict(zip(sided.excerpt, sided.part, strict=True))
    assert all(
        part_of[excerpt] == part_of[other]
        for excerpt, other in zip(found.excerpt, found.repeat_of, strict=True)
    )


@settings(max_examples=60, deadline=None)
@given(collections())
def test_groups_are_the_components_found_by_walking(table):
    found = find_repeats(table)
    groups = group_repeats(table.excerpt, found, table.artist)
    expected = {excerpt: {excerpt} for excerpt in table.excerpt}
    pairs = list(zip(found.excerpt, found.repeat_of, strict=True))
    for _, members in table[table.artist != ""].groupby(table.artist.map(plain)):
        pairs += combinations(members.excerpt, 2)
    for one, other in pairs:
        joined = expected[one] | expected[other]
        expected.update(dict.fromkeys(joined, joined))
    for (one, first), (other, second) in combinations(
        zip(table.excerpt, groups, strict=True), 2
    ):
        assert (first == second) == (other in expected[one])
