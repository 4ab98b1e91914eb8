"""Transfer: what excerpts that were made against one system do to the others.

The excerpts are the written files. A *source* is a kind of attacked system with its
adversary, a *judge* a kind of system that judges them; folds and seeds of both are pooled.
"""

import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.judged_tables import ATTACK, SYSTEM, clusters, require

SOURCE = ["dataset", "partition", "architecture", "training", *ATTACK]
JUDGE = ["judge_partition", "judge_architecture", "judge_training"]
JUDGED_BY = [f"judge_{column}" for column in SYSTEM if column != "dataset"]
"""The columns that name the judge of a row."""
ITSELF, ANOTHER = "itself", "another"
FIGURES = [
    "excerpts",
    "success",
    "low",
    "high",
    "success_clean",
    "turned",
    "accuracy_clean",
    "accuracy_adversarial",
    "left_out",
]


def transfer(adversarial: pd.DataFrame, transferred: pd.DataFrame) -> pd.DataFrame:
    """How often judges take written adversarial excerpts for the target: a row per pair.

    Args:
        adversarial: as for `figures_of_merit.figures_of_merit`, with ``target`` and
            ``predicted_clean``.
        transferred: a row per excerpt, attacked system and judge, with the columns of
            ``SYSTEM`` and ``ATTACK`` (of the attacked system), ``JUDGED_BY``, ``excerpt``,
            ``artist``, ``true``, ``target``, ``predicted_clean`` and
            ``predicted_adversarial`` (by the judge) and ``judge_trained_on`` (1 where the
            excerpt is in the judge's training or validation set, else 0). May have no rows.

    Returns:
        A row per ``SOURCE``, ``judge`` (``itself``, the very system that was attacked, or
        ``another``) and ``JUDGE``. Where the judge was trained on an excerpt the judgement is
        left out; ``left_out`` counts these. Of the others: ``excerpts`` (each counted once,
        however often judged), ``success`` (the written file is judged as the target) with its
        95 % interval ``low``, ``high``, ``success_clean`` (the original is judged as the
        target already), ``turned`` (the two are judged differently) and the judge's accuracy
        on both; fractions of 1, NaN where nothing is left. No rows where nothing was
        transferred.

    Raises:
        ValueError: a column or a label is missing.
    """
    labels = ["true", "target", "predicted_clean", "predicted_adversarial"]
    require(transferred, [*SYSTEM, *ATTACK, *JUDGED_BY, "excerpt", "artist", *labels], labels)
    # Beside what was transferred stands what the same files do to their own system.
    sources = transferred[SOURCE].drop_duplicates()
    itself = _judged_by_itself(adversarial.merge(sources, on=SOURCE))
    judged = pd.concat(
        [itself.assign(judge=ITSELF), transferred.assign(judge=ANOTHER)], ignore_index=True
    )
    keys = [*SOURCE, "judge", *JUDGE]
    rows = [[*key, *_figures(group).values()] for key, group in judged.groupby(keys)]
    table = pd.DataFrame(rows, columns=[*keys, *FIGURES])
    order = {ITSELF: 0, ANOTHER: 1}
    return table.sort_values(
        keys, key=lambda column: column.replace(order), kind="stable", ignore_index=True
    )


def _judged_by_itself(adversarial: pd.DataFrame) -> pd.DataFrame:
    """Attacked excerpts as transferred ones, whose judge is the system that was attacked."""
    itself = {f"judge_{name}": adversarial[name] for name in SYSTEM if name != "dataset"}
    judged = adversarial["predicted_resynthesised"]
    return adversarial.assign(**itself, predicted_adversarial=judged, judge_trained_on=0)


def _figures(judged: pd.DataFrame) -> dict[str, float]:
    seen = judged["judge_trained_on"].astype(bool)
    left_out, judged = int(seen.sum()), judged[~seen]
    if judged.empty:
        return {**dict.fromkeys(FIGURES, float("nan")), "excerpts": 0, "left_out": left_out}
    clean, adversarial = judged["predicted_clean"], judged["predicted_adversarial"]
    reached = adversarial == judged["target"]
    low, high = intervals.proportion(reached, clusters(judged), judged["excerpt"])
    return {
        "excerpts": judged["excerpt"].nunique(),
        "success": float(reached.mean()),
        "low": low,
        "high": high,
        "success_clean": float((clean == judged["target"]).mean()),
        "turned": float((clean != adversarial).mean()),
        "accuracy_clean": float((clean == judged["true"]).mean()),
        "accuracy_adversarial": float((adversarial == judged["true"]).mean()),
        "left_out": left_out,
    }
