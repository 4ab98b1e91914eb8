"""Which adversaries survive what happens to music files between adversary and system."""

import pandas as pd

from music_adversaries.audio.transformations import NONE
from music_adversaries.evaluation import intervals
from music_adversaries.judged_tables import ATTACK, SYSTEM, clusters, require

KIND = ["dataset", "partition", "architecture", "training", "adversary", "snr_limit_db"]
SHARES = ["survival", "success", "accuracy_clean", "accuracy_adversarial"]


def survival(transformed: pd.DataFrame) -> pd.DataFrame:
    """Successes, survival and accuracies after each transformation, over folds and seeds.

    An adversary succeeds where the excerpt is judged the target. It *turned* an excerpt where
    it succeeds as written while the original is judged something else; of these excerpts,
    those that are judged the target after the transformation as well survive it. Neither what
    was judged the target all along nor what a transformation alone makes it is a survivor.

    Args:
        transformed: a row per excerpt, system, adversary and transformation (`NONE` among
            them), with the columns of ``SYSTEM`` and ``ATTACK`` and ``transformation``,
            ``excerpt``, ``artist``, ``true``, ``target``, ``predicted_clean``,
            ``predicted_adversarial``. May have no rows.

    Returns:
        A row per kind of test set (`KIND`) and transformation, in the order in which they
        come: the numbers ``excerpts`` and ``turned`` (each excerpt counted once, however often
        judged), ``success_before`` (as written), and each of `SHARES` with its 95 % interval
        ``*_low``, ``*_high`` (of `intervals.proportion`), as fractions of 1. Survival is NaN
        where nothing was turned.

    Raises:
        ValueError: a column or a label is missing, or excerpts were not judged as written.
    """
    judged = ["predicted_clean", "predicted_adversarial"]
    labels = ["true", "target", *judged]
    columns = [*SYSTEM, *ATTACK, "transformation", "excerpt", "artist", *labels]
    require(transformed, columns, labels)
    marked = _with_outcome_as_written(transformed)
    keys = [*KIND, "transformation"]
    rows = [
        dict(zip(keys, key, strict=True)) | _figures(group)
        for key, group in marked.groupby(keys, sort=False)
    ]
    shares = [f"{share}{end}" for share in SHARES for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*keys, "excerpts", "turned", "success_before", *shares])


def _with_outcome_as_written(transformed: pd.DataFrame) -> pd.DataFrame:
    """The rows with whether the excerpt as written ``succeeded``, and was ``turned``."""
    written = transformed[transformed["transformation"] == NONE]
    succeeded = written["predicted_adversarial"] == written["target"]
    turned = succeeded & (written["predicted_clean"] != written["target"])
    key = [*SYSTEM, *ATTACK, "excerpt"]
    outcome = written[key].assign(succeeded=succeeded, turned=turned)
    marked = transformed.merge(outcome, on=key, how="left", validate="many_to_one")
    if marked["turned"].isna().any():
        raise ValueError(f"excerpts lack a row of the transformation {NONE!r}")
    return marked.astype({"succeeded": bool, "turned": bool})


def _figures(group: pd.DataFrame) -> dict[str, float]:
    clean, adversarial = group["predicted_clean"], group["predicted_adversarial"]
    success, turned = adversarial == group["target"], group["turned"]
    return {
        "excerpts": group["excerpt"].nunique(),
        "turned": group.loc[turned, "excerpt"].nunique(),
        "success_before": float(group["succeeded"].mean()),
        **_share("survival", success[turned], group[turned]),
        **_share("success", success, group),
        **_share("accuracy_clean", clean == group["true"], group),
        **_share("accuracy_adversarial", adversarial == group["true"], group),
    }


def _share(name: str, right: pd.Series, judged: pd.DataFrame) -> dict[str, float]:
    """The share of judgements that are ``right``, with its interval; NaN of none."""
    if judged.empty:
        return dict.fromkeys([name, f"{name}_low", f"{name}_high"], float("nan"))
    low, high = intervals.proportion(right, clusters(judged), judged["excerpt"])
    return {name: float(right.mean()), f"{name}_low": low, f"{name}_high": high}
