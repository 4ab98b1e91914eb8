"""The third system: a random forest on the hidden activations of a trained frame DNN.

Kereliuk et al. (2015) take the mean and standard deviation of the activations of one hidden
layer, or of all, over windows of frames. A forest classifies each window, and the windows vote.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
import torch
from sklearn.ensemble import RandomForestClassifier
from torch import Tensor

from music_adversaries.atomic_writes import whole
from music_adversaries.audio.stft import BINS
from music_adversaries.systems.system import System

WINDOW_FRAMES = 200
WINDOW_HOP = 100
"""In frames: 4.6 s and 2.3 s."""
TIE_BREAK = 1e-3
"""Weight of the trees' shares relative to the windows' votes, to decide between equal votes."""
TRUSTED = ["sklearn.tree._tree.Tree"]
"""The only type in a forest's file that skops does not trust by default."""
SCHEMA = "schema.json"
"""The entry of a skops file that describes its objects."""
ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+(?=\.npy")')
"""A memory address in the schema."""
MOST_UNPACKED = 100
"""Largest ratio of unpacked to packed size; forests have 8 to 12."""


class ForestSystem(System):
    """A forest on the activations of a system's hidden ``layers`` (counted from 1).

    A forest has no gradient. `forward` returns the scores of the system whose activations it
    uses, so that adversaries follow that system's gradient; `posterior` is the forest's own
    judgement. Raises ValueError if the forest does not fit the activations and labels, or a
    layer is repeated.
    """

    def __init__(
        self, system: System, forest: RandomForestClassifier, layers: Sequence[int]
    ) -> None:
        super().__init__(system.network, system.labels)
        self.standardisation = system.standardisation
        self.forest = forest
        self.layers = layers
        if min(layers) < 1 or len(set(layers)) < len(layers):
            raise ValueError("the layers of the forest are not different numbers from 1")
        silence = torch.zeros(1, WINDOW_FRAMES, BINS, device=self.device)
        features = window_features(self, silence, layers).shape[-1]
        if (forest.n_features_in_, len(forest.classes_)) != (features, len(self.labels)):
            raise ValueError("the forest does not fit the network and the labels")

    @torch.no_grad()
    def posterior(self, magnitudes: Tensor, scores: Tensor | None = None) -> Tensor:
        """Shares ``(excerpts, classes)`` of votes for magnitudes ``(excerpts, frames, bins)``.

        Among classes with equal votes, the one with the larger share of trees is slightly
        ahead. The network's ``scores`` are ignored.
        """
        features = window_features(self, magnitudes, self.layers)
        trees = self.forest.predict_proba(features.flatten(0, 1).cpu().numpy())
        votes = np.eye(len(self.labels))[trees.argmax(axis=1)]
        shares = (votes + TIE_BREAK * trees) / (1 + TIE_BREAK)
        by_excerpt = torch.from_numpy(shares).unflatten(0, features.shape[:2])
        return by_excerpt.mean(dim=1).to(magnitudes)


def window_features(system: System, magnitudes: Tensor, layers: Sequence[int]) -> Tensor:
    """Features ``(excerpts, windows, features)`` of magnitudes ``(excerpts, frames, bins)``.

    Means, then standard deviations, of the activations of ``layers`` over windows of
    `WINDOW_FRAMES`; a shorter excerpt is one window.
    """
    with torch.no_grad():
        network: Any = system.network  # with a method `activations`
        hidden = network.activations(system.standardisation(magnitudes))
        chosen = torch.cat([hidden[layer - 1] for layer in layers], dim=-1)
    size = min(WINDOW_FRAMES, chosen.shape[1])
    windows = chosen.unfold(1, size, WINDOW_HOP)
    return torch.cat([windows.mean(dim=-1), windows.std(dim=-1, correction=0)], dim=-1)


def save_forest(forest: RandomForestClassifier, path: str | Path) -> None:
    """Write a forest with skops, without pickles; the same forest gives the same bytes.

    Skops names objects and the files of arrays by their memory addresses, and stores the time.
    Here addresses are replaced by numbers, and there is no time.
    """
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(forest))) as archive:
        schema = archive.read(SCHEMA).decode()
        addresses = dict.fromkeys(ADDRESS.findall(schema))
        numbers = {address: str(number) for number, address in enumerate(addresses)}
        with whole(path) as partial, zipfile.ZipFile(partial, "w") as numbered:
            for name in archive.namelist():
                address, dot, ending = name.partition(".")
                entry = zipfile.ZipInfo(f"{numbers.get(address, address)}{dot}{ending}")
                content: str | bytes = archive.read(name)
                if name == SCHEMA:
                    content = ADDRESS.sub(lambda found: numbers[found[0]], schema)
                numbered.writestr(entry, content, zipfile.ZIP_DEFLATED)


def load_forest(path: str | Path) -> RandomForestClassifier:
    """The forest that `save_forest` wrote.

    Raises OSError if the file is missing, and ValueError if it is damaged, holds anything but
    a forest, or has a tree with indices out of range, which scikit-learn does not check.
    """
    try:
        _check_size(Path(path))
        forest = skops.io.load(path, trusted=TRUSTED)
    except OSError:
        raise
    except Exception as error:  # a damaged file makes skops raise errors of many types
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(forest, RandomForestClassifier):
        raise ValueError(f"{path} does not hold a random forest")
    for tree in (estimator.tree_ for estimator in forest.estimators_):
        _check_tree(tree, forest, path)
    return forest


def _check_size(path: Path) -> None:
    """Raise ValueError if a small file would unpack to a large one and fill the memory."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED * path.stat().st_size:
        raise ValueError(f"it would unpack to {unpacked} bytes, too many for a forest")


def _check_tree(tree: Any, forest: RandomForestClassifier, path: str | Path) -> None:
    children = np.stack([tree.children_left, tree.children_right])
    inner = children[0] >= 0
    later = (children > np.arange(tree.node_count)) & (children < tree.node_count)
    features = tree.feature[inner]
    sound = (
        (later == inner).all()
        and ((features >= 0) & (features < forest.n_features_in_)).all()
        and np.isfinite(tree.threshold).all()
        and np.isfinite(tree.value).all()
        and tree.value.shape == (tree.node_count, 1, len(forest.classes_))
    )
    if not sound:
        raise ValueError(f"{path} holds a damaged tree")
