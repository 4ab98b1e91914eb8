"""The choice of attacked excerpts and of their target classes (Kereliuk et al. 2015).

The target is a class other than the truth in the mode ``all_wrong``, any class in ``random``,
the truth in ``perfect`` (the adversary as an ally), and one class for all excerpts in
``all_same``. Beyond the paper, ``untargeted`` takes the truth as the class to leave.
"""

import numpy as np
import pandas as pd

from music_adversaries.judged_tables import UNTARGETED


def choose_excerpts(test_set: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most ``most`` rows of ``test_set``, distributed as evenly as possible over its labels.

    The choice depends only on the excerpts and ``seed``, so that all systems and adversaries
    get the same excerpts.
    """
    shuffled = test_set.sort_values("excerpt").sample(frac=1, random_state=seed)
    turn = shuffled.groupby("label").cumcount()
    return shuffled.iloc[np.argsort(turn, kind="stable")[:most]].sort_values("excerpt")


def draw_targets(
    true: pd.Series, labels: list[str], mode: str, same_label: str, seed: int
) -> np.ndarray:
    """Target labels ``(len(true),)`` of a ``mode``; ``same_label`` is that of ``all_same``."""
    rng = np.random.default_rng(seed)
    truth = true.map({label: number for number, label in enumerate(labels)}).to_numpy()
    if mode == "all_wrong":
        targets = (truth + rng.integers(1, len(labels), size=len(truth))) % len(labels)
    elif mode == "random":
        targets = rng.integers(len(labels), size=len(truth))
    elif mode in ("perfect", UNTARGETED):
        targets = truth
    else:
        targets = np.full(len(truth), labels.index(same_label))
    return np.array(labels, dtype=object)[targets]
