"""Checks that the attacks of a run are strong enough to show robustness.

`docs/sanity.md` states the same checks, with the reason for each threshold. A check is about
*cases*: attacks on excerpts in which a success is *expected*, mostly because a weaker
adversary succeeded. If a check fails, an adversary may be too weak or gradients may be masked,
so that robustness may be only apparent (Carlini et al. 2019).

Only targeted attacks count, on excerpts that the system does not judge as the target before
the attack. They succeed if the written file, read back, is judged as the target.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import permutations, product
from typing import Any

import pandas as pd

from music_adversaries.evaluation.grouping import groups
from music_adversaries.judged_tables import NO_ADVERSARY, SYSTEM, SYSTEM_KIND, already_reached
from music_adversaries.snr_limits import NO_MARGIN

MODE = "all_wrong"
"""The mode of the attacks that count."""
WITHIN_A_BUDGET = ("paper", "waveform", "pgd")
"""Iterative methods that seek the target within an SNR limit."""
SMALLEST = "minimum"
"""The iterative method that seeks the smallest change."""
BETWEEN_WAVEFORMS = ("waveform", "pgd", SMALLEST)
"""Iterative methods that limit the SNR between waveforms, as noise and single steps do."""
NO_LIMIT_DB = -float("inf")
MOST_ZEROS = 0.5
"""Largest share of samples with a zero gradient that does not hinder adversaries."""
MOST_DIFFERENCE = 0.01
"""Largest deviation of the cost's difference from the gradient, as a share of its norm."""
A_POINT = 0.01
EXCERPT = [*SYSTEM, "excerpt", "target"]
ATTACKED = [*EXCERPT, "adversary", "snr_limit_db"]
KIND = [*SYSTEM_KIND, "adversary"]
RESULT = ["statistic", "value", "threshold", "cases", "exceptions", "verdict", "statement"]


@dataclass(frozen=True)
class Evidence:
    """The results of a run, and the settings of each adversary.

    ``attacked`` is the table of `attacked_excerpts`, the others are ``transfer_excerpts`` and
    ``gradient_excerpts``.
    """

    attacked: pd.DataFrame
    transferred: pd.DataFrame
    gradients: pd.DataFrame
    adversaries: dict[str, dict]

    def named(self, *methods: str) -> list[str]:
        """The adversaries of these methods for which `limited_by_snr_alone` holds."""
        return sorted(
            name
            for name, settings in self.adversaries.items()
            if settings["method"] in methods and limited_by_snr_alone(settings)
        )

    def judged(self, adversary: str) -> pd.DataFrame:
        """The attacks of an adversary: `ATTACKED`, ``succeeded``.

        An attack for the smallest change has no SNR limit. It counts at every limit of the run,
        and succeeds at those that its SNR satisfies.
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
        """An adversary's attacks on other systems, as attacks on the judge: see `judged`."""
        table = self.transferred[self.transferred["adversary"] == adversary]
        table = table[~already_reached(table)]
        judges = {name: table[f"judge_{name}"] for name in SYSTEM if name != "dataset"}
        succeeded = table["predicted_adversarial"] == table["target"]
        return table.assign(**judges, succeeded=succeeded)[[*ATTACKED, "succeeded"]]


def limited_by_snr_alone(settings: Mapping[str, Any]) -> bool:
    """Whether the SNR limit alone constrains an adversary with these settings.

    The published gradient is not that of the cost, and a masking threshold is a constraint.
    """
    exact = settings.get("gradient", "exact") == "exact"
    return exact and settings.get("masking_margin_db", NO_MARGIN) == NO_MARGIN


@dataclass(frozen=True)
class Check:
    """A property of a sound evaluation, and the share of exceptions that is tolerated."""

    statement: str
    statistic: str
    cases: Callable[[Evidence], Iterable[pd.DataFrame]]
    """Tables with the columns of ``ATTACKED``, ``expected`` and ``succeeded``."""
    threshold: float = A_POINT
    """The largest value of the statistic that passes."""
    of_rates: bool = False
    """Whether the statistic is the difference of the two success rates."""
    either_way: bool = False
    """Whether an unexpected success is an exception as well."""

    def exceptions(self, cases: pd.DataFrame) -> pd.Series:
        """Which cases are exceptions."""
        unequal = cases["expected"] != cases["succeeded"]
        return unequal if self.either_way else unequal & cases["expected"]

    def value(self, cases: pd.DataFrame) -> float:
        """The statistic of the cases at one SNR limit."""
        if not self.of_rates:
            return float(self.exceptions(cases).mean())
        fall = float(cases["expected"].mean() - cases["succeeded"].mean())
        return abs(fall) if self.either_way else fall


def attacked_excerpts(curves: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """The attacks of the curves and, in `MODE`, of the attacked test sets.

    Takes the tables ``curve_excerpts`` and ``adversarial_excerpts``. Returns ``ATTACKED``,
    ``snr_db`` and ``succeeded``, for excerpts that are not judged as the target before the
    attack. Of an attack in both tables, that of the curves counts.
    """
    of_mode = adversarial[adversarial["mode"] == MODE].rename(
        columns={"predicted_resynthesised": "predicted", "snr_db_resynthesised": "snr_db"}
    )
    tables = [table[~already_reached(table)] for table in (curves, of_mode)]
    both = pd.concat(tables, ignore_index=True).drop_duplicates(ATTACKED)
    both = both.assign(succeeded=both["predicted"] == both["target"])
    return both[[*ATTACKED, "snr_db", "succeeded"]]


def sanity(evidence: Evidence, datasets: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every check on every kind of system and adversary, and the exceptions found.

    The first table has a row per check and ``KIND``, over folds and seeds: ``statistic`` with
    its ``value`` (the largest over SNR limits) and ``threshold``; the numbers of ``cases`` and
    ``exceptions``, over all limits; ``verdict``, ``pass`` if the value is at most the
    threshold; and ``statement``. The names of two adversaries that are compared are written
    ``first ≥ second``. A dataset without cases has a row with the verdict ``not run``. The
    second table has a row per exception: ``check``, ``ATTACKED``.
    """
    rows, exceptions = [], []
    for name, check in CHECKS.items():
        cases = _all_cases(check.cases(evidence))
        exceptions.append(cases.loc[check.exceptions(cases), ATTACKED].assign(check=name))
        kinds = list(groups(cases, KIND))
        for dataset in sorted(set(datasets) - set(cases["dataset"])):
            kinds.append((dict.fromkeys(KIND, "") | {"dataset": dataset}, cases[:0]))
        rows += [{"check": name, **kind, **_result(check, group)} for kind, group in kinds]
    table = pd.DataFrame(rows, columns=["check", *KIND, *RESULT])
    return table, pd.concat(exceptions, ignore_index=True)[["check", *ATTACKED]]


def gradient_figures(gradients: pd.DataFrame) -> pd.DataFrame:
    """Gradients of every kind of system and cost, pooled over folds and seeds.

    A row per kind and ``cost``: ``excerpts``, ``norm_median``, ``norm_least``,
    ``zero_share_most``, ``error_140db_most`` and ``error_80db_median`` (the deviation of the
    cost's difference from the gradient for a change of that SNR). Excerpts that are judged as
    the target before an attack are left out.
    """
    attacked = gradients[~already_reached(gradients)]
    groups = attacked.groupby([*SYSTEM_KIND, "cost"])
    return groups.agg(
        excerpts=("excerpt", "nunique"),
        norm_median=("gradient_norm", "median"),
        norm_least=("gradient_norm", "min"),
        zero_share_most=("zero_share", "max"),
        error_140db_most=("difference_error_140db", "max"),
        error_80db_median=("difference_error_80db", "median"),
    ).reset_index()


def _all_cases(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    columns = [*ATTACKED, "expected", "succeeded"]
    tables = [table[columns] for table in tables]
    cases = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return cases.astype({"expected": bool, "succeeded": bool})


def _result(check: Check, cases: pd.DataFrame) -> dict:
    by_limit = [check.value(group) for _, group in groups(cases, ["snr_limit_db"])]
    value = max(by_limit, default=float("nan"))
    # Rounded, since a hundredth is not exact in binary.
    verdict = "pass" if round(value, 9) <= check.threshold else "fail"
    return {
        "statistic": check.statistic,
        "value": value,
        "threshold": check.threshold,
        "cases": len(cases),
        "exceptions": int(check.exceptions(cases).sum()),
        "verdict": verdict if by_limit else "not run",
        "statement": check.statement,
    }


def _pairs(attacks: pd.DataFrame, weaker: pd.DataFrame, name: str) -> pd.DataFrame:
    """Attacks on excerpts that a weaker adversary attacked as well, at the same limit."""
    keys = [*EXCERPT, "snr_limit_db"]
    weaker = weaker[[*keys, "succeeded"]].rename(columns={"succeeded": "expected"})
    return attacks[[*keys, "succeeded"]].merge(weaker, on=keys).assign(adversary=name)


def _at_least(weaker: str, evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Iterative adversaries against each of a weaker method, at the same limits."""
    pairs = product(evidence.named(*BETWEEN_WAVEFORMS), evidence.named(weaker))
    for stronger, other in pairs:
        yield _pairs(evidence.judged(stronger), evidence.judged(other), f"{stronger} ≥ {other}")


def _larger_budgets(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Each limit but the highest: a success is expected where the next higher limit has one."""
    for adversary in evidence.named(*WITHIN_A_BUDGET):
        judged = evidence.judged(adversary).sort_values("snr_limit_db", ascending=False)
        expected = judged.groupby(EXCERPT)["succeeded"].shift()
        yield judged.assign(expected=expected)[expected.notna()]


def _unlimited(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Attacks without an SNR limit: a success is always expected."""
    for adversary in evidence.named(*WITHIN_A_BUDGET, SMALLEST):
        judged = evidence.judged(adversary)
        yield judged[judged["snr_limit_db"] == NO_LIMIT_DB].assign(expected=True)


def _twice_the_iterations(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Adversaries whose settings differ only in that one has twice the iterations."""
    for few, many in permutations(evidence.named(*WITHIN_A_BUDGET, SMALLEST), 2):
        settings = evidence.adversaries[few]
        doubled = settings | {"most_iterations": 2 * settings["most_iterations"]}
        if evidence.adversaries[many] == doubled:
            yield _pairs(evidence.judged(many), evidence.judged(few), f"{many} ≥ {few}")


def _own_against_transferred(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Attacks on a system: a success is expected where an attack on another one transfers."""
    for adversary in evidence.named(*WITHIN_A_BUDGET):
        own, transferred = evidence.judged(adversary), evidence.transferred_by(adversary)
        yield _pairs(own, transferred, f"{adversary} ≥ {adversary} on others")


def _transferred_against_noise(evidence: Evidence) -> Iterator[pd.DataFrame]:
    """Attacks on other systems: a success is expected where noise succeeds."""
    pairs = product(evidence.named(*WITHIN_A_BUDGET), evidence.named("noise"))
    for adversary, noise in pairs:
        transferred, control = evidence.transferred_by(adversary), evidence.judged(noise)
        yield _pairs(transferred, control, f"{adversary} on others ≥ {noise}")


def _gradients(
    sound: Callable[[pd.DataFrame], pd.Series], evidence: Evidence
) -> Iterator[pd.DataFrame]:
    """The gradients of both costs at the start of an attack, all of which should be sound."""
    attacked = evidence.gradients[~already_reached(evidence.gradients)]
    none = {key: NO_ADVERSARY[key] for key in ("adversary", "snr_limit_db")}
    yield attacked.assign(**none, expected=True, succeeded=sound(attacked))


def not_zero(gradients: pd.DataFrame) -> pd.Series:
    """Which gradients have a norm above 0 and enough samples that are not 0."""
    return (gradients["gradient_norm"] > 0) & (gradients["zero_share"] <= MOST_ZEROS)


def as_the_difference(gradients: pd.DataFrame) -> pd.Series:
    """Which gradients agree with the difference of the cost for a small change."""
    return gradients["difference_error_140db"] <= MOST_DIFFERENCE


CHECKS = {
    "iterations_over_one": Check(
        "An iterative adversary succeeds where a single step does",
        "share where the single step alone succeeds",
        partial(_at_least, "single_step"),
    ),
    "budget_per_excerpt": Check(
        "An attack that succeeds also succeeds with a larger budget",
        "share where only the smaller budget succeeds",
        _larger_budgets,
    ),
    "budget": Check(
        "Success does not fall with a larger budget",
        "fall of the success rate",
        _larger_budgets,
        of_rates=True,
    ),
    "unbounded": Check(
        "Without an SNR limit every attack succeeds",
        "share that fails",
        _unlimited,
        threshold=0.0,
    ),
    "doubled_iterations": Check(
        "Twice the iterations change success by no more than a point",
        "change of the success rate",
        _twice_the_iterations,
        of_rates=True,
        either_way=True,
    ),
    "own_over_transferred": Check(
        "An attack on a system succeeds where one transferred from another system does",
        "share where the transferred attack alone succeeds",
        _own_against_transferred,
    ),
    "transferred_over_noise": Check(
        "An attack transferred from another system succeeds where noise does",
        "share where noise alone succeeds",
        _transferred_against_noise,
    ),
    "gradient_over_noise": Check(
        "An adversary that uses gradients succeeds where noise does",
        "share where noise alone succeeds",
        partial(_at_least, "noise"),
    ),
    "gradient_over_black_box": Check(
        "An adversary that uses gradients succeeds where a black box does",
        "share where the black box alone succeeds",
        partial(_at_least, "black_box"),
    ),
    "gradients_not_zero": Check(
        "The gradient is not zero at most samples that the system uses",
        "share of gradients that are zero",
        partial(_gradients, not_zero),
        threshold=0.0,
    ),
    "gradients_as_differences": Check(
        "The gradient equals the finite difference of the cost",
        "share of gradients that deviate from the difference",
        partial(_gradients, as_the_difference),
    ),
}
