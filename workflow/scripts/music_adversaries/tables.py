"""Tidy tables in and out."""

from pathlib import Path

import pandas as pd

from music_adversaries.whole import whole

_SYSTEM = "dataset partition fold architecture training seed".split()
_ATTACK = "adversary snr_limit_db".split()

COLLECTED = {
    "folds": [*"dataset partition fold excerpt label artist split".split()],
    "clean_excerpts": [*_SYSTEM, *"excerpt artist true predicted confidence".split()],
    "adversarial_excerpts": [
        *_SYSTEM,
        *_ATTACK,
        *"mode excerpt artist true target predicted_clean iterations snr_magnitude_db".split(),
        *"predicted_adversarial confidence_adversarial snr_db_adversarial".split(),
        *"predicted_resynthesised confidence_resynthesised snr_db_resynthesised".split(),
        "clipped_samples",
    ],
    "filtered_excerpts": [
        *_SYSTEM,
        *_ATTACK,
        *"mode excerpt artist true target cutoff_hz predicted_clean".split(),
        "predicted_adversarial",
    ],
    "probes": [
        *_SYSTEM,
        *_ATTACK,
        *"excerpt true target predicted_clean predicted confidence snr_db iterations".split(),
    ],
}
"""The columns of the tables that put together what many jobs found, a row per excerpt."""


def write_collected(tables: list[pd.DataFrame], path: str | Path) -> None:
    """Write what many jobs found as the table of `COLLECTED` that ``path`` names."""
    columns = COLLECTED[Path(path).stem]
    whole_table = pd.concat(tables) if tables else pd.DataFrame(columns=columns)
    write_table(whole_table[columns], path)


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a tidy table as tab-separated values, the same bytes for the same numbers.

    Names of files that are no valid Unicode keep their bytes.
    """
    with whole(path) as partial:
        table.to_csv(
            partial,
            sep="\t",
            index=False,
            float_format="%.6g",
            lineterminator="\n",
            errors="surrogateescape",
        )


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table of `write_table`; words such as ``NA`` or ``null`` stay words.

    Columns of text come back as text even where every entry looks like a number.
    """
    table = pd.read_csv(
        path,
        sep="\t",
        keep_default_na=False,
        na_values={},
        dtype=str,
        encoding_errors="surrogateescape",
    )
    return table.apply(_as_numbers_unless_text)


TEXT_COLUMNS = frozenset(
    (
        "adversary architecture artist claim compared condition dataset excerpt fault file"
        " fingerprint first held kind label mode note other_label partition predicted"
        " predicted_adversarial predicted_clean predicted_resynthesised problem quantity"
        " repeat_of rule samples_sha256 second sha256 split stage statement statistic systems"
        " tagged_artist target training true verdict"
    ).split()
)


def _as_numbers_unless_text(column: pd.Series) -> pd.Series:
    if column.name in TEXT_COLUMNS:
        return column
    return pd.to_numeric(column)
