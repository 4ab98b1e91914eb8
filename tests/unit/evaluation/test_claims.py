"""Claims on small tables where each verdict is known, and the page that states the rules."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_adversaries.evaluation import claims
from music_adversaries.evaluation.claims import CLAIMS, Evidence
from music_adversaries.tidy_tables import read_table, write_table

PAGE = Path(__file__).parents[3] / "docs" / "claims.md"
NETWORKS = {"dnn": "frame_dnn", "cnn": "slice_cnn", "dnn_forest": "forest"}
SETTINGS = {"most_iterations": 100, "stop_confidence": 0.9, "consistency": True}
ADVERSARIES = {
    "single": {**SETTINGS, "gradient": "exact"},
    "single_published": {**SETTINGS, "gradient": "as_published"},
    "whole": {**SETTINGS, "gradient": "exact", "stop_confidence": 0.5},
    "minimum": {"method": "minimum", "most_iterations": 100, "stop_confidence": 0.9},
}
N = 60


def judged(architecture, training="standard", dataset="made", partition="random"):
    return {
        "dataset": dataset,
        "partition": partition,
        "fold": 0,
        "seed": 1,
        "architecture": architecture,
        "training": training,
        "excerpt": [f"e{i}" for i in range(N)],
        "artist": [f"p{i // 2}" for i in range(N)],
        "true": "a",
    }


def share(of, yes, no):
    """``yes`` for this share of the excerpts."""
    return np.where(np.arange(N) < round(of * N), yes, no)


def clean(architecture, accuracy, **place):
    return pd.DataFrame(
        judged(architecture, **place) | {"predicted": share(accuracy, "a", "b")}
    )


def attacked(architecture, success, adversary="single", limit=15.0, mode="all_wrong", **place):
    attack = {"adversary": adversary, "snr_limit_db": limit, "mode": mode, "target": "b"}
    # What the adversary fails with is judged a third class, neither truth nor target.
    after = {"predicted_resynthesised": share(success, "b", "c")}
    return pd.DataFrame(judged(architecture, **place) | attack | after)


def filtered(architecture, accuracies, clean_accuracy=1.0, adversary="single", **place):
    """Accuracy under the adversary by cut-off; a filter spoils every clean excerpt."""
    attack = {"adversary": adversary, "snr_limit_db": 15.0, "mode": "all_wrong", "target": "b"}
    return pd.concat(
        pd.DataFrame(
            judged(architecture, **place)
            | attack
            | {
                "cutoff_hz": cutoff_hz,
                "predicted_clean": share(clean_accuracy * np.isinf(cutoff_hz), "a", "b"),
                "predicted_adversarial": share(accuracy, "a", "b"),
            }
        )
        for cutoff_hz, accuracy in accuracies.items()
    )


NOTHING = {
    "clean": clean("dnn", 1)[:0],
    "adversarial": attacked("dnn", 1)[:0],
    "filtered": filtered("dnn", {np.inf: 1})[:0],
}


def all_cases(**tables):
    """The cases of all claims on tables given as lists."""
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    evidence = Evidence(**(NOTHING | joined), networks=NETWORKS, adversaries=ADVERSARIES)
    return claims.claim_cases(evidence)


def cases_of(claim, **tables):
    """The claim's cases on tables given as lists."""
    cases = all_cases(**tables)
    return cases[cases["claim"] == claim].reset_index(drop=True)


# The claims


@pytest.mark.parametrize(
    ("success", "verdict"), [(1, "holds"), (0.8, "holds"), (0.5, "undecided"), (0, "fails")]
)
def test_a_asks_whether_the_adversary_mostly_succeeds(success, verdict):
    case = cases_of("a", adversarial=[attacked("dnn", success)]).squeeze()
    assert (case["value"], case["verdict"]) == (pytest.approx(success), verdict)
    assert case["low"] <= case["value"] <= case["high"]
    assert (case["systems"], case["adversary"], case["snr_limit_db"]) == ("dnn", "single", 15)
    assert (case["excerpts"], case["threshold"]) == (N, 0.5)


def test_a_has_a_case_for_each_setting_and_asks_no_other():
    cases = cases_of(
        "a",
        adversarial=[
            attacked("dnn", 1),
            attacked("cnn", 0.9, partition="artist_filtered"),
            attacked("dnn_forest", 0.8),
            attacked("dnn", 0.7, adversary="whole", limit=-np.inf),
            attacked("dnn", 0.6, limit=30.0),
            # None of these is a case.
            attacked("dnn", 0, mode="random"),
            attacked("dnn", 0, training="retrained"),
            attacked("cnn", 0, adversary="single_published"),
            attacked("cnn", 0, adversary="minimum"),
        ],
    )
    assert sorted(cases["value"].round(6)) == [0.6, 0.7, 0.8, 0.9, 1]


@pytest.mark.parametrize(
    ("of_cnn", "verdict"), [(0.3, "holds"), (0.85, "undecided"), (1, "fails")]
)
def test_b_pairs_a_frame_voting_system_with_a_cnn(of_cnn, verdict):
    adversarial = [attacked("dnn", 0.9), attacked("cnn", of_cnn)]
    case = cases_of("b", adversarial=adversarial).squeeze()
    assert case["value"] == pytest.approx(0.9 - of_cnn)
    assert (case["systems"], case["verdict"]) == ("dnn − cnn", verdict)


def test_b_takes_no_pair_across_settings():
    apart = [
        [attacked("dnn", 1), attacked("cnn", 0, adversary="whole")],
        [attacked("dnn", 1), attacked("cnn", 0, limit=30.0)],
        [attacked("dnn", 1), attacked("cnn", 0, partition="artist_filtered")],
        [attacked("dnn", 1), attacked("cnn", 0, training="retrained")],
        [attacked("dnn", 1), attacked("cnn", 0, adversary="single_published")],
        [attacked("dnn", 1), attacked("dnn_forest", 0)],
    ]
    for adversarial in apart:
        assert cases_of("b", adversarial=adversarial).empty


def test_b_as_published_lets_only_the_cnn_meet_the_slip():
    adversarial = [
        attacked("dnn", 1),
        attacked("dnn_forest", 0.9),
        attacked("cnn", 0, adversary="single_published"),
        # Another stopping confidence, another limit, and the slip at a frame system.
        attacked("dnn", 0.5, adversary="whole"),
        attacked("dnn", 0.5, limit=30.0),
        attacked("dnn", 0.5, adversary="single_published"),
    ]
    cases = cases_of("b_as_published", adversarial=adversarial)
    assert set(cases["adversary"]) == {"single − single_published"}
    values = dict(zip(cases["systems"], cases["value"], strict=True))
    assert values == pytest.approx({"dnn − cnn": 1, "dnn_forest − cnn": 0.9})
    assert cases_of("b", adversarial=adversarial).empty


@pytest.mark.parametrize(
    ("of_random", "verdict"), [(1, "holds"), (0.65, "undecided"), (0.2, "fails")]
)
def test_c_sets_random_against_every_other_partition(of_random, verdict):
    cases = cases_of(
        "c",
        clean=[
            clean("dnn", of_random),
            clean("dnn", 0.6, partition="artist_filtered"),
            clean("dnn", 0.6, partition="fault_filtered"),
            clean("dnn", 0.1, training="retrained"),
            clean("dnn", 0.9, training="retrained", partition="artist_filtered"),
        ],
    )
    assert len(cases) == 2
    assert set(cases["partition"]) == {"random − artist_filtered", "random − fault_filtered"}
    assert cases["value"].to_numpy() == pytest.approx(of_random - 0.6)
    assert set(cases["verdict"]) == {verdict}
    assert set(cases["adversary"]) == {"none"} and cases["snr_limit_db"].isna().all()


@pytest.mark.parametrize(
    ("of_retrained", "verdict"), [(0.9, "holds"), (0.8, "undecided"), (0.2, "fails")]
)
def test_d_asks_whether_retraining_lowers_success(of_retrained, verdict):
    adversarial = [attacked("dnn", 0.9), attacked("dnn", of_retrained, training="retrained")]
    case = cases_of("d", adversarial=adversarial).squeeze()
    assert case["value"] == pytest.approx(0.9 - of_retrained)
    assert (case["training"], case["verdict"]) == ("standard − retrained", verdict)


def test_arms_of_training_bear_on_no_claim():
    def tables(*trainings):
        kinds = [(name, training) for name in ("dnn", "cnn") for training in trainings]
        parts = [
            {"architecture": name, "training": training, "partition": partition}
            for name, training in kinds
            for partition in ("random", "artist_filtered")
        ]
        return {
            "clean": [clean(accuracy=0.8, **part) for part in parts],
            "adversarial": [attacked(success=0.7, **part) for part in parts],
            "filtered": [filtered(accuracies={np.inf: 0.3}, **part) for part in parts],
        }

    published = ("standard", "retrained")
    without = all_cases(**tables(*published))
    with_arms = all_cases(**tables(*published, "pgd", "fast", "noise", "longer"))
    pd.testing.assert_frame_equal(with_arms, without)
    assert set(without["claim"]) == {*CLAIMS} - {"b_as_published"}


@pytest.mark.parametrize(
    ("accuracies", "best", "verdict"),
    [
        ({np.inf: 0, 4000.0: 0.2, 1000.0: 0.1}, "4000", "holds"),
        ({np.inf: 0, 4000.0: 0.2, 1000.0: 0.8}, "1000", "undecided"),
        ({np.inf: 0, 4000.0: 1, 1000.0: 0.2}, "4000", "fails"),
        ({np.inf: 0.3, 4000.0: 0.3, 1000.0: 0.2}, "inf", "holds"),
    ],
)
def test_e_takes_the_filter_that_serves_the_system_best(accuracies, best, verdict):
    table = filtered("dnn", accuracies, clean_accuracy=0.95)
    case = cases_of("e", filtered=[table.sample(frac=1, random_state=0)]).squeeze()
    assert case["value"] == pytest.approx(0.95 - max(accuracies.values()))
    assert case["verdict"] == verdict
    assert case["statistic"] == f"{CLAIMS['e'].statistic} ({best} Hz)"


def test_e_asks_standard_systems_and_the_exact_gradient_alone():
    others = [
        filtered("dnn", {np.inf: 1}, training="retrained"),
        filtered("cnn", {np.inf: 1}, adversary="single_published"),
        filtered("dnn", {np.inf: 1}).assign(mode="random"),
    ]
    assert cases_of("e", filtered=others).empty


# Verdicts


bounds = st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted)


@given(bounds, st.floats(-1, 1))
def test_above_and_below_are_mirror_images(interval, threshold):
    low, high = interval
    above = claims.Claim("", "", threshold, list)
    below = claims.Claim("", "", -threshold, list, "below")
    assert above.verdict(low, high) == below.verdict(-high, -low)
    opposite = claims.Claim("", "", threshold, list, "below").verdict(low, high)
    swapped = {"holds": "fails", "fails": "holds", "undecided": "undecided"}
    assert opposite == swapped[above.verdict(low, high)]
    assert (above.verdict(low, high) == "undecided") == (low <= threshold <= high)


def test_an_interval_that_is_not_known_decides_nothing():
    assert CLAIMS["a"].verdict(np.nan, np.nan) == "undecided"
    one_artist = attacked("dnn", 1, partition="artist_filtered").assign(artist="p")
    assert cases_of("a", adversarial=[one_artist])["verdict"].item() == "undecided"


def made_cases(claim, intervals, dataset="made"):
    rows = [
        {
            "claim": claim,
            "dataset": dataset,
            "statistic": f"case {number}",
            "value": (low + high) / 2,
            "low": low,
            "high": high,
            "verdict": CLAIMS[claim].verdict(low, high),
        }
        for number, (low, high) in enumerate(intervals)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("claim", "intervals", "verdict", "decides"),
    [
        ("a", [(0.8, 1), (0.6, 0.9), (0.7, 0.9)], "holds", 1),
        ("a", [(0.8, 1), (0.4, 0.6), (0.3, 0.9)], "undecided", 2),
        ("a", [(0.1, 0.3), (0.2, 0.9), (0, 0.2)], "fails", 2),
        ("a", [(0.8, 1), (0.1, 0.9), (0.3, 0.4)], "fails", 2),
        ("a", [(0.4, 0.6), (np.nan, np.nan)], "undecided", 1),
        ("d", [(-0.1, 0), (-0.3, 0.05), (-0.9, -0.5)], "holds", 1),
        ("d", [(-0.1, 0.2), (0.2, 0.3), (0.3, 0.4)], "fails", 2),
    ],
)
def test_the_weakest_case_decides(claim, intervals, verdict, decides):
    table = claims.claim_verdicts(made_cases(claim, intervals), ["made"])
    row = table[table["claim"] == claim].squeeze()
    assert (row["verdict"], row["statistic"]) == (verdict, f"case {decides}")
    np.testing.assert_array_equal(list(row[["low", "high"]]), intervals[decides])
    counts = [CLAIMS[claim].verdict(*interval) for interval in intervals]
    assert [row["holds"], row["fails"], row["undecided"], row["cases"]] == [
        counts.count("holds"),
        counts.count("fails"),
        counts.count("undecided"),
        len(counts),
    ]


def test_every_claim_has_a_row_for_every_dataset():
    table = claims.claim_verdicts(made_cases("a", [(0.8, 1)]), ["made", "another"])
    assert len(table) == 2 * len(CLAIMS)
    verdicts = table.set_index(["claim", "dataset"])["verdict"]
    assert verdicts.pop(("a", "made")) == "holds"
    assert set(verdicts) == {"not run"}
    not_run = table[table["verdict"] == "not run"]
    assert (not_run[["cases", "holds", "fails", "undecided"]] == 0).all(axis=None)
    assert not_run[["value", "low", "high"]].isna().all(axis=None)
    assert not_run["threshold"].notna().all()


def test_a_run_of_nothing_says_so():
    evidence = Evidence(**NOTHING, networks=NETWORKS, adversaries=ADVERSARIES)
    cases = claims.claim_cases(evidence)
    assert cases.empty
    assert set(claims.claim_verdicts(cases, ["made"])["verdict"]) == {"not run"}


def test_tables_from_files_give_the_same_cases(tmp_path):
    tables = {
        "clean": pd.concat([clean("dnn", 1), clean("dnn", 0.6, partition="artist_filtered")]),
        "adversarial": pd.concat([attacked("dnn", 1, limit=-np.inf), attacked("cnn", 0.4)]),
        "filtered": filtered("dnn", {np.inf: 0.1, 1000.0: 0.2}),
    }
    read = {}
    for name, table in tables.items():
        write_table(table, tmp_path / name)
        read[name] = read_table(tmp_path / name)
    found, expected = (
        claims.claim_cases(Evidence(**side, networks=NETWORKS, adversaries=ADVERSARIES))
        for side in (read, tables)
    )
    assert set(expected["claim"]) == {"a", "c", "e"}
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


# The page


def test_the_page_states_the_rules_of_the_code():
    row = r"^\| ([a-z_]+) \| (.*?) \| (.*?) \| (above|below) (\S+) \|$"
    rows = re.findall(row, PAGE.read_text(encoding="utf-8"), re.M)
    stated = {
        name: (said, measured, rule, float(at)) for name, said, measured, rule, at in rows
    }
    assert stated == {
        name: (claim.statement, claim.statistic, claim.rule, claim.threshold)
        for name, claim in CLAIMS.items()
    }


def test_the_page_gives_a_reason_for_each_claim():
    reasons = re.findall(r"^\*\*([a-z_]+)\.\*\*", PAGE.read_text(encoding="utf-8"), re.M)
    assert reasons == list(CLAIMS)
