"""Typesetting: every number where it belongs, every label as it is, in every format."""

import csv
import io
import math
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from snakemake.iocontainers import OutputFiles

from music_adversaries.evaluation import figures_of_merit as merit
from music_adversaries.evaluation.perceptual import QUANTITIES
from music_adversaries.evaluation.perceptual import perceptual as summed_up
from music_adversaries.evaluation.survival import SHARES
from music_adversaries.reporting.tables import html, latex, markdown, numbers
from music_adversaries.reporting.tables.layouts import LAYOUTS
from music_adversaries.reporting.tables.printed import NOTHING_WAS_RUN, PrintedTable
from music_adversaries.tidy_tables import read_table, write_table

SCRIPT = Path(__file__).parents[3] / "workflow/scripts/tables/typeset_tables.py"
AWKWARD = ["$x$ & $y$", "a_b^c*", "100 %", "<b>R|B</b>", "[música]", "#1\\n `~{}` --", "レゲエ"]
SYSTEM = {"dataset": "made", "partition": "random", "fold": 0, "seed": 1} | {
    "architecture": "dnn",
    "training": "standard",
}
ATTACK = {"adversary": "single_excerpts", "snr_limit_db": 15.0, "mode": "all_wrong"}


def judgements(labels=AWKWARD, seeds=(1, 2, 3)):
    """Clean and adversarial excerpts, judged at random from a fixed seed.

    Classes differ in size, so that accuracy and normalised accuracy do.
    """
    rng = np.random.default_rng(0)
    excerpts = (labels * 6)[:-3]
    rows = [
        SYSTEM | ATTACK | {"seed": seed, "true": true, "artist": f"artist {n}"}
        for seed in seeds
        for n, true in enumerate(excerpts)
    ]
    table = pd.DataFrame(rows)
    table["excerpt"] = [f"excerpt {n}" for n in range(len(excerpts))] * len(seeds)
    for column in ("predicted", "predicted_adversarial", "predicted_resynthesised"):
        table[column] = rng.choice(labels, len(table))
    for stage in merit.STAGES:
        table[f"snr_db_{stage}"] = rng.uniform(-5, 40, len(table))
    return table.assign(iterations=rng.integers(0, 3, len(table)))


def folds(labels=AWKWARD):
    table = judgements(labels, seeds=(1,))
    return table.assign(
        label=table["true"], split=["train", "train", "test"] * (len(table) // 3)
    )


def clean_under_two_partitions():
    table = judgements()
    other = table.assign(partition="artist_filtered", predicted=table["predicted_adversarial"])
    return pd.concat([table, other])


def merits(labels=AWKWARD, seeds=(1, 2, 3)):
    table = judgements(labels, seeds)
    attacked = table.drop(columns="predicted")
    return merit.merit_tables(table, attacked, {"made": labels}).replace({None: ""})


def figures_of_merit():
    table = judgements()
    merits = merit.figures_of_merit(table, table)
    low, high = merits["accuracy"] - 0.0512, merits["accuracy"] + 0.0678
    return merits.assign(accuracy_low=low, accuracy_high=high)


def paired_comparisons():
    shared = {"dataset": "made", "partition": "random", "compared": "architecture"}
    shared |= {"first": "dnn", "second": "cnn_[2]", "held": "standard", **ATTACK}
    clean = {"adversary": "none", "snr_limit_db": math.nan, "mode": "none"}
    figures = ["value_first", "value_second", "difference", "low", "high"]
    figures += ["excerpts", "only_first", "only_second", "mcnemar_p"]
    rows = [
        shared | clean | {"quantity": "accuracy"} | dict(zip(figures, values, strict=True))
        for values in [(0.7, 0.8, -0.1, -0.204, 0.0041, 40, 3, 7, 0.34375)]
    ]
    rows += [
        shared | {"quantity": "success"} | dict(zip(figures, values, strict=True))
        for values in [
            (1.0, 0.25, 0.75, 0.6, 0.9, 40, 30, 0, 1.9e-9),
            (0.5, 0.5, 0.0, math.nan, math.nan, 40, 0, 0, math.nan),
        ]
    ]
    return pd.DataFrame(rows)


def probes(labels=AWKWARD):
    rng = np.random.default_rng(0)
    rows = [
        SYSTEM
        | {"adversary": "single_excerpts", "snr_limit_db": -math.inf, "excerpt": f"mine|{n}"}
        | {"true": true, "target": target, "predicted_clean": labels[0]}
        | {"predicted": target if rng.random() < 0.7 else labels[0]}
        | {"confidence": 0.9, "snr_db": rng.uniform(10, 40), "iterations": 4}
        for n, true in enumerate([*labels, ""])
        for target in labels
    ]
    return pd.DataFrame(rows)


def low_pass():
    rng = np.random.default_rng(0)
    rows = [
        SYSTEM
        | {"training": training, **ATTACK, "cutoff_hz": cutoff, "condition": condition}
        | {"excerpts": 40, "accuracy": accuracy, "low": accuracy - 0.1, "high": accuracy + 0.05}
        | {"normalised_accuracy": rng.random()}
        for training in ("standard", "retrained")
        for condition in ("clean", "adversarial")
        for cutoff, accuracy in zip(
            [math.inf, 11000, 5500, 500], rng.uniform(0.2, 0.8, 4), strict=True
        )
    ]
    return pd.DataFrame(rows)


def curves():
    figures = ["unchanged", "success", "success_low", "success_high"]
    figures += ["accuracy", "accuracy_low", "accuracy_high"]
    by_limit = {
        30.0: (2, 0.2, 0.1, 0.35, 0.7, 0.6, 0.8),
        -math.inf: (2, 0.9, 0.81, 1.0, 0.05, math.nan, math.nan),
        7.5: (2, 0.65, 0.5, 0.7, 0.3, 0.2, 0.4),
    }
    rows = [
        SYSTEM
        | {"adversary": adversary, "snr_limit_db": limit, "excerpts": 20, "judgements": 60}
        | dict(zip(figures, values, strict=True))
        for adversary in ("minimum", "noise")
        for limit, values in by_limit.items()
    ]
    # The noise met one limit less.
    return pd.DataFrame(rows[:-1])


def robust_accuracy():
    rows = [
        SYSTEM
        | {"training": training, "snr_limit_db": limit, "adversaries": 3, "excerpts": 20}
        | {"accuracy": accuracy, "low": accuracy - 0.123, "high": accuracy + 0.05}
        for training, share in (("standard", 0.5), ("retrained", 0.9))
        for limit, accuracy in ((math.inf, share), (20.0, share / 2), (-math.inf, share / 5))
    ]
    return pd.DataFrame(rows)


def minimum_snr():
    row = SYSTEM | {"adversary": "minimum", "excerpts": 20, "judgements": 60}
    row |= {"unchanged": 3, "failed": 31, "lower_quartile_db": -math.inf}
    row |= {"median_db": -math.inf, "low_db": -math.inf, "high_db": 22.25}
    return pd.DataFrame([row | {"upper_quartile_db": 31.04}])


def minimum_snr_difference():
    row = {"dataset": "made", "partition": "random", "compared": "training"}
    row |= {"first": "standard", "second": "retrained", "held": "dnn"}
    row |= {"adversary": "minimum", "excerpts": 20, "pairs": 60}
    row |= {"higher_first": 41, "higher_second": 12}
    return pd.DataFrame([row | {"difference_db": 4.26, "low_db": -1.04, "high_db": math.inf}])


def transfer():
    row = SYSTEM | ATTACK | {"judge": "another", "judge_partition": "artist_filtered"}
    row |= {"judge_architecture": "cnn", "judge_training": "standard", "excerpts": 30}
    row |= {"success": 0.1333, "low": 0.05, "high": 0.3012, "success_clean": 0.0333}
    row |= {"turned": 0.21, "accuracy_clean": 0.8, "accuracy_adversarial": 0.7512}
    nothing = dict.fromkeys(list(row)[-7:], math.nan) | {"excerpts": 0, "left_out": 12}
    other = {"snr_limit_db": -math.inf, "partition": "artist_filtered"}
    return pd.DataFrame([row | {"left_out": 4}, row | nothing, row | {"left_out": 0} | other])


def gradients():
    row = SYSTEM | {"cost": "boundary", "excerpts": 10, "norm_median": 12345.6}
    row |= {"norm_least": 0.000321, "zero_share_most": 0.0421}
    row |= {"error_140db_most": 0.0005, "error_80db_median": 0.3312}
    return pd.DataFrame([row, row | {"cost": "cross_entropy", "error_140db_most": math.nan}])


def sanity():
    row = SYSTEM | {"check": "budget", "statement": "Success does not fall", "value": -0.0123}
    row |= {"statistic": "fall of success", "adversary": "waveform", "threshold": 0.01}
    row |= {"cases": 240, "exceptions": 3, "verdict": "pass"}
    not_run = {"value": math.nan, "cases": 0, "exceptions": 0, "verdict": "not run"}
    return pd.DataFrame([row, row | {"value": 0.2, "verdict": "fail"}, row | not_run])


def survival_shares():
    rng = np.random.default_rng(0)
    kind = {key: SYSTEM[key] for key in ("dataset", "partition", "architecture", "training")}
    kind |= {"adversary": "waveform", "snr_limit_db": 20.0, "excerpts": 30, "turned": 23}
    rows = [
        kind | {"training": training, "transformation": name, "success_before": 0.876}
        for training in ("standard", "retrained")
        for name in ("none", "mp3 64 kbit/s", "level -6 dB")
    ]
    table = pd.DataFrame(rows)
    for share in SHARES:
        value = rng.uniform(0.2, 0.8, len(table))
        bounds = {f"{share}_low": value - 0.1, f"{share}_high": value + 0.05}
        table = table.assign(**{share: value}, **bounds)
    table.loc[4, ["survival", "survival_low", "survival_high"]] = math.nan
    return table


def perceptual():
    """Three kinds of test sets, one of them without a changed excerpt."""
    rng = np.random.default_rng(0)
    rows = [
        SYSTEM
        | ATTACK
        | {"mode": mode, "iterations": n % 2 if mode != "perfect" else 0}
        | dict(zip(QUANTITIES, rng.uniform(-1, 40, 7), strict=True))
        for mode in ("all_wrong", "random", "perfect")
        for n in range(9)
    ]
    return summed_up(pd.DataFrame(rows))


def claims():
    case = {"claim": "a", "dataset": "made", "statement": "The adversary defeats < both"}
    case |= {"statistic": "success rate", "value": 0.925, "low": 0.871, "high": 0.961}
    case |= {"rule": "above", "threshold": 0.125, "cases": 5}
    case |= {"holds": 4, "fails": 0, "undecided": 1, "verdict": "undecided"}
    not_run = {"claim": "e", "value": math.nan, "low": math.nan, "high": math.nan}
    not_run |= {"cases": 0, "holds": 0, "undecided": 0, "verdict": "not run"}
    return pd.DataFrame([case, case | not_run])


def claim_cases():
    case = SYSTEM | ATTACK | {"claim": "b", "systems": "dnn, cnn", "excerpts": 30}
    case |= {"statistic": "difference", "value": -0.1234, "low": -0.2, "high": -0.0004}
    case |= {"threshold": 0.0, "verdict": "fails"}
    return pd.DataFrame([case, case | {"claim": "c", "training": "", "verdict": "holds"}])


TIDY = {
    "partition_sizes": lambda: merit.partition_sizes(folds()),
    "figures_of_merit": figures_of_merit,
    "merits": merits,
    "partition_difference": lambda: merit.partition_difference(clean_under_two_partitions()),
    "paired_comparisons": paired_comparisons,
    "probes": probes,
    "low_pass": low_pass,
    "curves": curves,
    "robust_accuracy": robust_accuracy,
    "minimum_snr": minimum_snr,
    "minimum_snr_difference": minimum_snr_difference,
    "transfer": transfer,
    "gradients": gradients,
    "sanity": sanity,
    "survival": survival_shares,
    "perceptual": perceptual,
    "claims": claims,
    "claim_cases": claim_cases,
}


def typeset(name, tidy=None):
    return LAYOUTS[name](TIDY[name]() if tidy is None else tidy)


def read_markdown(text):
    """The tables of a Markdown text as pandas reads them, cells and headings as text.

    A backslash before a character is taken away, as a reader of Markdown does.
    """
    tables = []
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        read = pd.read_csv(
            io.StringIO(block),
            sep="|",
            escapechar="\\",
            quoting=csv.QUOTE_NONE,
            header=None,
            dtype=str,
            keep_default_na=False,
        )
        assert set(read[0]) == {""} and set(read.iloc[:, -1]) == {""}  # the outer pipes
        read = read.iloc[:, 1:-1].map(str.strip)
        assert read.iloc[1].str.fullmatch(":?-+:?").all()
        tables.append(read.iloc[2:].set_axis(list(read.iloc[0]), axis=1).reset_index(drop=True))
    return tables


def printed(name, tidy=None):
    """The tables of a name, written in Markdown and read back."""
    return read_markdown(markdown.to_markdown(typeset(name, tidy)))


def found_numbers(texts):
    """Every number in a column's texts, a list of floats each; a dash is no number."""
    texts = [text.replace("−", "-").replace("∞", "inf").replace("*", "") for text in texts]
    return [[float(n) for n in re.findall(r"-?(?:[0-9.]+|inf)", text)] for text in texts]


def assert_rounded(texts, tidy, decimals):
    """Numbers in texts are those of a tidy frame's rows, NaN left out, within rounding."""
    expected = [[n for n in row if not math.isnan(n)] for row in tidy.to_numpy().tolist()]
    tolerance = 0.5 * 10**-decimals + 1e-9
    for found, wanted in zip(found_numbers(texts), expected, strict=True):
        assert found == pytest.approx(wanted, abs=tolerance)


# Numbers


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (numbers.number(-3.14159), "−3.1"),
        (numbers.number(-0.04), "0.0"),
        (numbers.number(math.nan), "–"),
        (numbers.number(-math.inf), "−∞"),
        (numbers.percent(0.98765), "98.8"),
        (numbers.p_value(0.0123), "0.012"),
        (numbers.p_value(0.00099), "<0.001"),
        (numbers.p_value(1.0), "1.000"),
        (numbers.p_value(math.nan), "–"),
        (numbers.snr_limit(15.0), "15"),
        (numbers.snr_limit(-math.inf), "none"),
        (numbers.snr_limit(-2.5), "−2.5"),
        (numbers.snr_limit(math.nan), "–"),
        (numbers.with_spread(30.12, 4.56), "30.1 ± 4.6"),
        (numbers.with_spread(30.12, math.nan), "30.1"),
        (numbers.with_interval(numbers.percent)(0.5, 0.4, 0.6), "50.0 [40.0, 60.0]"),
        (numbers.with_interval(numbers.percent)(0.5, math.nan, math.nan), "50.0"),
    ],
)
def test_numbers_read_as_in_print(written, text):
    assert written == text


# Layouts: what was read back from Markdown against the tidy table


def test_partition_sizes_hold_every_count_and_totals():
    tidy = TIDY["partition_sizes"]()
    (table,) = printed("partition_sizes")
    assert list(table.columns) == ["class", "train", "test", "all"]
    assert list(table["class"]) == [*sorted(AWKWARD), "all"]
    for split in ("train", "test"):
        here = tidy[tidy["split"] == split]
        assert_rounded(table[split][:-1], here[["excerpts", "artists"]], 0)
        assert int(table[split].iloc[-1]) == here["excerpts"].sum()
    assert int(table["all"].iloc[-1]) == len(folds())
    for label, excerpts in folds()["label"].value_counts().items():
        assert table.set_index("class").at[label, "all"] == str(excerpts)


def test_a_class_without_excerpts_in_a_split_is_a_dash():
    tidy = TIDY["partition_sizes"]()
    gone = (tidy["label"] == "100 %") & (tidy["split"] == "test")
    (table,) = printed("partition_sizes", tidy[~gone])
    assert table.set_index("class").at["100 %", "test"] == "–"
    assert (table.map("–".__eq__)).sum(axis=None) == 1


def test_figures_of_merit_hold_every_number_by_run_and_by_what_is_judged():
    tidy = figures_of_merit()
    tables = printed("figures_of_merit")
    stages = [["clean", "resynthesised"], ["adversarial"]]
    kinds = [(seed, stage) for seed in (1, 2, 3) for stage in stages]
    for table, (seed, judged) in zip(tables, kinds, strict=True):
        rows = tidy[tidy["stage"].isin(judged) & (tidy["seed"] == seed)]
        accuracies = rows[["accuracy", "accuracy_low", "accuracy_high"]]
        assert_rounded(table["accuracy"], 100 * accuracies, 1)
        assert_rounded(table["normalised accuracy"], 100 * rows[["normalised_accuracy"]], 1)
        assert_rounded(table["SNR"], rows[["snr_db_mean", "snr_db_sd"]], 1)
        assert_rounded(table["median SNR"], rows[["snr_db_median"]], 1)
        assert_rounded(table["excerpts"], rows[["excerpts"]], 0)
        assert_rounded(table["unchanged"], rows[["unchanged_excerpts"]], 0)
        assert list(table["mode"]) == list(rows["mode"])
    assert tables[0]["SNR"][0] == tables[0]["SNR limit (dB)"][0] == "–"
    assert set(tables[1]["SNR limit (dB)"]) == {"15"}
    captions = [table.caption for table in typeset("figures_of_merit")]
    assert ["seed 3" in caption for caption in captions] == [False] * 4 + [True] * 2


@pytest.mark.parametrize("seeds", [(1,), (1, 2, 3)])
def test_confusions_are_in_the_papers_places(seeds):
    tidy = merits(seeds=seeds)
    kinds = [kind for _, kind in tidy.groupby("adversary", sort=False)]
    for table, kind in zip(printed("merits", tidy), kinds, strict=True):
        assert list(table.columns) == ["predicted", *AWKWARD, "precision"]
        means = table[table["predicted"] != ""].set_index("predicted")
        halves = table[table["predicted"] == ""]
        halves = halves.set_axis(means.index[: len(halves)])
        assert list(means.index) == [*AWKWARD, "F-score"]
        assert len(halves) == (len(means) if len(seeds) > 1 else 0)
        for row in kind.itertuples():
            place = (row.predicted or "F-score", row.true or "precision")
            assert_rounded([means.at[place]], pd.DataFrame([[row.percent_mean]]), 1)
            if len(seeds) > 1 and row.percent_mean > 0:
                half = pd.DataFrame([[row.percent_high - row.percent_mean]])
                assert_rounded([halves.at[place]], half, 1)


def test_recalls_and_nothing_else_are_bold_in_confusions():
    for name, bold in (("**", markdown_bold), ("textbf", latex_bold)):
        tidy = merits(["jazz", "pop", "rock"], seeds=(1,))
        texts = bold(typeset("merits", tidy))
        recalls = tidy.loc[tidy["true"].eq(tidy["predicted"]) & tidy["true"].ne("")]
        assert len(texts) == len(recalls) == 6, name
        assert_rounded(texts, recalls[["percent_mean"]], 1)


def markdown_bold(tables):
    return re.findall(r"\*\*(.+?)\*\*", markdown.to_markdown(tables))


def latex_bold(tables):
    return re.findall(r"\\textbf\{(.+?)\}", latex.to_latex(tables))


def test_confusions_under_an_adversary_tell_its_snr():
    tidy = merits(["a", "b"], seeds=(1,))
    judged = judgements(["a", "b"], seeds=(1,))
    level = judged.snr_db_resynthesised[judged.iterations > 0]
    captions = [table.caption for table in LAYOUTS["merits"](tidy)]
    told = f"SNR between waveforms: {level.mean():.1f} ± {level.std():.1f} dB"
    assert [told in caption for caption in captions] == [
        "no adversary" not in caption for caption in captions
    ]
    assert any(told in caption for caption in captions)


def test_transfer_holds_every_number_and_dashes_where_nothing_was_left():
    tidy = transfer()
    tables = printed("transfer")
    for table, rows in zip(tables, [tidy[:2], tidy[2:]], strict=True):
        assert_rounded(table["success"], 100 * rows[["success", "low", "high"]], 1)
        assert_rounded(table["success, original"], 100 * rows[["success_clean"]], 1)
        assert_rounded(table["turned"], 100 * rows[["turned"]], 1)
        accuracies = rows[["accuracy_clean", "accuracy_adversarial"]]
        assert_rounded(table["accuracy"], 100 * accuracies, 1)
        assert_rounded(table["excerpts"], rows[["excerpts"]], 0)
        assert_rounded(table["left out"], rows[["left_out"]], 0)
        assert list(table["judge's partition"]) == list(rows["judge_partition"])
    assert tables[0]["success"][1] == "–"
    captions = [table.caption for table in typeset("transfer")]
    assert "SNR limit 15 dB" in captions[0] and "no SNR limit" in captions[1]


def test_gradients_hold_every_number():
    tidy = gradients()
    (table,) = printed("gradients")
    assert list(table["norm, median"]) == ["1.23e+04"] * 2
    assert list(table["norm, smallest"]) == ["0.000321"] * 2
    assert_rounded(table["zeros"], 100 * tidy[["zero_share_most"]], 1)
    assert_rounded(table["error, 140 dB"], 100 * tidy[["error_140db_most"]], 1)
    assert_rounded(table["error, 80 dB"], 100 * tidy[["error_80db_median"]], 1)
    assert list(table["cost"]) == list(tidy["cost"])


def test_checks_are_printed_with_bold_verdicts_and_exceptions_of_cases():
    tidy = sanity()
    (table,) = printed("sanity")
    assert list(table["verdict"]) == ["**pass**", "**fail**", "**not run**"]
    assert list(table["exceptions"]) == ["3 of 240", "3 of 240", "0 of 0"]
    assert_rounded(table["value"], 100 * tidy[["value"]], 1)
    (caption,) = (each.caption for each in typeset("sanity"))
    assert "Success does not fall" in caption and "fall of success" in caption


def test_a_precision_that_is_undefined_is_a_dash():
    runs = pd.DataFrame({"run": 1, "true": ["a", "b"], "predicted": ["a", "a"]})
    shared = {"dataset": "made", "partition": "random", "architecture": "dnn"}
    shared |= {"training": "standard", "adversary": "none", "snr_limit_db": math.nan}
    shared |= {"mode": "none", "snr_db_mean": math.nan, "snr_db_sd": math.nan}
    tidy = merit.merit_table(runs, ["a", "b"]).assign(**shared)
    (table,) = printed("merits", tidy)
    assert list(table["precision"]) == ["50.0", "–", "50.0"]
    assert list(table["a"]) == ["**100.0**", "0", "66.7"]


def test_classes_with_the_names_of_headings_keep_their_places():
    labels = ["precision", "predicted", "F-score"]
    for table in printed("merits", merits(labels, seeds=(1,))):
        assert list(table.columns) == ["predicted", *labels, "precision"]
        assert table.shape == (4, 5)


def test_partition_difference_holds_every_number():
    tidy = TIDY["partition_difference"]()
    (table,) = printed("partition_difference")
    names = ["accuracy", "normalised_accuracy", "artists", "excerpts"]
    headings = ["accuracy", "normalised accuracy", "artists", "excerpts"]
    for name, heading, scale, decimals in zip(
        names, headings, [100, 100, 1, 1], [1, 1, 0, 0], strict=True
    ):
        assert_rounded(
            table[heading], scale * tidy[[f"{name}_first", f"{name}_second"]], decimals
        )
    assert_rounded(table["difference"], 100 * tidy[["difference", "low", "high"]], 1)
    assert list(table["second"]) == ["artist_filtered"]


def test_paired_comparisons_hold_every_number():
    tidy = paired_comparisons()
    (table,) = printed("paired_comparisons")
    assert_rounded(table["first / second"], 100 * tidy[["value_first", "value_second"]], 1)
    assert_rounded(table["difference"], 100 * tidy[["difference", "low", "high"]], 1)
    assert_rounded(table["excerpts"], tidy[["excerpts"]], 0)
    assert_rounded(table["only one"], tidy[["only_first", "only_second"]], 0)
    assert list(table["p"]) == ["0.344", "<0.001", "–"]
    assert list(table["SNR limit (dB)"]) == ["–", "15", "15"]
    assert table["difference"][0] == "−10.0 [−20.4, 0.4]"


def test_probes_have_levels_where_the_adversary_succeeded_and_dashes_elsewhere():
    tidy = probes()
    (table,) = printed("probes")
    assert list(table["true class"]) == [*AWKWARD, "–"]
    table = table.set_index("excerpt")
    for row in tidy.itertuples():
        level = math.nan if row.predicted != row.target else row.snr_db
        text = table.at[row.excerpt, row.target]
        assert (text == "–") == math.isnan(level)
        assert_rounded([text], pd.DataFrame([[level]]), 1)
    assert "single\\_excerpts, no SNR limit" in markdown.to_markdown(typeset("probes"))


def test_a_probe_that_needed_no_change_has_no_level_and_one_that_was_not_run_a_dash():
    tidy = probes()
    tidy.loc[0, ["iterations", "snr_db"]] = [0, 71.3]
    tidy = tidy.drop(index=8)
    (table,) = printed("probes", tidy)
    assert tidy["predicted"][0] == tidy["target"][0]
    assert table.iloc[0, 2] == "∞"
    assert table.iloc[1, 3] == "–"


def test_perceptual_has_a_row_per_test_set_and_quantities_across():
    tidy = perceptual().set_index(["mode", "quantity"])
    (table,) = printed("perceptual")
    assert list(table["mode"]) == ["all_wrong", "perfect", "random"]
    assert list(table["changed / unchanged"]) == ["4 / 5", "0 / 9", "4 / 5"]
    for column, quantity in zip(table.columns[-7:], QUANTITIES, strict=True):
        row = tidy.loc[("random", quantity)]
        bounds = pd.DataFrame([row[["median", "low", "high"]].astype(float)])
        scale = 100 if column == "audible" else 1
        assert_rounded([table[column][2]], scale * bounds, 2 if column == "loudness" else 1)
    assert set(table.iloc[1, -7:]) == {"–"}


def test_low_pass_has_cutoffs_across():
    tidy = low_pass()
    (table,) = printed("low_pass")
    names = {500: "0.5 kHz", 5500: "5.5 kHz", 11000: "11 kHz", math.inf: "no filter"}
    assert list(table.columns[-4:]) == list(names.values())
    places = table.set_index(["training", "condition", "figure"]).sort_index()
    for row in tidy.itertuples():
        figures = places.loc[(row.training, row.condition), names[row.cutoff_hz]]
        assert_rounded([figures["accuracy"]], pd.DataFrame([[100 * row.accuracy]]), 1)
        bounds = pd.DataFrame([[100 * row.low, 100 * row.high]])
        assert_rounded([figures["95 % interval"]], bounds, 1)
        normalised = pd.DataFrame([[100 * row.normalised_accuracy]])
        assert_rounded([figures["normalised accuracy"]], normalised, 1)


def test_a_cutoff_that_one_condition_lacks_is_a_dash():
    (table,) = printed("low_pass", low_pass().drop(index=3))
    assert list(table["0.5 kHz"][:3]) == ["–", "–", "–"]
    assert "–" not in set(table["0.5 kHz"][3:]) | set(table["5.5 kHz"])


def test_curves_have_limits_across_by_falling_snr():
    (table,) = printed("curves")
    assert list(table.columns[-3:]) == ["30", "7.5", "none"]
    assert list(table["figure"][:4]) == [
        *["success", "95 % interval"],
        *["accuracy", "95 % interval"],
    ]
    minimum, noise = (table[table["adversary"] == name] for name in ("minimum", "noise"))
    assert list(minimum["30"]) == ["20.0", "[10.0, 35.0]", "70.0", "[60.0, 80.0]"]
    assert list(minimum["none"]) == ["90.0", "[81.0, 100.0]", "5.0", "–"]
    assert list(noise["7.5"]) == ["–"] * 4
    assert set(table["unchanged"]) == {"2"} and set(table["judgements"]) == {"60"}


def test_robust_accuracy_begins_with_the_clean_one():
    (table,) = printed("robust_accuracy")
    assert list(table.columns[-3:]) == ["clean", "20", "none"]
    places = table.set_index(["training", "figure"]).sort_index()
    for row in robust_accuracy().to_dict("records"):
        limit = {math.inf: "clean", -math.inf: "none"}.get(row["snr_limit_db"], "20")
        for figure, names in (("accuracy", ["accuracy"]), ("95 % interval", ["low", "high"])):
            text = places.at[(row["training"], figure), limit]
            assert_rounded([text], 100 * pd.DataFrame([row])[names], 1)


def test_censored_quantiles_are_printed_as_infinite():
    (table,) = printed("minimum_snr")
    (row,) = table.to_dict("records")
    assert (row["lower quartile"], row["upper quartile"]) == ("−∞", "31.0")
    assert row["median"] == "−∞ [−∞, 22.2]"
    assert (row["unchanged"], row["failed"], row["judgements"]) == ("3", "31", "60")


def test_differences_of_minimum_snrs_hold_every_number():
    (table,) = printed("minimum_snr_difference")
    assert list(table["difference"]) == ["4.3 [−1.0, ∞]"]
    assert list(table["higher"]) == ["41 / 12"]
    assert list(table["pairs"]) == ["60"]
    assert "differ in training" in typeset("minimum_snr_difference")[0].caption


def test_survival_holds_every_number_by_system():
    tidy = survival_shares()
    headings = ["survival (of turned)", "success (of all)"]
    headings += ["accuracy, clean", "accuracy, adversarial"]
    for table, (_, rows) in zip(
        printed("survival"), tidy.groupby("training", sort=False), strict=True
    ):
        assert list(table["transformation"]) == ["none", "mp3 64 kbit/s", "level -6 dB"]
        for heading, share in zip(headings, SHARES, strict=True):
            figures = rows[[share, f"{share}_low", f"{share}_high"]]
            assert_rounded(table[heading], 100 * figures, 1)
    captions = [table.caption for table in typeset("survival")]
    assert ["retrained training" in caption for caption in captions] == [False, True]
    assert all("waveform, SNR limit 20 dB" in caption for caption in captions)
    assert all("23 of 30 excerpts" in caption for caption in captions)
    assert all("success as written: 87.6 %" in caption for caption in captions)


def test_claims_have_their_sentence_numbers_and_verdict():
    (table,) = printed("claims")
    assert table["statement"][0] == "The adversary defeats < both"
    assert list(table["value"]) == ["92.5 [87.1, 96.1]", "–"]
    assert list(table["threshold"]) == ["12.5", "12.5"]
    assert list(table["cases"]) == ["4 / 0 / 1", "0 / 0 / 0"]
    assert list(table["verdict"]) == ["**undecided**", "**not run**"]


def test_cases_of_each_claim_are_a_table():
    b, c = printed("claim_cases")
    assert list(b["value"]) == ["−12.3 [−20.0, 0.0]"]
    assert list(c["training"]) == ["–"]


@pytest.mark.parametrize("name", TIDY)
def test_a_table_without_rows_says_so_in_a_sentence(name, tmp_path):
    write_table(TIDY[name]().iloc[:0], tmp_path / "empty.tsv")
    tables = typeset(name, read_table(tmp_path / "empty.tsv"))
    assert tables == []
    assert markdown.to_markdown(tables) == f"{NOTHING_WAS_RUN}\n"
    assert f"<p>{NOTHING_WAS_RUN}</p>" in html.to_html(tables, name)
    written = latex.to_latex(tables).splitlines()
    assert written[0].startswith("%")
    assert written[1:] == [NOTHING_WAS_RUN]


# All formats


def latex_tabulars(text):
    """The cells of each tabular in a LaTeX text, a list of rows, rules left out."""
    bodies = re.findall(r"\\begin\{tabular\}\{[^\n]*\n(.*?)\\end\{tabular\}", text, re.DOTALL)
    return [
        [
            re.split(r"(?<!\\) ?& ", line.removesuffix(r" \\"))
            for line in body.splitlines()
            if line.endswith(r" \\")
        ]
        for body in bodies
    ]


@pytest.mark.parametrize("name", TIDY)
def test_latex_is_balanced_and_square(name):
    tables = typeset(name)
    text = latex.to_latex(tables)
    open_ends = []
    for kind, environment in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            open_ends.append(environment)
        else:
            assert open_ends.pop() == environment
    assert open_ends == []
    assert text.count(r"\toprule") == text.count(r"\bottomrule") == len(tables)
    for table, rows in zip(tables, latex_tabulars(text), strict=True):
        assert {len(row) for row in rows} == {len(table.align)}
        assert len(rows) == 1 + len(table.rows)


@pytest.mark.parametrize("name", TIDY)
def test_both_formats_hold_the_same_cells(name):
    tables = typeset(name)
    pairs = zip(
        latex_tabulars(latex.to_latex(tables)),
        read_markdown(markdown.to_markdown(tables)),
        strict=True,
    )
    for rows, table in pairs:
        in_markdown = [list(table.columns), *table.to_numpy().tolist()]
        plain = [
            [re.sub(r"^\*\*(.*)\*\*$", r"\1", cell) for cell in row] for row in in_markdown
        ]
        bare = [[re.sub(r"^\\textbf\{(.*)\}$", r"\1", cell) for cell in row] for row in rows]
        assert [[read_latex(cell) for cell in row] for row in bare] == plain


class Page(HTMLParser):
    """The tables of a page: their captions, their rows and which of the cells are bold."""

    def __init__(self, text):
        super().__init__()
        self.title, self.captions, self.tables, self.bold = "", [], [], []
        self.place = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "figcaption":
            self.captions.append("")
        elif tag == "table":
            self.tables.append([])
            self.bold.append(set())
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "b":
            self.bold[-1].add((len(self.tables[-1]) - 2, len(self.tables[-1][-1]) - 1))
        self.place = tag

    def handle_endtag(self, tag):
        self.place = "td" if tag == "b" else None

    def handle_data(self, data):
        if self.place == "title":
            self.title += data
        elif self.place == "figcaption":
            self.captions[-1] += data
        elif self.place in ("td", "th", "b"):
            self.tables[-1][-1][-1] += data


@pytest.mark.parametrize("name", TIDY)
def test_html_holds_the_captions_cells_and_bold_cells(name):
    tables = typeset(name)
    page = Page(html.to_html(tables, name))
    assert page.title == name
    assert page.captions == [on_one_line(table.caption) for table in tables]
    assert page.bold == [bold_places(table) for table in tables]
    for found, table in zip(page.tables, tables, strict=True):
        cells = [[cell.strip() for cell in row] for row in found]
        assert cells == [table.headings, *table.rows]


def bold_places(table):
    return {
        (row, column)
        for row, line in enumerate(table.rows)
        for column, text in enumerate(line)
        if isinstance(text, numbers.Bold)
    }


def test_a_page_of_html_fetches_nothing():
    text = html.to_html(typeset("claims"), "claims")
    assert re.findall(r"<(?:script|link|img|iframe)|\b(?:src|href)=|url\(|@import", text) == []


SPELLINGS = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textasciigrave{}": "`",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    **{f"\\{c}": c for c in "&%$#_{}"},
    **{f"{{{c}}}": c for c in "[]*"},
    "-{}": "-",
    r"\textendash{}": "–",
    "$-$": "−",
    r"$\pm$": "±",
    r"$\times$": "×",
    r"$\geq$": "≥",
    r"$\infty$": "∞",
}
OTHER = r"(?:(?!--)[^\\~^`<>|&%$#{}\[\]*_–−±×≥∞])"
LATEX_TOKEN = re.compile("|".join(map(re.escape, SPELLINGS)) + "|" + OTHER)


def read_latex(text):
    """What escaped LaTeX prints; ValueError where anything is left that is a command."""
    tokens = LATEX_TOKEN.findall(text)
    if "".join(tokens) != text:
        raise ValueError(f"not all escaped: {text!r}")
    return "".join(SPELLINGS.get(token, token) for token in tokens)


LABELS = st.text(min_size=1) | st.text("\\&%$#_{}~^<>[]|*`-\n –−", min_size=1, max_size=8)


def on_one_line(text):
    """The text without line breaks and control characters, found character by character."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    shown = re.sub(" +", " ", spaced).strip(" ")
    return re.sub("[\x00-\x1f\x7f-\x9f]", "", shown)


@given(LABELS)
@example("a--b---c")
@example("-–-")
def test_any_label_is_escaped_in_latex(label):
    assert read_latex(latex.escape(label)) == on_one_line(label)


@given(LABELS)
def test_any_label_is_escaped_in_markdown(label):
    escaped = markdown.escape(label)
    assert re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>&|~$]", escaped) is None
    assert re.sub(r"\\(.)", r"\1", escaped) == on_one_line(label)


@given(LABELS)
@example("<script>&amp;\"'")
def test_any_label_is_escaped_in_html(label):
    page = Page(html.to_html([PrintedTable(label, [label], [[label]], "l")], label))
    wanted = on_one_line(label)
    assert page.captions == [wanted]
    assert [[cell.strip() for cell in row] for row in page.tables[0]] == [[wanted.strip()]] * 2


@given(st.lists(LABELS, min_size=2, max_size=4))
def test_any_labels_keep_a_table_square(labels):
    row = [*labels, "1.0"]
    table = PrintedTable(labels[0], row, [row, row], "l" * len(row))
    (rows,) = latex_tabulars(latex.to_latex([table]))
    wanted = list(map(on_one_line, row))
    # A cell that ends in spaces or is padded is the same cell.
    assert [[read_latex(cell.strip()).strip() for cell in each] for each in rows] == [
        [cell.strip() for cell in wanted]
    ] * 3
    (read,) = read_markdown(markdown.to_markdown([table]))
    assert read.to_numpy().tolist() == [[cell.strip() for cell in wanted]] * 2


def test_a_row_that_begins_like_an_option_of_the_line_break_is_shielded():
    table = PrintedTable("", ["[1]"], [["[2pt]"], ["*"]], "l")
    (rows,) = latex_tabulars(latex.to_latex([table]))
    assert [row[0] for row in rows] == ["{[}1{]}", "{[}2pt{]}", "{*}"]


def test_a_long_table_goes_on_in_the_next_float_with_its_bold_cells():
    n = 2 * latex.ROWS_ON_A_PAGE + 3
    bold = [0, latex.ROWS_ON_A_PAGE, n - 1]
    cells = [numbers.Bold(i) if i in bold else str(i) for i in range(n)]
    text = latex.to_latex([PrintedTable("long", ["row"], [[cell] for cell in cells], "r")])
    parts = latex_tabulars(text)
    assert [len(part) - 1 for part in parts] == [latex.ROWS_ON_A_PAGE] * 2 + [3]
    written = [row[0] for part in parts for row in part[1:]]
    assert [re.sub(r"\\textbf\{(.*)\}", r"\1", cell) for cell in written] == cells
    shown = [i for i, cell in enumerate(written) if cell.startswith(r"\textbf")]
    assert shown == bold
    assert re.findall(r"\\caption\{(.*)\}", text) == ["long"] + ["long (continued)"] * 2


# The script


def test_the_script_writes_every_format_of_every_table(tmp_path):
    tidy = [tmp_path / f"{name}.tsv" for name in TIDY]
    for name, path in zip(TIDY, tidy, strict=True):
        write_table(TIDY[name](), path)
    output = OutputFiles()
    for ending in ("tex", "md", "html"):
        setattr(output, ending, [path.with_suffix(f".{ending}") for path in tidy])
    snakemake = SimpleNamespace(input=tidy, output=output, log=[tmp_path / "log"])
    runpy.run_path(str(SCRIPT), init_globals={"snakemake": snakemake})
    for name, path in zip(TIDY, tidy, strict=True):
        tex, md, document = (
            path.with_suffix(ending).read_text(encoding="utf-8")
            for ending in (".tex", ".md", ".html")
        )
        tables = typeset(name, read_table(path))
        assert tex == latex.to_latex(tables)
        assert md == markdown.to_markdown(tables)
        assert document == html.to_html(tables, name)
        assert read_markdown(md)
