"""The paper's claims, each with the rule by which a run speaks for or against it.

`docs/claims.md` states the same beforehand, with the reason for each threshold and what it
cannot say. A claim is judged in *cases*: one
architecture (or two) under one partition, with one adversary at one SNR limit. A case has
a value with a 95 % interval, and

- *holds* where the whole interval lies on the claimed side of the threshold,
- *fails* where the whole interval lies on the other side,
- is *undecided* where the interval touches the threshold, or is not known.

A claim holds for a dataset where every case holds, and fails where one fails. Only the
adversary of mode `all_wrong` is asked, and it succeeds where the written WAV is judged as
its target.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import pandas as pd

from music_adversaries.evaluation import comparisons, intervals
from music_adversaries.evaluation.figures_of_merit import partition_difference
from music_adversaries.judged_tables import NO_ADVERSARY, clusters

MODE = "all_wrong"
FRAME_VOTING = ("frame_dnn", "forest")
"""Networks that judge short windows and let them vote."""
FAILS, UNDECIDED, HOLDS, NOT_RUN = "fails", "undecided", "holds", "not run"
CASE = ["dataset", "partition", "training", "systems", "adversary", "snr_limit_db", "statistic"]
FIGURES = ["value", "low", "high", "threshold"]
VERDICTS = {"holds": HOLDS, "fails": FAILS, "undecided": UNDECIDED}
"""Columns that count verdicts."""


@dataclass(frozen=True)
class Evidence:
    """What a run found, and the settings of its systems and adversaries."""

    clean: pd.DataFrame
    """As for `figures_of_merit.figures_of_merit`."""
    adversarial: pd.DataFrame
    """As for `comparisons.paired_comparisons`."""
    filtered: pd.DataFrame
    """As for `figures_of_merit.low_pass`, with ``target``."""
    networks: dict[str, str]
    """The network of each architecture."""
    adversaries: dict[str, dict]
    """The settings of each adversary."""

    def architectures(self, *networks: str) -> list[str]:
        return sorted(name for name, network in self.networks.items() if network in networks)

    def adversaries_of(self, gradient: str) -> list[str]:
        """The paper's adversaries with that gradient; those of other methods have none."""
        settings = self.adversaries.items()
        return sorted(name for name, of_it in settings if of_it.get("gradient") == gradient)

    def attacked(self, *trainings: str) -> pd.DataFrame:
        """The judgements of `MODE`, as `comparisons.successes` gives them."""
        judged = comparisons.successes(self.adversarial)
        return judged[(judged["mode"] == MODE) & judged["training"].isin(trainings)]


@dataclass(frozen=True)
class Claim:
    """A claim, with what is measured for it and on which side of what that must lie."""

    statement: str
    statistic: str
    rule: str
    """``above`` or ``below`` the threshold."""
    threshold: float
    cases: Callable[[Evidence], Iterable[dict]]
    """The cases of a run: ``CASE`` (a statistic where it is not the claim's), ``value``,
    ``low``, ``high`` and ``excerpts``, the number of distinct ones."""

    def verdict(self, low: float, high: float) -> str:
        beyond, short = low > self.threshold, high < self.threshold
        if self.rule == "below":
            beyond, short = short, beyond
        return HOLDS if beyond else FAILS if short else UNDECIDED

    def margin(self, cases: pd.DataFrame) -> pd.Series:
        """How far the interval's nearest end is on the claimed side; negative if not."""
        if self.rule == "above":
            return cases["low"] - self.threshold
        return self.threshold - cases["high"]


def claim_cases(evidence: Evidence) -> pd.DataFrame:
    """Every case of every claim that the run bears on.

    Returns:
        A row per case: ``claim``, ``CASE``, ``FIGURES`` (as fractions of 1), ``excerpts``
        (each counted once, however often judged; of two partitions, those of the smaller)
        and ``verdict``. Two names that are subtracted stand as ``first − second``.
    """
    rows = [
        {
            "claim": name,
            "statistic": claim.statistic,
            "threshold": claim.threshold,
            **case,
            "verdict": claim.verdict(case["low"], case["high"]),
        }
        for name, claim in CLAIMS.items()
        for case in claim.cases(evidence)
    ]
    return pd.DataFrame(rows, columns=["claim", *CASE, *FIGURES, "excerpts", "verdict"])


def claim_verdicts(cases: pd.DataFrame, datasets: Iterable[str]) -> pd.DataFrame:
    """What becomes of every claim on every dataset.

    Args:
        cases: the table of `claim_cases`.
        datasets: those of the run.

    Returns:
        A row per claim and dataset: ``claim``, ``dataset``, ``statement``, ``statistic``,
        ``FIGURES``, ``rule``, ``cases`` with how many of them hold, fail and are
        undecided, ``verdict``. The statistic and its interval are those of the case that
        decides: of those with the worst verdict, the one with the smallest `Claim.margin`.
        Without cases the verdict is ``not run`` and the interval NaN.
    """
    rows = [
        _verdict_row(name, dataset, cases[_rows(cases, claim=name, dataset=dataset)])
        for dataset, name in product(sorted(datasets), CLAIMS)
    ]
    counts = ["cases", *VERDICTS]
    columns = [
        "claim",
        "dataset",
        "statement",
        "statistic",
        *FIGURES,
        "rule",
        *counts,
        "verdict",
    ]
    return pd.DataFrame(rows, columns=columns)


def _verdict_row(name: str, dataset: str, cases: pd.DataFrame) -> dict:
    claim = CLAIMS[name]
    row = {
        "claim": name,
        "dataset": dataset,
        "statement": claim.statement,
        "statistic": claim.statistic,
        "threshold": claim.threshold,
        "rule": claim.rule,
        "cases": len(cases),
        **{column: int((cases["verdict"] == v).sum()) for column, v in VERDICTS.items()},
        "verdict": NOT_RUN,
    }
    if cases.empty:
        return row
    badness = cases["verdict"].map([FAILS, UNDECIDED, HOLDS].index)
    order = cases.assign(badness=badness, margin=claim.margin(cases)).sort_values(
        ["badness", "margin"], kind="stable", na_position="first"
    )
    return row | order.iloc[0][["statistic", "value", "low", "high", "verdict"]].to_dict()


def _defeats_both(evidence: Evidence) -> Iterator[dict]:
    attacked = evidence.attacked("standard")
    exact = attacked[attacked["adversary"].isin(evidence.adversaries_of("exact"))]
    keys = ["dataset", "partition", "training", "architecture", "adversary", "snr_limit_db"]
    for key, group in exact.groupby(keys, dropna=False):
        place = dict(zip(keys, key, strict=True))
        low, high = intervals.proportion(group["succeeded"], clusters(group), group["excerpt"])
        yield {
            **place,
            "systems": place["architecture"],
            "value": float(group["succeeded"].mean()),
            "low": low,
            "high": high,
            "excerpts": group["excerpt"].nunique(),
        }


def _cnn_more_robust(evidence: Evidence) -> Iterator[dict]:
    both_exact = [(name, name) for name in evidence.adversaries_of("exact")]
    return _frame_voting_less_cnn(evidence, both_exact)


def _cnn_more_robust_as_published(evidence: Evidence) -> Iterator[dict]:
    settings = evidence.adversaries
    alike = ["stop_confidence", "consistency", "most_iterations"]
    twins = [
        (exact, published)
        for exact in evidence.adversaries_of("exact")
        for published in evidence.adversaries_of("as_published")
        if all(settings[exact][key] == settings[published][key] for key in alike)
    ]
    return _frame_voting_less_cnn(evidence, twins)


def _frame_voting_less_cnn(
    evidence: Evidence, adversaries: list[tuple[str, str]]
) -> Iterator[dict]:
    """The frame-voting system meets the first adversary of each pair, the CNN the second."""
    systems = product(
        adversaries,
        evidence.architectures(*FRAME_VOTING),
        evidence.architectures("slice_cnn"),
    )
    keys = ["dataset", "partition", "training", "snr_limit_db"]
    groups = evidence.attacked("standard").groupby(keys, dropna=False)
    for (key, group), ((of_frame, of_cnn), frame, cnn) in product(groups, list(systems)):
        yield from _paired_case(
            group[_rows(group, architecture=frame, adversary=of_frame)],
            group[_rows(group, architecture=cnn, adversary=of_cnn)],
            **dict(zip(keys, key, strict=True)),
            systems=_less(frame, cnn),
            adversary=of_frame if of_frame == of_cnn else _less(of_frame, of_cnn),
        )


def _random_inflates(evidence: Evidence) -> Iterator[dict]:
    standard = evidence.clean[evidence.clean["training"] == "standard"]
    table = partition_difference(standard)
    for row in table[table["first"] == "random"].to_dict("records"):
        yield {
            **row,
            "partition": _less(row["first"], row["second"]),
            "systems": row["architecture"],
            "adversary": NO_ADVERSARY["adversary"],
            "snr_limit_db": NO_ADVERSARY["snr_limit_db"],
            "value": row["difference"],
            "excerpts": min(row["excerpts_first"], row["excerpts_second"]),
        }


def _retraining_does_not_help(evidence: Evidence) -> Iterator[dict]:
    attacked = evidence.attacked("standard", "retrained")
    exact = attacked[attacked["adversary"].isin(evidence.adversaries_of("exact"))]
    keys = ["dataset", "partition", "architecture", "adversary", "snr_limit_db"]
    for key, group in exact.groupby(keys, dropna=False):
        place = dict(zip(keys, key, strict=True))
        yield from _paired_case(
            group[_rows(group, training="standard")],
            group[_rows(group, training="retrained")],
            **place,
            training=_less("standard", "retrained"),
            systems=place["architecture"],
        )


def _filtering_does_not_neutralise(evidence: Evidence) -> Iterator[dict]:
    filtered = evidence.filtered
    asked = _rows(filtered, mode=MODE, training="standard")
    exact = filtered["adversary"].isin(evidence.adversaries_of("exact"))
    keys = ["dataset", "partition", "training", "architecture", "adversary", "snr_limit_db"]
    for key, group in filtered[asked & exact].groupby(keys, dropna=False):
        place = dict(zip(keys, key, strict=True))
        defended = group.assign(succeeded=group["true"] == group["predicted_adversarial"])
        accuracy = defended.groupby("cutoff_hz")["succeeded"].mean()
        best = accuracy[accuracy == accuracy.max()].index.max()
        clean = group.assign(succeeded=group["true"] == group["predicted_clean"])
        yield from _paired_case(
            clean[clean["cutoff_hz"] == float("inf")],
            defended[defended["cutoff_hz"] == best],
            **place,
            systems=place["architecture"],
            statistic=f"{CLAIMS['e'].statistic} ({best:g} Hz)",
        )


def _paired_case(first: pd.DataFrame, second: pd.DataFrame, **case: object) -> Iterator[dict]:
    """The case of a paired difference; none where the two judged no excerpt in common."""
    pairs = comparisons.pair(first, second)
    if len(pairs):
        figures = comparisons.compare(pairs)
        yield {**case, **figures, "value": figures["difference"]}


def _rows(table: pd.DataFrame, **values: str) -> pd.Series:
    """Which rows have these values in these columns."""
    return (table[list(values)] == list(values.values())).all(axis=1)


def _less(first: str, second: str) -> str:
    return f"{first} − {second}"


CLAIMS = {
    "a": Claim(
        "The adversary defeats both architectures under both partitions",
        "success rate",
        "above",
        0.5,
        _defeats_both,
    ),
    "b": Claim(
        "The CNN is more robust than the frame-voting systems",
        "success rate, frame-voting system − CNN",
        "above",
        0.1,
        _cnn_more_robust,
    ),
    "b_as_published": Claim(
        "The CNN is more robust, attacked with the published code's gradient",
        "success rate, frame-voting system − CNN with the published gradient",
        "above",
        0.1,
        _cnn_more_robust_as_published,
    ),
    "c": Claim(
        "Random partitioning inflates accuracy",
        "accuracy, random − other partition",
        "above",
        0.0,
        _random_inflates,
    ),
    "d": Claim(
        "Adversarial retraining does not help",
        "success rate, standard − retrained",
        "below",
        0.1,
        _retraining_does_not_help,
    ),
    "e": Claim(
        "Simple filtering does not neutralise the adversary",
        "accuracy, clean − filtered adversarial at the best cut-off",
        "above",
        0.1,
        _filtering_does_not_neutralise,
    ),
}
