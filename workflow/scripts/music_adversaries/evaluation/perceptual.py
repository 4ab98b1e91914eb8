"""How audible adversarial changes are, summarised by test set."""

import pandas as pd

from music_adversaries.evaluation.grouping import rows_of_groups
from music_adversaries.judged_tables import COLLECTED, TEST_SET_KIND

QUANTITIES = COLLECTED["perceptual_excerpts"][-7:]
"""The SNR and the perceptual metrics."""
FIGURES = ["median", "low", "high", "changed_excerpts", "unchanged_excerpts"]


def perceptual(excerpts: pd.DataFrame) -> pd.DataFrame:
    """Medians and quartiles of each quantity, over the excerpts of all folds and seeds.

    Takes the table ``perceptual_excerpts``. Returns a row per `TEST_SET_KIND` and ``quantity``:
    ``median`` and the quartiles ``low`` and ``high``, over the excerpts that the adversary
    changed, and the numbers of ``changed_excerpts`` and ``unchanged_excerpts``.
    """
    rows = rows_of_groups(excerpts, TEST_SET_KIND, _figures)
    return pd.DataFrame(rows, columns=[*TEST_SET_KIND, "quantity", *FIGURES])


def _figures(group: pd.DataFrame) -> list[dict]:
    changed = group[group["iterations"] > 0]
    counts = [len(changed), len(group) - len(changed)]
    rows = []
    for quantity in QUANTITIES:
        quartiles = [changed[quantity].quantile(share) for share in (0.5, 0.25, 0.75)]
        figures = dict(zip(FIGURES, quartiles + counts, strict=True))
        rows.append({"quantity": quantity} | figures)
    return rows
