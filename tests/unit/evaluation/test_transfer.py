"""Transfer against counting in loops over made-up judgements."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.evaluation import intervals, transfer
from music_adversaries.evaluation.transfer import ANOTHER, ITSELF, JUDGE
from music_adversaries.judged_tables import COLLECTED, TEST_SET_KIND
from music_adversaries.tidy_tables import read_table, write_table

LABELS = ["a", "b", "c"]
ATTACK = {"adversary": "least_snr", "snr_limit_db": 15.0, "mode": "all_wrong"}


def system(architecture, partition="random", seed=1):
    place = {"dataset": "made", "partition": partition, "fold": 0, "seed": seed}
    return {**place, "architecture": architecture, "training": "standard"}


SYSTEMS = [
    system("dnn"),
    system("dnn", seed=2),
    system("cnn"),
    system("cnn", partition="artist_filtered"),
]


def tables(seed, excerpts=5, chance_seen=0.2):
    """Judgements of every system on what was written against every other, at random."""
    rng = np.random.default_rng(seed)
    about = [
        {"excerpt": f"e{n}", "artist": f"p{n // 2}", "true": "a", "target": "b"}
        for n in range(excerpts)
    ]
    adversarial, transferred = [], []
    for source, judge in product(SYSTEMS, SYSTEMS):
        for excerpt in about:
            clean, after = rng.choice(LABELS, 2)
            row = {**source, **ATTACK, **excerpt, "predicted_clean": clean}
            if source == judge:
                adversarial.append({**row, "predicted_resynthesised": after})
                continue
            by = {f"judge_{name}": value for name, value in judge.items() if name != "dataset"}
            seen = int(rng.random() < chance_seen)
            row |= {"predicted_adversarial": after, "judge_trained_on": seen}
            transferred.append(row | by)
    return pd.DataFrame(adversarial), pd.DataFrame(transferred)


def kind(row, prefix=""):
    return tuple(row[f"{prefix}{name}"] for name in ("partition", "architecture", "training"))


def share(found):
    return sum(found) / len(found) if found else math.nan


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 1.0]))
def test_every_figure_is_that_of_a_loop(seed, chance_seen):
    adversarial, transferred = tables(seed, chance_seen=chance_seen)
    table = transfer.transfer(adversarial, transferred)
    assert not table.duplicated([*TEST_SET_KIND, "judge", *JUDGE]).any()
    for row in table.to_dict("records"):
        if row["judge"] == ITSELF:
            judged = [
                (r | {"after": r["predicted_resynthesised"], "seen": 0})
                for r in adversarial.to_dict("records")
                if kind(r) == kind(row) == kind(row, "judge_")
            ]
        else:
            judged = [
                (r | {"after": r["predicted_adversarial"], "seen": r["judge_trained_on"]})
                for r in transferred.to_dict("records")
                if kind(r) == kind(row) and kind(r, "judge_") == kind(row, "judge_")
            ]
        left = [r for r in judged if not r["seen"]]
        assert row["left_out"] == len(judged) - len(left)
        assert row["excerpts"] == len({r["excerpt"] for r in left})
        expected = {
            "success": share([r["after"] == "b" for r in left]),
            "success_clean": share([r["predicted_clean"] == "b" for r in left]),
            "turned": share([r["predicted_clean"] != r["after"] for r in left]),
            "accuracy_clean": share([r["predicted_clean"] == "a" for r in left]),
            "accuracy_adversarial": share([r["after"] == "a" for r in left]),
        }
        found = {name: row[name] for name in expected}
        assert found == pytest.approx(expected, nan_ok=True)


def test_every_pair_of_kinds_has_a_row_and_the_attacked_system_one_of_its_own():
    table = transfer.transfer(*tables(0))
    kinds = {kind(each) for each in SYSTEMS}
    pairs = {(kind(r), kind(r, "judge_"), r["judge"]) for r in table.to_dict("records")}
    itself = {(each, each, ITSELF) for each in kinds}
    # The DNN was trained with two seeds, each of which judges the other's excerpts.
    same_kind = {(kind(SYSTEMS[0]), kind(SYSTEMS[0]), ANOTHER)}
    others = {(one, other, ANOTHER) for one, other in product(kinds, kinds) if one != other}
    assert pairs == itself | same_kind | others
    for _, of_source in table.groupby(["partition", "architecture"]):
        assert of_source["judge"].iloc[0] == ITSELF


def test_the_interval_draws_the_sources_clusters():
    adversarial, transferred = tables(1, excerpts=40, chance_seen=0)
    # All excerpts of an artist come out alike, so that fewer draws know less.
    of_artist = transferred["artist"].str[1:].astype(int) % 3 == 0
    transferred["predicted_adversarial"] = np.where(of_artist, "b", "a")
    table = transfer.transfer(adversarial, transferred)
    for partition, cluster in (("random", "excerpt"), ("artist_filtered", "artist")):
        rows = transferred[
            (transferred["partition"] == partition)
            & (transferred["architecture"] == "cnn")
            & (transferred["judge_architecture"] == "dnn")
        ]
        reached = (rows["predicted_adversarial"] == "b").to_numpy()
        expected = intervals.proportion(reached, rows[cluster], rows["excerpt"])
        found = table[
            (table["partition"] == partition)
            & (table["architecture"] == "cnn")
            & (table["judge_architecture"] == "dnn")
        ]
        np.testing.assert_array_equal(found[["low", "high"]].squeeze(), expected)
        other = {"excerpt": "artist", "artist": "excerpt"}[cluster]
        assert intervals.proportion(reached, rows[other], rows["excerpt"]) != expected


def test_only_the_adversaries_that_were_transferred_have_rows():
    adversarial, transferred = tables(0)
    other = adversarial.assign(adversary="another")
    other_mode = adversarial.assign(mode="random")
    more = pd.concat([adversarial, other, other_mode])
    pd.testing.assert_frame_equal(
        transfer.transfer(more, transferred), transfer.transfer(adversarial, transferred)
    )


def test_without_limit_and_without_rows(tmp_path):
    adversarial, transferred = (
        table.assign(snr_limit_db=-math.inf) for table in tables(0, chance_seen=0)
    )
    assert (transfer.transfer(adversarial, transferred)["excerpts"] == 5).all()
    empty = {}
    for name in ("adversarial_excerpts", "transfer_excerpts"):
        path = tmp_path / f"{name}.tsv"
        write_table(pd.DataFrame(columns=COLLECTED[name]), path)
        empty[name] = read_table(path)
    found = transfer.transfer(empty["adversarial_excerpts"], empty["transfer_excerpts"])
    assert found.empty and "success" in found
    assert transfer.transfer(adversarial, empty["transfer_excerpts"]).empty


def test_the_tables_columns_are_those_that_are_collected():
    assert set(tables(0)[1]) == set(COLLECTED["transfer_excerpts"])
