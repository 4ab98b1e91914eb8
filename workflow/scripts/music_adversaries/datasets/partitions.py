"""Partitions of a dataset into folds of train, valid and test sets.

The excerpts are divided into ``fold_count`` parts, stratified by label; fold ``i`` tests on
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
from music_adversaries.datasets.folds import FOLD, SPLITS
from music_adversaries.datasets.repeats import group_repeats
from music_adversaries.errors import InputError


def make_folds(
    manifest: pd.DataFrame, repeats: pd.DataFrame, partition: str, fold_count: int, seed: int
) -> list[pd.DataFrame]:
    """One table per fold: ``excerpt``, ``label``, ``artist``, ``split`` (train, valid, test).

    ``manifest`` has the columns ``excerpt``, ``label``, ``artist`` and ``fault``. An artist
    filter keeps excerpts of one artist in one part, and so the excerpts of ``repeats``
    (`datasets.repeats.find_repeats`).

    Raises `InputError` if a label would be missing from a split of a fold.
    """
    kept = manifest.sort_values("excerpt", ignore_index=True)
    groups, owners, splitter = None, kept.artist, StratifiedKFold
    if partition == "artist_filtered":
        kept = kept[kept.fault == "none"].reset_index(drop=True)
        groups = owners = group_repeats(kept.excerpt, repeats, kept.artist)
        splitter = StratifiedGroupKFold
    members = zip(kept.label, owners, strict=True)
    check_classes(members, partition, fold_count, manifest.label)
    cut = splitter(fold_count, shuffle=True, random_state=seed)
    parts = np.empty(len(kept), dtype=int)
    for part, (_, chosen) in enumerate(cut.split(kept, kept.label, groups)):
        parts[chosen] = part
    folds = []
    for fold in range(fold_count):
        roles = {fold: "test", (fold + 1) % fold_count: "valid"}
        split = [roles.get(part, "train") for part in parts]
        folds.append(_checked(kept.assign(split=split), partition, fold))
    return folds


def apply_splits(manifest: pd.DataFrame, splits: Mapping[str, str]) -> pd.DataFrame:
    """The fold of a published partition; ``splits`` are by the last part of an excerpt's name.

    Excerpts that ``splits`` lacks are left out. The columns are those of `make_folds`.
    Raises `InputError` if a label would be missing from a split.
    """
    fold = manifest.sort_values("excerpt", ignore_index=True)
    fold["split"] = fold.excerpt.str.rsplit("/", n=1).str[-1].str.lower().map(splits)
    return _checked(fold.dropna(subset="split").reset_index(drop=True), "published", 0)


def _checked(fold: pd.DataFrame, partition: str, number: int) -> pd.DataFrame:
    """The columns of a fold; raises `InputError` if a split lacks a label."""
    for split in SPLITS:
        missing = set(fold.label) - set(fold.label[fold.split == split])
        if missing:
            raise InputError(
                f"Fold {number} of the {partition} partition has no {split} excerpt of"
                f" {', '.join(sorted(missing))}: lower `fold_count`, or add artists."
            )
    return fold[list(FOLD)]
