"""Tidy tables in and out."""

from pathlib import Path

import pandas as pd

from music_adversaries.whole import whole


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

    Columns of text come back as text even where every entry looks like a number, and levels
    in dB as floats even where every one is whole: −∞ may stand in the table beside it.
    """
    table = pd.read_csv(
        path,
        sep="\t",
        keep_default_na=False,
        na_values={},
        dtype=str,
        encoding_errors="surrogateescape",
    )
    # Not by `apply`, which leaves tables without rows as they are.
    return pd.DataFrame({name: _as_numbers_unless_text(table[name]) for name in table})


TEXT_COLUMNS = frozenset(
    (
        "adversary architecture artist check claim compared condition cost dataset excerpt"
        " fault file fingerprint first held judge judge_architecture judge_partition"
        " judge_training kind label mode note other_label partition predicted"
        " predicted_adversarial predicted_clean predicted_resynthesised problem quantity"
        " repeat_of rule samples_hash second sha256 split stage statement statistic systems"
        " tagged_artist target training transformation true verdict"
    ).split()
)


def _as_numbers_unless_text(column: pd.Series) -> pd.Series:
    if column.name in TEXT_COLUMNS:
        return column
    # `to_numeric` leaves a column without entries what it was.
    is_float = column.name.endswith("_db") or not len(column)
    return pd.to_numeric(column).astype(float) if is_float else pd.to_numeric(column)
