"""Tables of judged excerpts: their columns, and the names of artists and sampling units."""

from pathlib import Path

import pandas as pd

from music_adversaries.tidy_tables import check_excerpts, read_table

SYSTEM = ["dataset", "partition", "fold", "seed", "architecture", "training"]
ATTACK = ["adversary", "snr_limit_db", "mode"]
SYSTEM_KIND = ["dataset", "partition", "architecture", "training"]
"""A system, pooled over folds and seeds."""
TEST_SET_KIND = [*SYSTEM_KIND, *ATTACK]
"""An attacked test set, pooled over folds and seeds."""
ABOUT = ["excerpt", "artist", "true", "target"]
"""What is known of an attacked excerpt before it is judged."""
UNTARGETED = "untargeted"
"""The mode whose target is the class to leave: any other judgement is a success."""
NO_TRANSFORMATION = "none"
"""The name in tables for no transformation of the written excerpt."""
NO_ADVERSARY = {"adversary": "none", "snr_limit_db": float("nan"), "mode": "none"}
"""The values of the columns in ``ATTACK`` if there is no adversary."""

_SYSTEM, _ATTACK, _ABOUT = " ".join(SYSTEM), " ".join(ATTACK), " ".join(ABOUT)
_COLLECTED = {
    "folds": "dataset partition fold excerpt label artist split",
    "clean_excerpts": f"{_SYSTEM} excerpt artist true predicted confidence",
    "adversarial_excerpts": f"""{_SYSTEM} {_ATTACK} {_ABOUT}
        predicted_clean iterations snr_magnitude_db
        predicted_adversarial confidence_adversarial snr_db_adversarial
        predicted_resynthesised confidence_resynthesised snr_db_resynthesised
        clipped_samples""",
    "filtered_excerpts": f"""{_SYSTEM} {_ATTACK} {_ABOUT} cutoff_hz
        predicted_clean predicted_adversarial""",
    "curve_excerpts": f"""{_SYSTEM} adversary snr_limit_db {_ABOUT}
        predicted_clean predicted confidence snr_db iterations""",
    "transfer_excerpts": f"""{_SYSTEM} {_ATTACK}
        judge_partition judge_fold judge_seed judge_architecture judge_training
        {_ABOUT} predicted_clean predicted_adversarial judge_trained_on""",
    "gradient_excerpts": f"""{_SYSTEM} {_ABOUT} predicted_clean
        cost gradient_norm zero_share difference_error_140db difference_error_80db""",
    "survival_excerpts": f"""{_SYSTEM} {_ATTACK} transformation {_ABOUT}
        predicted_clean predicted_adversarial""",
    "perceptual_excerpts": f"""{_SYSTEM} {_ATTACK} {_ABOUT} iterations snr_db segmental_snr_db
        log_spectral_distance_db loudness_difference_lu change_loudness_lu noise_to_mask_db
        audible_share""",
    "probes": f"""{_SYSTEM} adversary snr_limit_db excerpt true target
        predicted_clean predicted confidence snr_db iterations""",
}
COLLECTED = {name: columns.split() for name, columns in _COLLECTED.items()}
"""The columns of the tables that collect the results of many jobs, one row per excerpt."""


def collect(tables: list[pd.DataFrame], name: str) -> pd.DataFrame:
    """Concatenate the results of many jobs to the table ``name`` of `COLLECTED`.

    Without results, the table has no rows.
    """
    columns = COLLECTED[name]
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def read_collected(path: str | Path) -> pd.DataFrame:
    """Return a table of `COLLECTED`, identified by its file's name."""
    return read_table(path, COLLECTED[Path(path).stem])


def read_attacked(path: str | Path) -> pd.DataFrame:
    """Return the table of an attacked test set: `ABOUT` and results, one row per excerpt.

    Raises `InputError` if it is damaged.
    """
    table = read_table(path, ABOUT)
    check_excerpts(table, path)
    return table


def already_reached(attacked: pd.DataFrame) -> pd.Series:
    """Return in which rows the unmodified excerpt is already judged as its target.

    Args:
        attacked: with the columns ``predicted_clean`` and ``target``.
    """
    return attacked["predicted_clean"] == attacked["target"]


def in_order(names: pd.Series) -> list[str]:
    """Return the unique names, sorted, with the baselines of comparisons first."""
    return sorted(names.unique(), key=lambda name: (name not in {"random", "standard"}, name))


def artists(judged: pd.DataFrame) -> pd.Series:
    """Return a name for each row's artist; an excerpt of unknown artist has its own.

    Args:
        judged: with the columns ``excerpt`` and ``artist``.
    """
    known = judged["artist"].notna() & (judged["artist"] != "")
    return ("artist " + judged["artist"].astype(str)).where(known, _excerpts(judged))


def clusters(judged: pd.DataFrame) -> pd.Series:
    """Return a name for each row's sampling unit: `artists`, or excerpts under ``random``.

    The partition ``random`` samples excerpts; the others keep artists apart and so sample
    artists.

    Args:
        judged: with the columns ``partition``, ``excerpt`` and ``artist``.
    """
    return _excerpts(judged).where(judged["partition"] == "random", artists(judged))


def _excerpts(judged: pd.DataFrame) -> pd.Series:
    return "excerpt " + judged["excerpt"].astype(str)
