"""Partitions of a dataset into folds of train, valid and test sets.

The excerpts are cut into ``fold_count`` parts, stratified by label; fold ``i`` tests on
part ``i``, validates on part ``i + 1`` and trains on the others. Four parts give the
paper's 50/25/25 (Kereliuk et al. 2015). The partition ``random`` mixes artists and keeps
faulty excerpts; ``artist_filtered`` has no artist and no repeat in two parts and leaves out
the excerpts that are marked as faulty.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from music_adversaries.datasets.class_sizes import check_classes
from music_adversaries.datasets.folds import SPLITS
from music_adversaries.datasets.repeats import group_repeats
from music_adversaries.errors import InputError


def make_folds(
    manifest: pd.DataFrame, repeats: pd.DataFrame, partition: str, fold_count: int, seed: int
) -> list[pd.DataFrame]:
    """One table a fold: ``excerpt``, ``label``, ``artist``, ``split`` (train, valid, test).

    ``manifest`` has the columns ``excerpt``, ``label``, ``artist`` and ``fault``, and
    ``repeats`` (`datasets.repeats.find_repeats`) says which excerpts, besides those of one
    artist, an artist filter keeps on one side.

    Raises `InputError` where a label would be missing from a split of a fold.
    """
    manifest = manifest.sort_values("excerpt", ignore_index=True)
    if partition == "artist_filtered":
        kept = manifest[manifest.fault == "none"].reset_index(drop=True)
        groups = group_repeats(kept.excerpt, repeats, kept.artist)
        splitter, members = StratifiedGroupKFold, zip(kept.label, groups, strict=True)
    else:
        kept = manifest
        groups = None
        splitter, members = StratifiedKFold, zip(kept.label, kept.artist, strict=True)
    check_classes(members, partition, fold_count, manifest.label)
    cut = splitter(fold_count, shuffle=True, random_state=seed)
    parts = np.empty(len(kept), dtype=int)
    for part, (_, chosen) in enumerate(cut.split(kept, kept.label, groups)):
        parts[chosen] = part
    folds = [_fold(kept, parts, fold, fold_count) for fold in range(fold_count)]
    for number, fold in enumerate(folds):
        _check_fold(fold, partition, number)
    return folds


def apply_splits(manifest: pd.DataFrame, splits: Mapping[str, str]) -> pd.DataFrame:
    """The fold of a published partition: ``splits`` by the last part of an excerpt's name.

    Excerpts that it does not name are left out. Columns as of `make_folds`. Raises
    `InputError` where a label would be missing from a split.
    """
    manifest = manifest.sort_values("excerpt", ignore_index=True)
    split = manifest.excerpt.str.rsplit("/", n=1).str[-1].str.lower().map(splits)
    fold = manifest[["excerpt", "label", "artist"]].assign(split=split)
    fold = fold[split.notna()].reset_index(drop=True)
    _check_fold(fold, "published", 0)
    return fold


def _fold(kept: pd.DataFrame, parts: np.ndarray, fold: int, fold_count: int) -> pd.DataFrame:
    split = np.full(len(kept), "train", dtype=object)
    split[parts == (fold + 1) % fold_count] = "valid"
    split[parts == fold] = "test"
    return kept[["excerpt", "label", "artist"]].assign(split=split)


def _check_fold(fold: pd.DataFrame, partition: str, number: int) -> None:
    present = fold.groupby("split").label.agg(set)
    for split in SPLITS:
        missing = set(fold.label) - present.get(split, set())
        if missing:
            raise InputError(
                f"Fold {number} of the {partition} partition has no {split} excerpt of"
                f" {', '.join(sorted(missing))}: lower `fold_count`, or add artists."
            )
