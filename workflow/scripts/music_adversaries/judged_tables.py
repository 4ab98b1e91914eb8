"""Tables of judged excerpts: their columns, and which of their rows belong together."""

from pathlib import Path

import pandas as pd

from music_adversaries.tidy_tables import check_excerpts, read_table

SYSTEM = ["dataset", "partition", "fold", "seed", "architecture", "training"]
ATTACK = ["adversary", "snr_limit_db", "mode"]
ABOUT = ["excerpt", "artist", "true", "target"]
"""What is known of an attacked excerpt before it is judged."""
UNTARGETED = "untargeted"
"""The mode whose target is the class to leave: any other judgement is a success."""
NO_ADVERSARY = {"adversary": "none", "snr_limit_db": float("nan"), "mode": "none"}
"""What stands in the columns of ``ATTACK`` where there is no adversary."""

COLLECTED = {
    "folds": "dataset partition fold excerpt label artist split".split(),
    "clean_excerpts": [*SYSTEM, *"excerpt artist true predicted confidence".split()],
    "adversarial_excerpts": [
        *SYSTEM,
        *ATTACK,
        *"excerpt artist true target predicted_clean iterations snr_magnitude_db".split(),
        *"predicted_adversarial confidence_adversarial snr_db_adversarial".split(),
        *"predicted_resynthesised confidence_resynthesised snr_db_resynthesised".split(),
        "clipped_samples",
    ],
    "filtered_excerpts": [
        *SYSTEM,
        *ATTACK,
        *"excerpt artist true target cutoff_hz predicted_clean predicted_adversarial".split(),
    ],
    "curve_excerpts": [
        *SYSTEM,
        *"adversary snr_limit_db excerpt artist true target predicted_clean".split(),
        *"predicted confidence snr_db iterations".split(),
    ],
    "transfer_excerpts": [
        *SYSTEM,
        *ATTACK,
        *(f"judge_{column}" for column in SYSTEM if column != "dataset"),
        *"excerpt artist true target predicted_clean predicted_adversarial".split(),
        "judge_trained_on",
    ],
    "gradient_excerpts": [
        *SYSTEM,
        *"excerpt artist true target predicted_clean cost gradient_norm zero_share".split(),
        *"difference_error_140db difference_error_80db".split(),
    ],
    "survival_excerpts": [
        *SYSTEM,
        *ATTACK,
        *"transformation excerpt artist true target predicted_clean".split(),
        "predicted_adversarial",
    ],
    "perceptual_excerpts": [
        *SYSTEM,
        *ATTACK,
        *"excerpt artist true target iterations snr_db segmental_snr_db".split(),
        *"log_spectral_distance_db loudness_difference_lu change_loudness_lu".split(),
        *"noise_to_mask_db audible_share".split(),
    ],
    "probes": [
        *SYSTEM,
        *"adversary snr_limit_db excerpt true target predicted_clean predicted".split(),
        *"confidence snr_db iterations".split(),
    ],
}
"""The columns of the tables that put together what many jobs found, a row per excerpt."""


def collect(tables: list[pd.DataFrame], name: str) -> pd.DataFrame:
    """What many jobs found as the table of `COLLECTED` of this name; no rows of no jobs."""
    columns = COLLECTED[name]
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def read_collected(path: str | Path) -> pd.DataFrame:
    """Read one of the tables of `COLLECTED`, which is known by its file's name."""
    return read_table(path, COLLECTED[Path(path).stem])


def read_attacked(path: str | Path) -> pd.DataFrame:
    """Read the table of an attacked test set: `ABOUT`, and what came of it, an excerpt a row.

    Raises `InputError` where it is damaged.
    """
    table = read_table(path, ABOUT)
    check_excerpts(table, path)
    return table


def require(table: pd.DataFrame, columns: list[str], labels: list[str]) -> None:
    """Raise ValueError where the table lacks a column, or an entry in one of ``labels``."""
    missing = [c for c in columns if c not in table]
    if missing:
        raise ValueError(f"the table has no columns {missing}")
    # A label read as missing (one named "NA", say) would silently count as an error.
    if table[labels].isna().any(axis=None):
        raise ValueError(f"a label is missing in one of the columns {labels}")


def already_reached(attacked: pd.DataFrame) -> pd.Series:
    """Which rows needed no change: the excerpt as it is was judged as its target.

    Args:
        attacked: with the columns ``predicted_clean`` and ``target``.
    """
    return attacked["predicted_clean"] == attacked["target"]


def in_order(names: pd.Series) -> list[str]:
    """The different names, what the others are compared with first, then by name."""
    return sorted(names.unique(), key=lambda name: (name not in {"random", "standard"}, name))


def artists(judged: pd.DataFrame) -> pd.Series:
    """A name for each row's artist; an excerpt without a known one is an artist of its own.

    Args:
        judged: with the columns ``excerpt`` and ``artist``.
    """
    known = judged["artist"].notna() & (judged["artist"] != "")
    return ("artist " + judged["artist"].astype(str)).where(known, _excerpts(judged))


def clusters(judged: pd.DataFrame) -> pd.Series:
    """A name for what each row was drawn with: `artists`, or excerpts if ``random``.

    Only a partition that keeps artists apart tests systems on artists that it drew; the
    partition ``random`` draws excerpts.

    Args:
        judged: with the columns ``partition``, ``excerpt`` and ``artist``.
    """
    return _excerpts(judged).where(judged["partition"] == "random", artists(judged))


def _excerpts(judged: pd.DataFrame) -> pd.Series:
    return "excerpt " + judged["excerpt"].astype(str)
