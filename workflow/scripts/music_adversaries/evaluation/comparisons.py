"""Two systems on the same excerpts: where only one of them is right, or only one defeated."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
from scipy import stats

from music_adversaries.evaluation import intervals
from music_adversaries.judged_tables import (
    ATTACK,
    NO_ADVERSARY,
    SYSTEM,
    UNTARGETED,
    clusters,
    in_order,
    require,
)

PAIR = ["fold", "seed", "excerpt", "target"]
"""What two judgements must share to be a pair; clean excerpts have no target."""
FIGURES = [
    "value_first",
    "value_second",
    "difference",
    "low",
    "high",
    "excerpts",
    "only_first",
    "only_second",
    "mcnemar_p",
]


def paired_comparisons(clean: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """Every two architectures of one training, and every two trainings of one architecture.

    Args:
        clean: as for `figures_of_merit.figures_of_merit`.
        adversarial: as for `figures_of_merit.figures_of_merit`, with ``target``; judged after
            the round trip through a WAV.

    Returns:
        A row per comparison on the excerpts that both judged, pooled over folds and seeds:
        ``dataset``, ``partition``, ``compared`` (``architecture`` or ``training``) with
        its names ``first`` and ``second``, ``held`` (the training or architecture that
        both have), ``ATTACK``, ``quantity`` (``accuracy`` of clean excerpts or ``success``
        of the adversary) and the figures of `compare`. No row where no excerpt was judged
        by both, or none towards the same target.

    Raises:
        ValueError: a column or a label is missing.
    """
    judged = pd.concat([accuracies(clean), successes(adversarial)], ignore_index=True)
    rows = [
        {**place, "compared": compared, "first": first, "second": second} | compare(pairs)
        for compared, held in (("architecture", "training"), ("training", "architecture"))
        for place, group in _groups(judged, held)
        for first, second in combinations(in_order(group[compared]), 2)
        if len(pairs := _pair_of(group, compared, first, second))
    ]
    names = ["dataset", "partition", "compared", "first", "second", "held"]
    return pd.DataFrame(rows, columns=[*names, *ATTACK, "quantity", *FIGURES])


def accuracies(clean: pd.DataFrame) -> pd.DataFrame:
    """Clean judgements, with ``succeeded`` where the system is right."""
    columns = [*SYSTEM, "excerpt", "artist", "true", "predicted"]
    require(clean, columns, ["true", "predicted"])
    right = clean["true"] == clean["predicted"]
    return _judgements(clean, "accuracy", right, target="", **NO_ADVERSARY)


def successes(adversarial: pd.DataFrame) -> pd.DataFrame:
    """Attacked judgements, with ``succeeded`` where the written WAV is judged the target.

    Of the mode ``untargeted``, where it is judged as anything else.
    """
    judged = ["target", "predicted_resynthesised"]
    require(adversarial, [*SYSTEM, *ATTACK, "excerpt", "artist", *judged], judged)
    reached = adversarial["target"] == adversarial["predicted_resynthesised"]
    return _judgements(adversarial, "success", reached != (adversarial["mode"] == UNTARGETED))


def pair(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The judgements that two systems have in common, a row per pair.

    Args:
        first: with the columns of ``PAIR``, ``partition``, ``artist`` and ``succeeded``.
        second: the same of the other system.

    Returns:
        The columns of ``first``, with ``succeeded_first`` and ``succeeded_second`` in
        place of ``succeeded``.
    """
    return first.merge(
        second[[*PAIR, "succeeded"]],
        on=PAIR,
        suffixes=("_first", "_second"),
        validate="one_to_one",
    )


def compare(pairs: pd.DataFrame) -> dict[str, float]:
    """The figures of ``FIGURES`` of pairs as `pair` gives them, at least one.

    ``value_*`` are the shares of pairs that succeeded, as fractions of 1; ``difference``
    is first − second, ``low`` and ``high`` its 95 % interval (of
    `intervals.paired_difference`); ``excerpts`` are counted once, however often judged;
    ``only_first`` and ``only_second`` count the pairs where only one side succeeded.
    """
    first, second = pairs["succeeded_first"], pairs["succeeded_second"]
    low, high = intervals.paired_difference(first, second, clusters(pairs), pairs["excerpt"])
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return {
        "value_first": float(first.mean()),
        "value_second": float(second.mean()),
        "difference": (only_first - only_second) / len(pairs),
        "low": low,
        "high": high,
        "excerpts": pairs["excerpt"].nunique(),
        "only_first": only_first,
        "only_second": only_second,
        "mcnemar_p": mcnemar_p(only_first, only_second),
    }


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Two-sided exact p of McNemar's test; 1 where no pair differs.

    Takes the pairs as independent, so that it is too small where excerpts are judged
    under several seeds or artists have several excerpts; the intervals know of both.
    """
    differing = only_first + only_second
    return float(stats.binomtest(only_first, differing).pvalue) if differing else 1.0


def _judgements(
    table: pd.DataFrame, quantity: str, succeeded: pd.Series, **columns: object
) -> pd.DataFrame:
    table = table.assign(quantity=quantity, succeeded=succeeded.astype(bool), **columns)
    kept = [*SYSTEM, *ATTACK, "quantity", "excerpt", "artist", "target", "succeeded"]
    return table[kept]


def _groups(judged: pd.DataFrame, held: str) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Judgements that may be compared, each with what they have in common."""
    keys = ["dataset", "partition", held, *ATTACK, "quantity"]
    for key, group in judged.groupby(keys, dropna=False):
        place = dict(zip(keys, key, strict=True))
        yield {**place, "held": place.pop(held)}, group


def _pair_of(group: pd.DataFrame, compared: str, first: str, second: str) -> pd.DataFrame:
    return pair(group[group[compared] == first], group[group[compared] == second])
