"""Transferability: the success against other systems of excerpts made against one system.

The excerpts are the written files. A *judge* is a system that judges them. Results are pooled
over folds and seeds, both of attacked systems and of judges.
"""

import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import rows_of_groups
from music_adversaries.judged_tables import SYSTEM, TEST_SET_KIND, already_reached

JUDGE = ["judge_partition", "judge_architecture", "judge_training"]
ITSELF, ANOTHER = "itself", "another"
FIGURES = ["excerpts", "success", "low", "high", "success_clean", "turned"]
FIGURES += ["accuracy_clean", "accuracy_adversarial", "left_out"]


def transfer(adversarial: pd.DataFrame, transferred: pd.DataFrame) -> pd.DataFrame:
    """How often judges take written adversarial excerpts for the target: a row per pair.

    A row per ``TEST_SET_KIND`` of the attacked system, ``judge`` (``itself``, that system, or
    ``another``) and ``JUDGE``. Judgements of excerpts in the judge's training or validation
    set (``judge_trained_on``) are left out; ``left_out`` counts them. Of the others:
    ``excerpts``; ``success`` (the written file is judged as the target), ``low``, ``high``;
    ``success_clean`` (the original is judged as the target already); ``turned`` (original and
    file are judged differently); and the judge's accuracy on both. Shares are NaN if no
    judgement is left.
    """
    # Each transferred attack is compared with the same files judged by the attacked system.
    sources = transferred[TEST_SET_KIND].drop_duplicates()
    itself = _judged_by_itself(adversarial.merge(sources, on=TEST_SET_KIND))
    judged = pd.concat(
        [itself.assign(judge=ITSELF), transferred.assign(judge=ANOTHER)], ignore_index=True
    )
    keys = [*TEST_SET_KIND, "judge", *JUDGE]
    table = pd.DataFrame(rows_of_groups(judged, keys, _figures), columns=[*keys, *FIGURES])
    order = {ITSELF: 0, ANOTHER: 1}
    return table.sort_values(
        keys, key=lambda column: column.replace(order), kind="stable", ignore_index=True
    )


def _judged_by_itself(adversarial: pd.DataFrame) -> pd.DataFrame:
    """Attacked excerpts in the form of transferred ones, judged by the attacked system."""
    itself = {f"judge_{name}": adversarial[name] for name in SYSTEM if name != "dataset"}
    judged = adversarial["predicted_resynthesised"]
    return adversarial.assign(**itself, predicted_adversarial=judged, judge_trained_on=0)


def _figures(judged: pd.DataFrame) -> list[dict]:
    seen = judged["judge_trained_on"].astype(bool)
    judged = judged[~seen]
    clean, adversarial = judged["predicted_clean"], judged["predicted_adversarial"]
    figures = [
        judged["excerpt"].nunique(),
        *intervals.share(judged, adversarial == judged["target"]),
        float(already_reached(judged).mean()),
        float((clean != adversarial).mean()),
        float((clean == judged["true"]).mean()),
        float((adversarial == judged["true"]).mean()),
        int(seen.sum()),
    ]
    return [dict(zip(FIGURES, figures, strict=True))]
