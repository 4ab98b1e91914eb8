"""Checks of the evaluation: each where it passes and where it fails, and in plain loops."""

import math
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.evaluation import sanity
from music_adversaries.evaluation.sanity import CHECKS, Evidence
from music_adversaries.judged_tables import COLLECTED, SYSTEM
from music_adversaries.tidy_tables import TEXT_COLUMNS, read_table, write_table

PAGE = Path(__file__).parents[3] / "docs" / "sanity.md"
ADVERSARIES = {
    "descent": {"method": "waveform", "most_iterations": 50, "step": 0.2},
    "longer": {"method": "waveform", "most_iterations": 100, "step": 0.2},
    "longer_steps": {
        "method": "waveform",
        "most_iterations": 100,
        "step": 0.3,
    },
    "small": {"method": "minimum", "most_iterations": 100},
    "paper": {"method": "paper", "most_iterations": 10, "gradient": "exact"},
    "slip": {"method": "paper", "most_iterations": 5, "gradient": "as_published"},
    "step": {"method": "single_step"},
    "white": {"method": "noise"},
    "blind": {"method": "black_box", "most_iterations": 7},
}
NONE = -math.inf
N = 40


def system(architecture="dnn", fold=0, partition="random", dataset="made"):
    place = {"dataset": dataset, "partition": partition, "fold": fold, "seed": 1}
    return {**place, "architecture": architecture, "training": "standard"}


def curve(adversary, limit, successes, snr_db=None, clean="a", **place):
    """Excerpts of which the first so many are judged as their target b, the others as a."""
    yields = np.arange(N) < successes
    about = system(**place) | {"adversary": adversary, "snr_limit_db": limit}
    about |= {"excerpt": [f"e{n}" for n in range(N)], "artist": "p", "true": "a", "target": "b"}
    judged = {"predicted_clean": clean, "predicted": np.where(yields, "b", "a")}
    return pd.DataFrame(
        about | judged | {"confidence": 0.5, "snr_db": snr_db or limit, "iterations": 3}
    )


def transferred(adversary, limit, successes, source="cnn", judge="dnn", clean="a"):
    table = curve(adversary, limit, successes, architecture=source, clean=clean)
    by = {f"judge_{k}": v for k, v in system(judge).items() if k != "dataset"}
    after = table["predicted"]
    return table.assign(**by, mode="all_wrong", predicted_adversarial=after, judge_trained_on=0)


def gradients(norm=1.0, zeros=0.0, error=1e-5, predicted="a", **place):
    about = system(**place) | {"excerpt": [f"e{n}" for n in range(N)], "target": "b"}
    figures = {"gradient_norm": norm, "zero_share": zeros, "difference_error_140db": error}
    figures |= {"cost": "boundary", "difference_error_80db": 0.3}
    return pd.DataFrame(about | {"predicted_clean": predicted} | figures)


def some(first, other, number):
    """``first`` for so many excerpts, ``other`` for the rest."""
    return np.where(np.arange(N) < number, first, other)


def empty(name):
    """A collected table without rows, as it is read."""
    kinds = {column: str if column in TEXT_COLUMNS else float for column in COLLECTED[name]}
    return pd.DataFrame(columns=COLLECTED[name]).astype(kinds)


def evidence(curves=(), adversarial=(), transfers=(), gradient=()):
    curves = pd.concat([curve("descent", 90.0, 0)[:0], *curves], ignore_index=True)
    none = empty("adversarial_excerpts")
    adversarial = pd.concat([none, *adversarial], ignore_index=True)
    return Evidence(
        attacked=sanity.attacked_excerpts(curves, adversarial),
        transferred=pd.concat([transferred("descent", 90.0, 0)[:0], *transfers]),
        gradients=pd.concat([gradients()[:0], *gradient]),
        adversaries=ADVERSARIES,
    )


def results(check, **found):
    table, _ = sanity.sanity(evidence(**found), ["made"])
    return table[table["check"] == check].set_index("adversary")


def result(check, **found):
    return results(check, **found).squeeze()


PASSING_AND_FAILING = {
    # The successes of what is held to more, and of what can do less: pass, then fail.
    "iterations_over_one": [
        {"curves": [curve("descent", 30.0, found), curve("step", 30.0, due)]}
        for found, due in ((20, 20), (19, 20))
    ],
    "gradient_over_noise": [
        {"curves": [curve("descent", 30.0, found), curve("white", 30.0, due)]}
        for found, due in ((20, 3), (2, 3))
    ],
    "gradient_over_black_box": [
        {"curves": [curve("descent", 30.0, found), curve("blind", 30.0, due)]}
        for found, due in ((20, 20), (19, 20))
    ],
    "budget_per_excerpt": [
        {"curves": [curve("descent", 20.0, found), curve("descent", 30.0, due)]}
        for found, due in ((20, 15), (14, 15))
    ],
    "budget": [
        {"curves": [curve("descent", 20.0, found), curve("descent", 30.0, due)]}
        for found, due in ((20, 15), (14, 15))
    ],
    "unbounded": [{"curves": [curve("descent", NONE, found)]} for found in (N, N - 1)],
    "doubled_iterations": [
        {"curves": [curve("longer", 30.0, found), curve("descent", 30.0, 20)]}
        for found in (20, 21)
    ],
    "own_over_transferred": [
        {
            "curves": [curve("descent", 30.0, found)],
            "transfers": [transferred("descent", 30.0, 5)],
        }
        for found in (20, 4)
    ],
    "transferred_over_noise": [
        {"curves": [curve("white", 30.0, due)], "transfers": [transferred("descent", 30.0, 5)]}
        for due in (5, 6)
    ],
    "gradients_not_zero": [
        {"gradient": [gradients(norm=some(norm, 1.0, 1))]} for norm in (1e-30, 0.0)
    ],
    "gradients_as_differences": [
        {"gradient": [gradients(error=some(error, 1e-5, 1))]} for error in (0.009, 0.011)
    ],
}


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_passes_and_fails(check):
    passing, failing = PASSING_AND_FAILING[check]
    passed, failed = result(check, **passing), result(check, **failing)
    assert (passed["verdict"], passed["exceptions"]) == ("pass", 0)
    assert (failed["verdict"], failed["exceptions"]) == ("fail", 1)
    assert passed["cases"] == failed["cases"] == N
    assert passed["value"] <= passed["threshold"] < failed["value"] == pytest.approx(1 / N)
    assert failed["statement"] == CHECKS[check].statement


@pytest.mark.parametrize("check", CHECKS)
def test_what_was_not_run_is_said_once_for_each_dataset(check):
    found = PASSING_AND_FAILING[check][0]
    table, exceptions = sanity.sanity(evidence(**found), ["made", "other"])
    rows = table[table["check"] == check].set_index("dataset")
    assert list(rows["verdict"]) == ["pass", "not run"]
    assert rows.loc["other", "cases"] == 0 and np.isnan(rows.loc["other", "value"])
    assert rows.loc["other", "architecture"] == rows.loc["other", "adversary"] == ""
    assert exceptions.empty


@pytest.mark.parametrize("check", CHECKS)
def test_the_exceptions_are_named(check):
    _, exceptions = sanity.sanity(evidence(**PASSING_AND_FAILING[check][1]), ["made"])
    named = exceptions[exceptions["check"] == check]
    assert len(named) == 1
    assert set(named["excerpt"]) <= {f"e{n}" for n in range(N)}
    assert named.columns[1] == "dataset" and set(SYSTEM) < set(named.columns)


def test_one_exception_of_a_hundred_passes_and_none_of_fewer():
    single = [curve("step", 30.0, 20, fold=fold) for fold in range(3)]
    descent = [curve("descent", 30.0, 20 - (fold == 0), fold=fold) for fold in range(3)]
    row = result("iterations_over_one", curves=[*single, *descent])
    assert (row["cases"], row["exceptions"], row["verdict"]) == (3 * N, 1, "pass")
    exactly = [pd.concat([*single, *descent]).query("excerpt != 'e39'")]
    some_left = [
        table[~table["excerpt"].isin([f"e{n}" for n in range(33, N)])] for table in exactly
    ]
    row = result("iterations_over_one", curves=some_left)
    assert (row["cases"], row["exceptions"], row["verdict"]) == (99, 1, "fail")


def test_one_limit_that_fails_is_not_hidden_by_others():
    limits = [60.0, 50.0, 40.0, 30.0]
    single = [curve("step", limit, 10) for limit in limits]
    descent = [curve("descent", limit, 10 - (limit == 40)) for limit in limits]
    row = result("iterations_over_one", curves=[*single, *descent])
    assert row["value"] == pytest.approx(1 / N) and row["cases"] == 4 * N
    assert row["verdict"] == "fail"


def test_excerpts_that_are_the_target_as_they_are_count_nowhere():
    clean = some("b", "a", 10)
    tables = [curve("descent", NONE, 0, clean=clean), curve("white", NONE, 10, clean=clean)]
    found = {
        "curves": tables,
        "transfers": [transferred("descent", NONE, 0, clean=clean)],
        "gradient": [gradients(norm=some(0.0, 1.0, 10), predicted=clean)],
    }
    for check in ("unbounded", "gradient_over_noise", "transferred_over_noise"):
        assert result(check, **found)["cases"] == N - 10
    assert result("gradient_over_noise", **found)["exceptions"] == 0
    row = result("gradients_not_zero", **found)
    assert (row["cases"], row["verdict"]) == (N - 10, "pass")


def test_the_smallest_change_answers_for_every_limit_that_its_snr_keeps():
    single = [curve("step", 30.0, 20), curve("step", 20.0, 20)]
    small = curve("small", NONE, N, snr_db=25.0)
    row = result("iterations_over_one", curves=[*single, small])
    assert (row["cases"], row["exceptions"]) == (2 * N, 20)
    assert result("iterations_over_one", curves=[single[1], small])["verdict"] == "pass"


def test_adversaries_that_follow_the_slip_are_not_asked():
    tables = [curve("slip", NONE, 0)]
    assert result("unbounded", curves=tables)["verdict"] == "not run"


def test_a_masking_threshold_is_a_limit_too():
    """Whoever is bound by it need not do what a single step, bound by none, does."""
    hidden = ADVERSARIES["descent"] | {"masking_margin_db": 0}
    free = ADVERSARIES["descent"] | {"masking_margin_db": "none"}
    tables = [curve("descent", NONE, 0), curve("step", NONE, N)]
    for entry, verdict in ((hidden, "not run"), (free, "fail")):
        adversaries = {"descent": entry, "step": ADVERSARIES["step"]}
        asked = replace(evidence(tables), adversaries=adversaries)
        table, _ = sanity.sanity(asked, ["made"])
        for check in ("unbounded", "iterations_over_one"):
            assert set(table.verdict[table.check == check]) == {verdict}


def test_only_settings_that_differ_in_twice_the_iterations_are_compared():
    names = ("descent", "longer", "longer_steps", "paper", "slip")
    found = results("doubled_iterations", curves=[curve(name, 30.0, 5) for name in names])
    assert list(found.index) == ["longer ≥ descent"]


def test_a_budget_is_compared_with_the_next_larger_one_alone():
    tables = [curve("descent", limit, n) for limit, n in ((NONE, 30), (40.0, 10), (15.0, 12))]
    row = result("budget_per_excerpt", curves=tables)
    assert (row["cases"], row["exceptions"]) == (2 * N, 0)
    _, exceptions = sanity.sanity(
        evidence([curve("descent", 40.0, 10), curve("descent", NONE, 9)]), ["made"]
    )
    assert set(exceptions["check"]) == {"budget_per_excerpt", "budget", "unbounded"}
    assert set(exceptions["snr_limit_db"]) == {NONE}


def test_gains_and_losses_cancel_in_the_rate_but_not_by_excerpt():
    """As many excerpts that are lost with the larger budget as are won."""
    larger = curve("descent", 20.0, 20)
    larger["predicted"] = some("a", larger["predicted"], 1)
    found = {"curves": [curve("descent", 30.0, 19), larger]}
    assert result("budget", **found)["verdict"] == "pass"
    assert result("budget_per_excerpt", **found)["verdict"] == "fail"


@pytest.mark.parametrize(("zeros", "verdict"), [(0.5, "pass"), (0.51, "fail")])
def test_a_gradient_of_few_samples_is_none(zeros, verdict):
    row = result("gradients_not_zero", gradient=[gradients(zeros=zeros)])
    assert row["verdict"] == verdict


def test_a_gradient_without_a_number_is_unsound():
    broken = gradients(norm=math.nan, error=math.nan)
    for check in ("gradients_not_zero", "gradients_as_differences"):
        assert result(check, gradient=[broken])["exceptions"] == N


def attacked(adversary, limit, successes, mode="all_wrong"):
    """The same attack as `curve`, as the table of attacked test sets has it."""
    table = curve(adversary, limit, successes)
    return table.rename(
        columns={"predicted": "predicted_resynthesised", "snr_db": "snr_db_resynthesised"}
    ).assign(mode=mode)


def test_attacks_on_test_sets_count_and_curves_count_before_them():
    found = {"adversarial": [attacked("paper", NONE, N)]}
    assert result("unbounded", **found)["verdict"] == "pass"
    found["curves"] = [curve("paper", NONE, N - 1)]
    row = result("unbounded", **found)
    assert (row["cases"], row["exceptions"]) == (N, 1)
    other_mode = {"adversarial": [attacked("paper", NONE, N, mode="random")]}
    assert result("unbounded", **other_mode)["verdict"] == "not run"


outcomes = st.lists(st.booleans(), min_size=N, max_size=N)


@settings(max_examples=8, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["descent", "small", "step", "white"]), outcomes), outcomes
)
def test_pairs_are_those_of_a_loop(yielded, own):
    """Success by excerpt at random, of adversaries that are there and of the transferred."""
    tables = [
        curve(name, NONE, 0).assign(predicted=np.where(yields, "b", "a"))
        for name, yields in yielded.items()
    ]
    transfers = [transferred("descent", NONE, 0)]
    transfers[0]["predicted_adversarial"] = np.where(own, "b", "a")
    table, exceptions = sanity.sanity(evidence(tables, transfers=transfers), ["made"])
    pairs = {
        (check, f"{strong} ≥ {weak}"): (yielded[strong], yielded[weak])
        for strong, (check, weak) in product(
            ("descent", "small"),
            (("iterations_over_one", "step"), ("gradient_over_noise", "white")),
        )
        if strong in yielded and weak in yielded
    }
    for name, found in yielded.items():
        if name in ("descent", "small"):
            pairs["unbounded", name] = (found, [True] * N)
    if "descent" in yielded:
        place = "own_over_transferred", "descent ≥ descent on others"
        pairs[place] = (yielded["descent"], own)
    if "white" in yielded:
        place = "transferred_over_noise", "descent on others ≥ white"
        pairs[place] = (own, yielded["white"])
    run = table[table["verdict"] != "not run"]
    assert set(zip(run["check"], run["adversary"], strict=True)) == set(pairs)
    for row in run.to_dict("records"):
        found, due = pairs[row["check"], row["adversary"]]
        broken = [n for n in range(N) if due[n] and not found[n]]
        assert (row["cases"], row["exceptions"]) == (N, len(broken))
        assert row["value"] == pytest.approx(len(broken) / N)
        named = exceptions[
            (exceptions["check"] == row["check"])
            & (exceptions["adversary"] == row["adversary"])
        ]
        assert set(named["excerpt"]) == {f"e{n}" for n in broken}


def test_a_run_without_anything_is_not_run_and_can_be_written(tmp_path):
    tables = {}
    for name in ("adversarial_excerpts", "transfer_excerpts", "gradient_excerpts"):
        write_table(empty(name), tmp_path / f"{name}.tsv")
        tables[name] = read_table(tmp_path / f"{name}.tsv")
    curves = curve("descent", 30.0, 1)[:0]
    attacked_by_none = sanity.attacked_excerpts(curves, tables["adversarial_excerpts"])
    found = Evidence(
        attacked_by_none, tables["transfer_excerpts"], tables["gradient_excerpts"], ADVERSARIES
    )
    table, exceptions = sanity.sanity(found, ["made"])
    assert list(table["check"]) == list(CHECKS)
    assert set(table["verdict"]) == {"not run"} and exceptions.empty
    assert sanity.gradient_figures(tables["gradient_excerpts"]).empty


def test_gradient_figures_are_those_of_a_loop():
    rng = np.random.default_rng(0)
    table = pd.concat(
        gradients(
            norm=rng.random(N),
            zeros=rng.random(N),
            error=rng.random(N),
            architecture=name,
            predicted=some("b", "a", 3),
        )
        for name in ("dnn", "cnn")
    )
    figures = sanity.gradient_figures(table).set_index("architecture")
    for name in ("dnn", "cnn"):
        rows = [r for r in table.to_dict("records") if r["architecture"] == name][3:]
        norms = [r["gradient_norm"] for r in rows]
        assert figures.at[name, "norm_median"] == pytest.approx(np.median(norms))
        assert figures.at[name, "norm_least"] == min(norms)
        assert figures.at[name, "zero_share_most"] == max(r["zero_share"] for r in rows)
        errors = [r["difference_error_140db"] for r in rows]
        assert figures.at[name, "error_140db_most"] == max(errors)
        assert figures.at[name, "error_80db_median"] == 0.3
        assert figures.at[name, "excerpts"] == N - 3


def test_the_page_states_every_check_and_its_threshold():
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE
    )
    stated = {name: (statement, statistic, most) for name, statement, statistic, most in rows}
    assert stated == {
        name: (check.statement, check.statistic, f"{100 * check.threshold:g} %")
        for name, check in CHECKS.items()
    }
