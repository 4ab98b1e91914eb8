"""Tidy tables in and out."""

import csv
import os
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from music_adversaries.atomic_writes import whole
from music_adversaries.errors import InputError


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


def read_table(path: str | Path, columns: Collection[str] = ()) -> pd.DataFrame:
    """Read a table of `write_table`; words such as ``NA`` or ``null`` stay words.

    Columns of text come back as text even where every entry looks like a number, and levels
    in dB as floats even where every one is whole: −∞ may stand in the table beside it.

    Raises `InputError` where the table lacks one of ``columns``, and where it is damaged: cut
    short, say, or edited so that lines or numbers are none any more.
    """
    try:
        table = pd.read_csv(
            path,
            sep="\t",
            keep_default_na=False,
            na_values={},
            dtype=str,
            encoding_errors="surrogateescape",
        )
    except ValueError as error:
        raise damaged(path, f"cannot be read ({' '.join(str(error).split())})") from error
    if fault := _fault(table, path, columns):
        raise damaged(path, fault)
    # Not by `apply`, which leaves tables without rows as they are.
    return pd.DataFrame({name: _as_numbers_unless_text(table[name], path) for name in table})


def damaged(path: str | Path, fault: str) -> InputError:
    """The error for a table of which ``fault``, a clause, is true."""
    return InputError(
        f"The table {path} {fault}: correct it, or delete it, and it is made anew."
    )


def check_excerpts(table: pd.DataFrame, path: str | Path) -> None:
    """Raise `InputError` where the ``excerpt`` of a table's rows is missing, or there twice."""
    for name in table.excerpt[table.excerpt.duplicated()]:
        raise damaged(path, f"has the excerpt {name!r} twice")
    if (table.excerpt == "").any():
        raise damaged(path, "has a line without an excerpt")


def _fault(table: pd.DataFrame, path: str | Path, columns: Collection[str]) -> str:
    """What is wrong with a table's lines and columns, a clause; nothing where all is well."""
    if missing := [name for name in columns if name not in table]:
        return f"has no column {missing[0]!r}"
    with Path(path).open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() != b"\n":
            return "ends in the middle of a line"
    # pandas takes what lines lack as empty, and what they have too much as an index.
    with Path(path).open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        try:
            for row in csv.reader(lines, delimiter="\t"):
                if row and len(row) != len(table.columns):
                    return f"has {len(row)} entries in a line, and {len(table.columns)} columns"
        except csv.Error as error:
            return f"cannot be read ({error})"
    return ""


TEXT_COLUMNS = frozenset(
    (
        "adversary architecture artist check claim compared condition cost dataset decoder"
        " excerpt fault ffmpeg file fingerprint first held judge judge_architecture"
        " judge_partition"
        " judge_training kind label mode note other_label partition predicted"
        " predicted_adversarial predicted_clean predicted_resynthesised problem quantity"
        " repeat_of rule samples_hash second sha256 split stage statement statistic systems"
        " tagged_artist target training transformation true verdict"
    ).split()
)


def _as_numbers_unless_text(column: pd.Series, path: str | Path) -> pd.Series:
    if column.name in TEXT_COLUMNS:
        return column
    # `to_numeric` leaves a column without entries what it was.
    is_float = column.name.endswith("_db") or not len(column)
    try:
        numbers = pd.to_numeric(column)
    except (ValueError, TypeError) as error:
        raise damaged(path, f"has no number in the column {column.name!r} ({error})") from error
    return numbers.astype(float) if is_float else numbers
