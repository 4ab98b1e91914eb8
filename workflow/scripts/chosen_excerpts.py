"""The choice of attacked excerpts and of their target classes."""

import pandas as pd

from music_adversaries.adversaries.targets import choose_excerpts, draw_targets
from music_adversaries.datasets.folds import read_fold


def chosen_excerpts(
    snakemake, labels: list[str], mode: str, same_label: str = ""
) -> pd.DataFrame:
    """``excerpt``, ``artist``, ``true`` and ``target`` of the excerpts that are attacked.

    ``labels`` are the system's; ``same_label`` is the target of the mode ``all_same``.
    """
    fold = read_fold(snakemake.input.fold)
    # Drawn for the whole test set: a target does not depend on how many excerpts are attacked.
    test_set = fold[fold.split == "test"].sort_values("excerpt")
    test_set["target"] = draw_targets(
        test_set.label, labels, mode, same_label, int(snakemake.wildcards.seed)
    )
    chosen = choose_excerpts(
        test_set, snakemake.params.excerpts, snakemake.params.excerpts_seed
    ).rename(columns={"label": "true"})
    return chosen[["excerpt", "artist", "true", "target"]].reset_index(drop=True)
