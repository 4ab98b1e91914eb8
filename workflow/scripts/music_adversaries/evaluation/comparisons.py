"""Two systems on the same excerpts: paired differences of accuracy and of success rate."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd
from scipy import stats

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import groups
from music_adversaries.judged_tables import (
    ATTACK,
    NO_ADVERSARY,
    SYSTEM,
    UNTARGETED,
    clusters,
    in_order,
)

PAIR = ["fold", "seed", "excerpt", "target"]
"""The columns in which two judgements of a pair agree; clean excerpts have no target."""
COMPARED = ["dataset", "partition", "compared", "first", "second", "held"]
FIGURES = ["value_first", "value_second", "difference", "low", "high", "excerpts"]
FIGURES += ["only_first", "only_second", "mcnemar_p"]


def paired_comparisons(clean: pd.DataFrame, adversarial: pd.DataFrame) -> pd.DataFrame:
    """Comparisons of every two architectures of a training, and trainings of an architecture.

    A row per comparison on the excerpts that both systems judged, pooled over folds and
    seeds: ``dataset``, ``partition``, ``compared`` (``architecture`` or ``training``) with its
    names ``first`` and ``second``, ``held`` (the training or architecture of both),
    ``ATTACK``, ``quantity`` (``accuracy`` on clean excerpts, or ``success`` of the adversary
    after the round trip through a WAV) and the figures of `compare`. There is no row for two
    systems that have no excerpt and target in common.
    """
    judged = pd.concat([accuracies(clean), successes(adversarial)], ignore_index=True)
    keys = [*ATTACK, "quantity"]
    rows = [
        place | compare(pairs) for place, pairs in pairs_of_systems(judged, keys, "succeeded")
    ]
    return pd.DataFrame(rows, columns=[*COMPARED, *keys, *FIGURES])


def accuracies(clean: pd.DataFrame) -> pd.DataFrame:
    """Clean judgements; ``succeeded`` if the system is right."""
    right = clean["true"] == clean["predicted"]
    return _judgements(clean, "accuracy", right, target="", **NO_ADVERSARY)


def successes(adversarial: pd.DataFrame) -> pd.DataFrame:
    """Attacked judgements; ``succeeded`` if the written WAV is judged as the target.

    In the mode ``untargeted``, ``succeeded`` if it is judged as any other class.
    """
    reached = adversarial["target"] == adversarial["predicted_resynthesised"]
    return _judgements(adversarial, "success", reached != (adversarial["mode"] == UNTARGETED))


def pairs_of_systems(
    judged: pd.DataFrame, keys: list[str], value: str
) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Every two systems that differ in architecture or training alone, with their pairs.

    Compares the column ``value`` of judgements that agree in the columns ``keys``. Yields the
    values of ``COMPARED`` and ``keys`` by column, and the pairs as of `pair`.
    """
    for compared, held in (("architecture", "training"), ("training", "architecture")):
        for place, group in groups(judged, ["dataset", "partition", held, *keys]):
            place["held"] = place.pop(held)
            for names in combinations(in_order(group[compared]), 2):
                first, second = (group[group[compared] == name] for name in names)
                pairs = pair(first, second, value)
                if len(pairs):
                    named = {"compared": compared, "first": names[0], "second": names[1]}
                    yield place | named, pairs


def pair(first: pd.DataFrame, second: pd.DataFrame, value: str = "succeeded") -> pd.DataFrame:
    """The judgements that two systems have in common, a row per pair.

    The columns of ``first``, with ``{value}_first`` and ``{value}_second`` in place of
    ``value``; judgements agree in ``PAIR``.
    """
    second, ends = second[[*PAIR, value]], ("_first", "_second")
    return first.merge(second, on=PAIR, suffixes=ends, validate="one_to_one")


def compare(pairs: pd.DataFrame) -> dict[str, float]:
    """The figures of ``FIGURES`` for at least one pair as of `pair`.

    ``value_*`` are the shares of pairs that succeeded; ``difference`` is first − second, with
    the interval ``low``, ``high`` of `intervals.paired_difference`; ``only_*`` count the pairs
    where that side alone succeeded.
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
    """Two-sided exact p of McNemar's test; 1 if no pair differs.

    It assumes independent pairs, and is too small if excerpts are judged under several seeds or
    artists have several excerpts. The intervals take account of both.
    """
    differing = only_first + only_second
    return float(stats.binomtest(only_first, differing).pvalue) if differing else 1.0


def _judgements(
    table: pd.DataFrame, quantity: str, succeeded: pd.Series, **columns: object
) -> pd.DataFrame:
    table = table.assign(quantity=quantity, succeeded=succeeded.astype(bool), **columns)
    return table[[*SYSTEM, *ATTACK, "quantity", "excerpt", "artist", "target", "succeeded"]]
