"""What a listener would notice of adversarial excerpts, summed up by test set."""

import pandas as pd

from music_adversaries.judged_tables import ATTACK, COLLECTED

KINDS = ["dataset", "partition", "architecture", "training", *ATTACK]
QUANTITIES = COLLECTED["perceptual_excerpts"][-7:]
"""The SNR, and the figures of `perception` beside it."""


def perceptual(excerpts: pd.DataFrame) -> pd.DataFrame:
    """Medians and quartiles of each quantity, over the excerpts of all folds and seeds.

    Args:
        excerpts: a row per attacked excerpt, with the columns of `COLLECTED`. May have no
            rows.

    Returns:
        A row per kind of test set and quantity: `KINDS`, ``quantity``, ``median``, ``low``
        and ``high`` (the quartiles), over the excerpts that the adversary changed, and
        ``changed_excerpts`` and ``unchanged_excerpts``, how many those and the others are.
    """
    # An adversary without a limit has −inf there, and is a group all the same.
    rows = [
        [*key, quantity, *_quartiles(group, quantity), *_counts(group)]
        for key, group in excerpts.groupby(KINDS, dropna=False)
        for quantity in QUANTITIES
    ]
    figures = ["median", "low", "high", "changed_excerpts", "unchanged_excerpts"]
    return pd.DataFrame(rows, columns=[*KINDS, "quantity", *figures])


def _quartiles(group: pd.DataFrame, quantity: str) -> list[float]:
    changed = group.loc[group["iterations"] > 0, quantity]
    return [changed.quantile(share) for share in (0.5, 0.25, 0.75)]


def _counts(group: pd.DataFrame) -> list[int]:
    changed = int((group["iterations"] > 0).sum())
    return [changed, len(group) - changed]
