"""Survival of adversaries: counts by hand and by brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from music_adversaries.evaluation.survival import SHARES, survival
from music_adversaries.judged_tables import COLLECTED, collect
from music_adversaries.tidy_tables import read_table, write_table

SYSTEM = {"dataset": "d", "partition": "random", "fold": 0, "seed": 1} | {
    "architecture": "dnn",
    "training": "standard",
}
ATTACK = {"adversary": "waveform", "snr_limit_db": 20.0, "mode": "all_wrong"}
LABELS = ["a", "b", "c"]


def judged(transformation, true, target, clean, adversarial, **key):
    """A letter an excerpt of each: one transformation's rows."""
    table = pd.DataFrame(
        {
            "excerpt": [f"e{n}" for n in range(len(true))],
            "artist": "",
            "true": list(true),
            "target": list(target),
            "predicted_clean": list(clean),
            "predicted_adversarial": list(adversarial),
        }
    )
    return table.assign(**SYSTEM | ATTACK | {"transformation": transformation} | key)


def test_survival_by_hand():
    # Excerpts: turned, turned, turned, judged the target all along, never reached.
    about = ("aaaaa", "bbbbb")
    written = judged("none", *about, "aacba", "bbbba")
    behind = judged("mp3 64 kbit/s", *about, "aabbb", "bacab")
    before, after = survival(pd.concat([written, behind])).to_dict("records")
    assert (before["transformation"], after["transformation"]) == ("none", "mp3 64 kbit/s")
    for row in (before, after):
        assert (row["excerpts"], row["turned"], row["success_before"]) == (5, 3, 0.8)
    assert (before["survival"], before["success"]) == (1, 0.8)
    assert (before["accuracy_clean"], before["accuracy_adversarial"]) == (0.6, 0.2)
    assert after["survival"] == pytest.approx(1 / 3)
    assert after["success"] == pytest.approx(2 / 5)
    assert (after["accuracy_clean"], after["accuracy_adversarial"]) == (0.4, 0.4)
    once = stats.binomtest(1, 3).proportion_ci(method="wilson")
    assert after["survival_low"] <= once.low + 1e-9
    assert after["survival_high"] >= once.high - 1e-9


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 9))
def test_every_share_is_that_of_a_loop_over_the_rows(seed, excerpts):
    rng = np.random.default_rng(seed)
    table = pd.concat(
        judged(name, *rng.choice(LABELS, (4, excerpts)), **run, **kind)
        for run in ({"fold": 0, "seed": 1}, {"fold": 1, "seed": 1}, {"fold": 0, "seed": 2})
        for kind in ({"training": "standard"}, {"snr_limit_db": -np.inf})
        for name in ("none", "8 bits")
    )
    targets = table.drop_duplicates(["excerpt", "fold", "seed", "training", "snr_limit_db"])
    table = table.drop(columns="target").merge(
        targets[["excerpt", "fold", "seed", "training", "snr_limit_db", "target"]]
    )
    found = survival(table)
    assert len(found) == 4
    for row in found.itertuples():
        rows = [r for r in table.itertuples() if r.snr_limit_db == row.snr_limit_db]
        written = {
            (r.fold, r.seed, r.excerpt): r.predicted_clean != r.target
            and r.predicted_adversarial == r.target
            for r in rows
            if r.transformation == "none"
        }
        here = [r for r in rows if r.transformation == row.transformation]
        still = [
            r.predicted_adversarial == r.target
            for r in here
            if written[r.fold, r.seed, r.excerpt]
        ]
        assert row.excerpts == excerpts
        assert row.turned == len({key[2] for key, turned in written.items() if turned})
        assert row.survival == pytest.approx(np.mean(still)) if still else row.turned == 0
        successes = [r.predicted_adversarial == r.target for r in here]
        assert row.success == pytest.approx(np.mean(successes))
        rights = [r.predicted_clean == r.true for r in here]
        assert row.accuracy_clean == pytest.approx(np.mean(rights))


def test_where_nothing_was_turned_survival_is_unknown():
    (row,) = survival(judged("none", "aa", "bb", "aa", "aa")).to_dict("records")
    assert row["turned"] == row["success"] == 0
    assert np.isnan([row["survival"], row["survival_low"], row["survival_high"]]).all()
    assert row["accuracy_clean"] == 1


def test_excerpts_that_were_not_judged_as_written_are_refused():
    table = judged("8 bits", "ab", "ba", "ab", "ba")
    with pytest.raises(ValueError, match="'none'"):
        survival(table)


def test_nothing_transformed_gives_an_empty_table_with_every_column(tmp_path):
    write_table(collect([], "survival_excerpts"), tmp_path / "t.tsv")
    table = read_table(tmp_path / "t.tsv")
    assert list(table.columns) == COLLECTED["survival_excerpts"]
    found = survival(table)
    assert found.empty
    assert {f"{share}_low" for share in SHARES} <= set(found.columns)
