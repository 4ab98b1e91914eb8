"""Folds as tables that say which excerpt is in which split."""

from pathlib import Path

import pandas as pd

from music_adversaries.tidy_tables import check_excerpts, damaged, read_table

SPLITS = ("train", "valid", "test")
FOLD = ("excerpt", "label", "artist", "split")
"""The columns of a fold."""


def read_fold(path: str | Path) -> pd.DataFrame:
    """Read a fold that `partitions` made; raises `InputError` if it is damaged."""
    fold = read_table(path, FOLD)
    check_excerpts(fold, path)
    for split in fold.split[~fold.split.isin(SPLITS)]:
        raise damaged(path, f"has the split {split!r}, which is none of {', '.join(SPLITS)}")
    for split in SPLITS:
        if split not in set(fold.split):
            raise damaged(path, f"has no excerpt of the split {split!r}")
    return fold
