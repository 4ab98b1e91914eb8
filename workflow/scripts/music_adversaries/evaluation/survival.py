"""Which adversarial excerpts survive transformations between adversary and system."""

import pandas as pd

from music_adversaries.evaluation import intervals
from music_adversaries.evaluation.grouping import rows_of_groups
from music_adversaries.judged_tables import (
    ATTACK,
    NO_TRANSFORMATION,
    SYSTEM,
    SYSTEM_KIND,
    already_reached,
)

KIND = [*SYSTEM_KIND, "adversary", "snr_limit_db"]
SHARES = ["survival", "success", "accuracy_clean", "accuracy_adversarial"]


def survival(transformed: pd.DataFrame) -> pd.DataFrame:
    """Survival, success and accuracy after each transformation, over folds and seeds.

    An attack succeeds where the excerpt is judged as the target. The attack *turned* an
    excerpt if it succeeds on the file as written and the original is not judged as the
    target. An excerpt that was turned survives a transformation if it is still judged as the
    target. So an excerpt does not survive if it was always judged as the target, or only
    because of the transformation.

    Takes the table ``survival_excerpts``. Returns a row per kind of test set (`KIND`) and
    transformation, in the order of first occurrence: the numbers of ``excerpts`` and
    ``turned`` excerpts, ``success_before`` (as written), and each of `SHARES` with its
    interval. Survival is NaN if nothing was turned. Raises ValueError if an excerpt has no row
    of the transformation `NO_TRANSFORMATION`.
    """
    keys = [*KIND, "transformation"]
    rows = rows_of_groups(_with_outcome_as_written(transformed), keys, _figures, sort=False)
    shares = [f"{share}{end}" for share in SHARES for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*keys, "excerpts", "turned", "success_before", *shares])


def _with_outcome_as_written(transformed: pd.DataFrame) -> pd.DataFrame:
    """The rows with two columns on the excerpt as written: ``succeeded`` and ``turned``."""
    written = transformed[transformed["transformation"] == NO_TRANSFORMATION]
    succeeded = written["predicted_adversarial"] == written["target"]
    turned = succeeded & ~already_reached(written)
    key = [*SYSTEM, *ATTACK, "excerpt"]
    outcome = written[key].assign(succeeded=succeeded, turned=turned)
    marked = transformed.merge(outcome, on=key, how="left", validate="many_to_one")
    if marked["turned"].isna().any():
        raise ValueError(f"excerpts lack a row of the transformation {NO_TRANSFORMATION!r}")
    return marked.astype({"succeeded": bool, "turned": bool})


def _figures(group: pd.DataFrame) -> list[dict]:
    clean, adversarial = group["predicted_clean"], group["predicted_adversarial"]
    success, turned = adversarial == group["target"], group["turned"]
    figures = {
        "excerpts": group["excerpt"].nunique(),
        "turned": group.loc[turned, "excerpt"].nunique(),
        "success_before": float(group["succeeded"].mean()),
    }
    shares = {
        "survival": intervals.share(group[turned], success[turned]),
        "success": intervals.share(group, success),
        "accuracy_clean": intervals.share(group, clean == group["true"]),
        "accuracy_adversarial": intervals.share(group, adversarial == group["true"]),
    }
    for name, (value, low, high) in shares.items():
        figures |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return [figures]
