"""Tidy tables, written and read as tab-separated values."""

import csv
import os
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from music_adversaries.atomic_writes import whole
from music_adversaries.errors import InputError

TEXT_COLUMNS = frozenset(
    """
    adversary architecture artist check claim compared condition cost dataset decoder excerpt
    fault ffmpeg file fingerprint first held judge judge_architecture judge_partition
    judge_training kind label mode note other_label partition predicted predicted_adversarial
    predicted_clean predicted_resynthesised problem quantity repeat_of rule samples_hash
    second sha256 split stage statement statistic systems tagged_artist target training
    transformation true verdict
    """.split()
)
"""The columns, of any table, that hold text; all others hold numbers."""


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table; equal numbers give equal bytes, and numbers have six digits.

    File names that are not valid Unicode keep their bytes.
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


def read_table(path: str | Path, columns: Collection[str] = ()) -> pd.DataFrame:
    """Return a table of `write_table`; words such as ``NA`` or ``null`` stay words.

    Columns in `TEXT_COLUMNS` hold text even if every entry looks like a number, and columns
    in dB hold floats even if every entry is whole, since another table may hold −∞ there.

    Raises:
        InputError: the table lacks one of ``columns``, or is damaged: cut short, or edited
            so that a line has too few or too many entries or a number cannot be read.
    """
    try:
        table = pd.read_csv(
            path,
            sep="\t",
            keep_default_na=False,
            dtype=str,
            encoding_errors="surrogateescape",
        )
    except ValueError as error:
        raise damaged(path, f"cannot be read ({' '.join(str(error).split())})") from error
    if fault := _fault(table, path, columns):
        raise damaged(path, fault)
    # `DataFrame.apply` would skip tables without rows.
    return pd.DataFrame({name: _typed(table[name], path) for name in table})


def damaged(path: str | Path, fault: str) -> InputError:
    """Return the error to raise for a damaged table; ``fault`` completes "The table …"."""
    return InputError(
        f"The table {path} {fault}: correct it, or delete it, and it is made anew."
    )


def check_excerpts(table: pd.DataFrame, path: str | Path) -> None:
    """Raise `InputError` if a row has no ``excerpt``, or the same as another row."""
    for name in table.excerpt[table.excerpt.duplicated()]:
        raise damaged(path, f"has the excerpt {name!r} twice")
    if (table.excerpt == "").any():
        raise damaged(path, "has a line without an excerpt")


def _fault(table: pd.DataFrame, path: str | Path, columns: Collection[str]) -> str:
    """Return what is wrong with a table's lines and columns; empty if nothing is."""
    if missing := [name for name in columns if name not in table]:
        return f"has no column {missing[0]!r}"
    with Path(path).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() != b"\n":
            return "ends in the middle of a line"
    # pandas fills short lines with missing values, and reads long lines as having an index.
    with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        try:
            for row in csv.reader(lines, delimiter="\t"):
                if row and len(row) != len(table.columns):
                    return f"has {len(row)} entries in a line, but {len(table.columns)} columns"
        except csv.Error as error:
            return f"cannot be read ({error})"
    return ""


def _typed(column: pd.Series, path: str | Path) -> pd.Series:
    if column.name in TEXT_COLUMNS:
        return column
    # `to_numeric` would leave a column without entries as text.
    is_float = column.name.endswith("_db") or not len(column)
    try:
        numbers = pd.to_numeric(column)
    except (ValueError, TypeError) as error:
        raise damaged(path, f"has no number in the column {column.name!r} ({error})") from error
    return numbers.astype(float) if is_float else numbers
