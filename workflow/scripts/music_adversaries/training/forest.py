"""Training of the forest on the activations of a trained frame DNN (Kereliuk et al. 2015)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from sklearn.ensemble import RandomForestClassifier

from music_adversaries.datasets.magnitude_shards import Magnitudes
from music_adversaries.progress import counted
from music_adversaries.systems.forest import ForestSystem, window_features
from music_adversaries.systems.system import System


def train_forest(
    system: System,
    magnitudes: Magnitudes,
    fold: pd.DataFrame,
    layers: Sequence[int],
    trees: int,
    seed: int,
) -> ForestSystem:
    """A forest of ``trees`` grown on the activations of ``system`` for the training set.

    ``fold`` has the columns ``excerpt``, ``label`` and ``split``; hidden ``layers`` count from
    1. The validation set is not used.
    """
    training_set = fold[fold.split == "train"]
    features, classes = [], []
    for row in counted(list(training_set.itertuples()), "excerpts"):
        excerpt = torch.tensor(magnitudes.excerpt(row.excerpt), device=system.device)[None]
        windows = window_features(system, excerpt, layers)[0].cpu().numpy()
        features.append(windows)
        classes += [system.labels.index(row.label)] * len(windows)
    forest = RandomForestClassifier(trees, random_state=seed)
    forest.fit(np.concatenate(features), classes)
    return ForestSystem(system, forest, layers)
