"""What must be so if an evaluation of adversaries is sound: one function per check.

`docs/sanity.md` states the same beforehand, with the reason for each threshold. A check looks
at *cases*: excerpts of which a success is due or not, mostly because an adversary that can do
less succeeded, and was found or not. A check that fails says that an adversary may be too
weak, or gradients masked, and that what looks like robustness may be neither (Carlini et al.
2019).

Asked are attacks towards a target, and excerpts that the system does not take
for the target as they are. An adversary succeeds where the written file, read back, is judged
as its target.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product
from typing import Any

import pandas as pd

from music_adversaries.judged_tables import NO_ADVERSARY, SYSTEM, require
from music_adversaries.snr_limits import NO_MARGIN

MODE = "all_wrong"
"""The mode of the attacks that are asked."""
WITHIN_A_BUDGET = ("paper", "waveform", "pgd")
"""Iterative methods that go for the target within the SNR limit."""
SMALLEST = "minimum"
"""The iterative method that goes for the smallest change."""
BETWEEN_WAVEFORMS = ("waveform", "pgd", SMALLEST)
"""Iterative methods whose SNR is that between waveforms, as of noise and single steps."""
NO_LIMIT_DB = -float("inf")
MOST_ZEROS = 0.5
"""Share of samples without a gradient that leaves an adversary too little to follow."""
MOST_DIFFERENCE = 0.01
"""Share of its norm by which a gradient may depart from the cost's difference."""
A_POINT = 0.01
PASS, FAIL, NOT_RUN = "pass", "fail", "not run"
EXCERPT = [*SYSTEM, "excerpt", "target"]
ATTACKED = [*EXCERPT, "adversary", "snr_limit_db"]
KIND = ["dataset", "partition", "architecture", "training", "adversary"]
RESULT = ["statistic", "value", "threshold", "cases", "exceptions", "verdict", "statement"]


@dataclass(frozen=True)
class Evidence:
    """What a run found, and the settings of its adversaries."""

    attacked: pd.DataFrame
    """As `attacked_excerpts` gives them."""
    transferred: pd.DataFrame
    """As for `transfer.transfer`."""
    gradients: pd.DataFrame
    """A row per excerpt, system and cost: see `gradients.check_gradients`."""
    adversaries: dict[str, dict]
    """The settings of each adversary."""

    def named(self, *methods: str) -> list[str]:
        """The adversaries of these methods that `is_asked` lets in."""
        return sorted(
            name
            for name, settings in self.adversaries.items()
            if settings["method"] in methods and is_asked(settings)
        )

    def judged(self, adversary: str) -> pd.DataFrame:
        """What became of the excerpts that an adversary attacked.

        The smallest change answers for every limit that occurs in the run: it succeeds at
        those that its SNR keeps.
        """
        judged = self.attacked[self.attacked["adversary"] == adversary]
        if self.adversaries[adversary]["method"] != SMALLEST:
            return judged
        limits = self.attacked[["snr_limit_db"]].drop_duplicates()
        unlimited = judged[judged["snr_limit_db"] == NO_LIMIT_DB]
        judged = unlimited.drop(columns="snr_limit_db").merge(limits, how="cross")
        kept = judged["snr_db"] >= judged["snr_limit_db"]
        return judged.assign(succeeded=judged["succeeded"] & kept)

    def transferred_by(self, adversary: str) -> pd.DataFrame:
        """What an adversary wrote against others, as attacks on the judges: see `ATTACKED`."""
        table = self.transferred[self.transferred["adversary"] == adversary]
        table = table[table["predicted_clean"] != table["target"]]
        judges = {name: table[f"judge_{name}"] for name in SYSTEM if name != "dataset"}
        succeeded = table["predicted_adversarial"] == table["target"]
        return table.assign(**judges, succeeded=succeeded)[[*ATTACKED, "succeeded"]]


def is_asked(settings: Mapping[str, Any]) -> bool:
    """Whether nothing but the SNR stops an adversary of these settings from succeeding.

    The published gradient is not the cost's, and a masking threshold is a limit of its own.
    """
    exact = settings.get("gradient", "exact") == "exact"
    return exact and settings.get("masking_margin_db", NO_MARGIN) == NO_MARGIN


@dataclass(frozen=True)
class Check:
    """What must be so, and how many exceptions from it are let pass."""

    statement: str
    statistic: str
    threshold: float
    """The most that passes."""
    cases: Callable[[Evidence], Iterable[pd.DataFrame]]
    """Tables with the columns of ``ATTACKED``, ``due`` and ``found``."""
    measure: Callable[[pd.DataFrame], float]
    """The statistic of the cases at one SNR limit."""
    broken: Callable[[pd.DataFrame], pd.Series]
    """Which cases are exceptions."""


def attacked_excerpts(curves: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """What curves and attacks on test sets found, each excerpt once.

    Args:
        curves: a row per excerpt, system, adversary and SNR limit: ``ATTACKED``,
            ``predicted_clean``, ``predicted`` and ``snr_db`` of the written file.
        adversarial: as for `transfer.transfer`, with ``snr_db_resynthesised``; those of
            `MODE` are taken.

    Returns:
        ``ATTACKED``, ``snr_db`` and ``succeeded``, of the excerpts that are not judged as the
        target as they are. Where both tables hold an attack, the curves' counts.

    Raises:
        ValueError: a column or a label is missing.
    """
    of_mode = adversarial[adversarial["mode"] == MODE].rename(
        columns={"predicted_resynthesised": "predicted", "snr_db_resynthesised": "snr_db"}
    )
    labels = ["target", "predicted_clean", "predicted"]
    tables = []
    for table in (curves, of_mode):
        require(table, [*ATTACKED, "snr_db", *labels], labels)
        tables.append(table[table["predicted_clean"] != table["target"]])
    both = pd.concat(tables, ignore_index=True).drop_duplicates(ATTACKED)
    both = both.assign(succeeded=both["predicted"] == both["target"])
    return both[[*ATTACKED, "snr_db", "succeeded"]]


def sanity(evidence: Evidence, datasets: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every check on every kind of system and adversary.

    Returns:
        A row per check and ``KIND``, over folds and seeds: ``check``, ``KIND``,
        ``statistic`` with its ``value``, the largest over SNR limits, and ``threshold``, as
        fractions of 1; ``cases`` and ``exceptions``, over all limits; ``verdict``, which is
        ``pass`` where the value is at most the threshold; ``statement``. Two adversaries that
        are compared stand as ``first ≥ second``. A dataset without a case has a row with the
        verdict ``not run``.

        And the exceptions, a row each: ``check``, ``ATTACKED``.
    """
    rows, exceptions = [], []
    for name, check in CHECKS.items():
        cases = _together(check.cases(evidence))
        exceptions.append(cases.loc[check.broken(cases), ATTACKED].assign(check=name))
        found = [
            {**dict(zip(KIND, key, strict=True)), **_result(check, group)}
            for key, group in cases.groupby(KIND)
        ]
        missing = sorted(set(datasets) - set(cases["dataset"]))
        nobody = {**dict.fromkeys(KIND, ""), **_result(check, cases[:0])}
        found += [nobody | {"dataset": dataset} for dataset in missing]
        rows += [{"check": name, **row} for row in found]
    table = pd.DataFrame(rows, columns=["check", *KIND, *RESULT])
    return table, pd.concat(exceptions, ignore_index=True)[["check", *ATTACKED]]


def gradient_figures(gradients: pd.DataFrame) -> pd.DataFrame:
    """Gradients of every kind of system and cost, pooled over folds and seeds.

    Args:
        gradients: as of `Evidence`; excerpts that are judged as the target as they are, from
            which no adversary sets out, are left out.

    Returns:
        A row per kind and ``cost``: ``excerpts``, ``norm_median``, ``norm_least``,
        ``zero_share_most``, ``error_140db_most`` and ``error_80db_median``, the departure of
        the cost's difference from the gradient at a step of that SNR.
    """
    asked = gradients[gradients["predicted_clean"] != gradients["target"]]
    groups = asked.groupby(["dataset", "partition", "architecture", "training", "cost"])
    return groups.agg(
        excerpts=("excerpt", "nunique"),
        norm_median=("gradient_norm", "median"),
        norm_least=("gradient_norm", "min"),
        zero_share_most=("zero_share", "max"),
        error_140db_most=("difference_error_140db", "max"),
        error_80db_median=("difference_error_80db", "median"),
    ).reset_index()


def _together(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    columns = [*ATTACKED, "due", "found"]
    tables = [table[columns] for table in tables]
    cases = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return cases.astype({"due": bool, "found": bool})


def _result(check: Check, cases: pd.DataFrame) -> dict:
    by_limit = [
        check.measure(group) for _, group in cases.groupby("snr_limit_db", dropna=False)
    ]
    value = max(by_limit, default=float("nan"))
    # A hundredth more or less, computed in binary, is a hundredth.
    verdict = PASS if round(value, 9) <= check.threshold else FAIL
    return {
        "statistic": check.statistic,
        "value": value,
        "threshold": check.threshold,
        "cases": len(cases),
        "exceptions": int(check.broken(cases).sum()),
        "verdict": verdict if by_limit else NOT_RUN,
        "statement": check.statement,
    }


def lost(cases: pd.DataFrame) -> pd.Series:
    """Where a success that is due was not found."""
    return cases["due"] & ~cases["found"]


def changed(cases: pd.DataFrame) -> pd.Series:
    """Where one of both succeeded and the other did not."""
    return cases["due"] != cases["found"]


def share_lost(cases: pd.DataFrame) -> float:
    return float(lost(cases).mean())


def fall(cases: pd.DataFrame) -> float:
    """How much rarer successes are than is due; negative where they are more frequent."""
    return float(cases["due"].mean() - cases["found"].mean())


def change(cases: pd.DataFrame) -> float:
    return abs(fall(cases))


def _at_least(weaker: str, evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Iterative adversaries against each of a method that can do less, at the same limits."""
    pairs = product(evidence.named(*BETWEEN_WAVEFORMS), evidence.named(weaker))
    for stronger, other in pairs:
        yield _pairs(evidence.judged(stronger), evidence.judged(other), f"{stronger} ≥ {other}")


def _pairs(found: pd.DataFrame, due: pd.DataFrame, name: str) -> pd.DataFrame:
    """Cases of what two have attacked at one limit, under a name of both."""
    keys = [*EXCERPT, "snr_limit_db"]
    pairs = found[[*keys, "succeeded"]].merge(
        due[[*keys, "succeeded"]], on=keys, suffixes=("_found", "_due")
    )
    return pairs.rename(columns={"succeeded_found": "found", "succeeded_due": "due"}).assign(
        adversary=name
    )


def _larger_budgets(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Each limit but the highest; what succeeded at the next higher one is due."""
    for adversary in evidence.named(*WITHIN_A_BUDGET):
        judged = evidence.judged(adversary).sort_values("snr_limit_db", ascending=False)
        due = judged.groupby(EXCERPT)["succeeded"].shift()
        yield judged.assign(due=due, found=judged["succeeded"])[due.notna()]


def _unlimited(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Without a limit of the SNR."""
    for adversary in evidence.named(*WITHIN_A_BUDGET, SMALLEST):
        judged = evidence.judged(adversary)
        unlimited = judged[judged["snr_limit_db"] == NO_LIMIT_DB]
        yield unlimited.assign(due=True, found=unlimited["succeeded"])


def _twice_the_iterations(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Adversaries that differ in nothing but that one has twice the iterations."""
    names = evidence.named(*WITHIN_A_BUDGET, SMALLEST)
    for few, many in permutations(names, 2):
        settings = evidence.adversaries[few]
        doubled = settings | {"most_iterations": 2 * settings["most_iterations"]}
        if evidence.adversaries[many] == doubled:
            yield _pairs(evidence.judged(many), evidence.judged(few), f"{many} ≥ {few}")


def _own_against_transferred(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """What an adversary wrote against others is due of the one that attacks the judge."""
    for adversary in evidence.named(*WITHIN_A_BUDGET):
        yield _pairs(
            evidence.judged(adversary),
            evidence.transferred_by(adversary),
            f"{adversary} ≥ {adversary} on others",
        )


def _transferred_against_noise(evidence: Evidence) -> Iterator[pd.DataFrame]:
    pairs = product(evidence.named(*WITHIN_A_BUDGET), evidence.named("noise"))
    for adversary, noise in pairs:
        yield _pairs(
            evidence.transferred_by(adversary),
            evidence.judged(noise),
            f"{adversary} on others ≥ {noise}",
        )


def _gradients(
    sound: Callable[[pd.DataFrame], pd.Series], evidence: Evidence
) -> Iterator[pd.DataFrame]:
    """The gradients from which an adversary sets out, of both costs; all should be sound."""
    gradients = evidence.gradients
    asked = gradients[gradients["predicted_clean"] != gradients["target"]]
    none = {key: NO_ADVERSARY[key] for key in ("adversary", "snr_limit_db")}
    yield asked.assign(**none, due=True, found=sound(asked))


def not_zero(gradients: pd.DataFrame) -> pd.Series:
    return (gradients["gradient_norm"] > 0) & (gradients["zero_share"] <= MOST_ZEROS)


def as_the_difference(gradients: pd.DataFrame) -> pd.Series:
    return gradients["difference_error_140db"] <= MOST_DIFFERENCE


CHECKS = {
    "iterations_over_one": Check(
        "An iterative adversary succeeds where a single step does",
        "share where the single step alone succeeds",
        A_POINT,
        partial(_at_least, "single_step"),
        share_lost,
        lost,
    ),
    "budget_per_excerpt": Check(
        "An excerpt that yields keeps yielding with a larger budget",
        "share that yields with the smaller budget alone",
        A_POINT,
        _larger_budgets,
        share_lost,
        lost,
    ),
    "budget": Check(
        "Success does not fall with a larger budget",
        "fall of the success rate",
        A_POINT,
        _larger_budgets,
        fall,
        lost,
    ),
    "unbounded": Check(
        "Without an SNR limit every excerpt yields",
        "share that does not yield",
        0.0,
        _unlimited,
        share_lost,
        lost,
    ),
    "doubled_iterations": Check(
        "Twice the iterations change success by no more than a point",
        "change of the success rate",
        A_POINT,
        _twice_the_iterations,
        change,
        changed,
    ),
    "own_over_transferred": Check(
        "What is written against a system succeeds where what is written against others does",
        "share where only the transferred succeeds",
        A_POINT,
        _own_against_transferred,
        share_lost,
        lost,
    ),
    "transferred_over_noise": Check(
        "What is written against others succeeds where noise does",
        "share where noise alone succeeds",
        A_POINT,
        _transferred_against_noise,
        share_lost,
        lost,
    ),
    "gradient_over_noise": Check(
        "An adversary that has the gradient succeeds where noise does",
        "share where noise alone succeeds",
        A_POINT,
        partial(_at_least, "noise"),
        share_lost,
        lost,
    ),
    "gradient_over_black_box": Check(
        "An adversary that has the gradient succeeds where one that has scores does",
        "share where the black box alone succeeds",
        A_POINT,
        partial(_at_least, "black_box"),
        share_lost,
        lost,
    ),
    "gradients_not_zero": Check(
        "There is a gradient to follow, at most samples that are heard",
        "share of gradients that are zero",
        0.0,
        partial(_gradients, not_zero),
        share_lost,
        lost,
    ),
    "gradients_as_differences": Check(
        "The gradient is that of the cost: a small step changes it by as much",
        "share of gradients that depart from the difference",
        A_POINT,
        partial(_gradients, as_the_difference),
        share_lost,
        lost,
    ),
}
