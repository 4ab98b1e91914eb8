"""Outputs that appear whole or not at all, and tidy tables."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it becomes ``path`` if nothing is raised.

    The file, or folder, that was at ``path`` before is replaced only then.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        if path.is_dir():
            shutil.rmtree(path)
        partial.replace(path)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: str | Path) -> None:
    """Write a tidy table as tab-separated values, the same bytes for the same numbers."""
    with whole(path) as partial:
        table.to_csv(partial, sep="\t", index=False, float_format="%.6g", lineterminator="\n")


def read_table(path: str | Path) -> pd.DataFrame:
    """Read a table of `write_table`; words such as ``NA`` or ``null`` stay words.

    Columns of text come back as text even where every entry looks like a number.
    """
    table = pd.read_csv(path, sep="\t", keep_default_na=False, na_values={}, dtype=str)
    return table.apply(_as_numbers_unless_text)


TEXT_COLUMNS = frozenset(
    "adversary architecture artist dataset excerpt fault label mode partition path"
    " predicted predicted_adversarial predicted_clean predicted_resynthesised sha256"
    " split stage target training true".split()
)


def _as_numbers_unless_text(column: pd.Series) -> pd.Series:
    if column.name in TEXT_COLUMNS:
        return column
    return pd.to_numeric(column.replace("", "nan"))
