"""The paper's claims, each with the rule by which a run supports or contradicts it.

`docs/claims.md` states the same rules, with the reason for each threshold and the limits of
each claim. A claim is judged in *cases*: one architecture (or two that are compared) under
one partition, with one adversary at one SNR limit. A case has a value with a 95 % interval.
It

- *holds* if the whole interval is on the claimed side of the threshold,
- *fails* if the whole interval is on the other side,
- is *undecided* if the interval contains the threshold, or is unknown.

A claim holds for a dataset if all its cases hold, and fails if one fails. Only attacks in the
mode `all_wrong` count. They succeed if the written WAV is judged as the target.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from music_adversaries.evaluation import comparisons, intervals
from music_adversaries.evaluation.figures_of_merit import partition_difference
from music_adversaries.evaluation.grouping import groups
from music_adversaries.judged_tables import NO_ADVERSARY

MODE = "all_wrong"
FRAME_VOTING = ("frame_dnn", "forest")
"""Networks that classify short windows, which then vote."""
VERDICTS = ["holds", "fails", "undecided"]
"""The verdicts, which are also the columns that count them."""
CASE = ["dataset", "partition", "training", "systems", "adversary", "snr_limit_db", "statistic"]
FIGURES = ["value", "low", "high", "threshold"]
PLACE = ["dataset", "partition", "training", "architecture", "adversary", "snr_limit_db"]


@dataclass(frozen=True)
class Evidence:
    """The results of a run, the network of each architecture, each adversary's settings."""

    clean: pd.DataFrame
    adversarial: pd.DataFrame
    filtered: pd.DataFrame
    networks: dict[str, str]
    adversaries: dict[str, dict]

    def architectures(self, *networks: str) -> list[str]:
        """The names of the architectures with these networks."""
        return sorted(name for name, network in self.networks.items() if network in networks)

    def adversaries_of(self, gradient: str) -> list[str]:
        """The names of the paper's adversaries with this gradient; other methods have none."""
        return sorted(
            name
            for name, settings in self.adversaries.items()
            if settings.get("gradient") == gradient
        )

    def attacked(self, *trainings: str) -> pd.DataFrame:
        """The judgements in `MODE` of systems with these trainings: `comparisons.successes`."""
        judged = comparisons.successes(self.adversarial)
        return judged[(judged["mode"] == MODE) & judged["training"].isin(trainings)]

    def attacked_exactly(self, *trainings: str) -> pd.DataFrame:
        """`attacked`, only by the paper's adversary with the exact gradient."""
        judged = self.attacked(*trainings)
        return judged[judged["adversary"].isin(self.adversaries_of("exact"))]


@dataclass(frozen=True)
class Claim:
    """A claim, the statistic that is measured for it, and the side of a threshold it claims."""

    statement: str
    statistic: str
    threshold: float
    cases: Callable[[Evidence], Iterable[dict]]
    """The cases of a run: ``CASE`` (the statistic only if it differs from the claim's),
    ``value``, ``low``, ``high`` and ``excerpts``."""
    rule: str = "above"
    """On which side of the threshold the claim is: ``above`` or ``below``."""

    def margins(self, low: Any, high: Any) -> tuple[Any, Any]:
        """How far the ends of intervals are on the claimed side, the smaller distance first.

        Takes and returns numbers or columns; they are negative on the other side.
        """
        if self.rule == "above":
            return low - self.threshold, high - self.threshold
        return self.threshold - high, self.threshold - low

    def verdict(self, low: float, high: float) -> str:
        """The verdict on a case from its interval."""
        least, most = self.margins(low, high)
        return "holds" if least > 0 else "fails" if most < 0 else "undecided"


def claim_cases(evidence: Evidence) -> pd.DataFrame:
    """Every case of every claim in a run.

    A row per case: ``claim``, ``CASE``, ``FIGURES``, ``excerpts`` (for two partitions, those
    of the smaller one) and ``verdict``. The names of two systems that are compared are written
    ``first − second``.
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
    """The verdict on every claim for every dataset, from the table of `claim_cases`.

    A row per claim and dataset: ``claim``, ``dataset``, ``statement``, ``statistic``,
    ``FIGURES``, ``rule``, the number of ``cases`` and of each of the `VERDICTS`, and
    ``verdict``. Statistic and interval are those of the case that decides: of the cases with
    the worst verdict, the one with the smallest of `Claim.margins`. Without cases the verdict
    is ``not run`` and the interval NaN.
    """
    rows = [
        _verdict_row(name, dataset, cases[_rows(cases, claim=name, dataset=dataset)])
        for dataset, name in product(sorted(datasets), CLAIMS)
    ]
    columns = ["claim", "dataset", "statement", "statistic", *FIGURES, "rule", "cases"]
    return pd.DataFrame(rows, columns=[*columns, *VERDICTS, "verdict"])


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
        **{verdict: int((cases["verdict"] == verdict).sum()) for verdict in VERDICTS},
        "verdict": "not run",
    }
    if cases.empty:
        return row
    badness = cases["verdict"].map(["fails", "undecided", "holds"].index)
    margin, _ = claim.margins(cases["low"], cases["high"])
    worst = cases.assign(badness=badness, margin=margin).sort_values(
        ["badness", "margin"], kind="stable", na_position="first"
    )
    return row | worst.iloc[0][["statistic", "value", "low", "high", "verdict"]].to_dict()


def _defeats_both(evidence: Evidence) -> Iterator[dict]:
    for place, group in groups(evidence.attacked_exactly("standard"), PLACE):
        value, low, high = intervals.share(group, group["succeeded"])
        figures = {"value": value, "low": low, "high": high}
        excerpts = group["excerpt"].nunique()
        yield {**place, "systems": place["architecture"], **figures, "excerpts": excerpts}


def _cnn_more_robust(evidence: Evidence) -> Iterator[dict]:
    both_exact = [(name, name) for name in evidence.adversaries_of("exact")]
    return _frame_voting_less_cnn(evidence, both_exact)


def _cnn_more_robust_as_published(evidence: Evidence) -> Iterator[dict]:
    settings = evidence.adversaries
    alike = ["stop_confidence", "consistency", "most_iterations"]
    pairs = [
        (exact, published)
        for exact in evidence.adversaries_of("exact")
        for published in evidence.adversaries_of("as_published")
        if all(settings[exact][key] == settings[published][key] for key in alike)
    ]
    return _frame_voting_less_cnn(evidence, pairs)


def _frame_voting_less_cnn(
    evidence: Evidence, adversaries: list[tuple[str, str]]
) -> Iterator[dict]:
    """Cases of frame-voting systems under the first of a pair, and CNNs under the second."""
    frame_voting = evidence.architectures(*FRAME_VOTING)
    systems = list(product(adversaries, frame_voting, evidence.architectures("slice_cnn")))
    keys = ["dataset", "partition", "training", "snr_limit_db"]
    for place, group in groups(evidence.attacked("standard"), keys):
        for (of_frame, of_cnn), frame, cnn in systems:
            yield from _paired_case(
                group[_rows(group, architecture=frame, adversary=of_frame)],
                group[_rows(group, architecture=cnn, adversary=of_cnn)],
                **place,
                systems=_less(frame, cnn),
                adversary=of_frame if of_frame == of_cnn else _less(of_frame, of_cnn),
            )


def _random_inflates(evidence: Evidence) -> Iterator[dict]:
    table = partition_difference(evidence.clean[evidence.clean["training"] == "standard"])
    for row in table[table["first"] == "random"].to_dict("records"):
        yield {
            **row,
            **NO_ADVERSARY,
            "partition": _less(row["first"], row["second"]),
            "systems": row["architecture"],
            "value": row["difference"],
            "excerpts": min(row["excerpts_first"], row["excerpts_second"]),
        }


def _retraining_does_not_help(evidence: Evidence) -> Iterator[dict]:
    keys = [key for key in PLACE if key != "training"]
    for place, group in groups(evidence.attacked_exactly("standard", "retrained"), keys):
        yield from _paired_case(
            group[_rows(group, training="standard")],
            group[_rows(group, training="retrained")],
            **place,
            training=_less("standard", "retrained"),
            systems=place["architecture"],
        )


def _filtering_does_not_neutralise(evidence: Evidence) -> Iterator[dict]:
    filtered = evidence.filtered[_rows(evidence.filtered, mode=MODE, training="standard")]
    exact = filtered["adversary"].isin(evidence.adversaries_of("exact"))
    for place, group in groups(filtered[exact], PLACE):
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
    """The case of a paired difference; none if the two sides have no excerpt in common."""
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
        0.5,
        _defeats_both,
    ),
    "b": Claim(
        "The CNN is more robust than the frame-voting systems",
        "success rate, frame-voting system − CNN",
        0.1,
        _cnn_more_robust,
    ),
    "b_as_published": Claim(
        "The CNN is more robust, attacked with the published code's gradient",
        "success rate, frame-voting system − CNN with the published gradient",
        0.1,
        _cnn_more_robust_as_published,
    ),
    "c": Claim(
        "Random partitioning inflates accuracy",
        "accuracy, random − other partition",
        0.0,
        _random_inflates,
    ),
    "d": Claim(
        "Adversarial retraining does not help",
        "success rate, standard − retrained",
        0.1,
        _retraining_does_not_help,
        rule="below",
    ),
    "e": Claim(
        "Simple filtering does not neutralise the adversary",
        "accuracy, clean − filtered adversarial at the best cut-off",
        0.1,
        _filtering_does_not_neutralise,
    ),
}
