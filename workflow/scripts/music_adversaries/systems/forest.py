"""The third system: a random forest on the hidden activations of a trained frame DNN.

Kereliuk et al. (2015): activations of one hidden layer, or of all, are summed up by their
mean and standard deviation over windows of frames; a forest judges each window, and the
windows vote.
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
"""Frames, 4.6 s and 2.3 s."""

TIE_BREAK = 1e-3
"""Weight of the trees' shares beside the windows' votes: it decides between equal votes."""

TRUSTED = ["sklearn.tree._tree.Tree"]
"""What a forest's file holds besides arrays and what skops trusts by itself."""

SCHEMA = "schema.json"
"""The entry of a file of skops that says how its objects are put together."""

ADDRESS = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+(?=\.npy")')

MOST_UNPACKED = 100
"""Bytes of a forest for each of its file; those that were measured have 8 to 12."""


class ForestSystem(System):
    """A forest on the activations of a system's hidden ``layers`` (counted from 1).

    Raises ValueError where the forest was not grown on such activations and labels, or the
    layers are not different ones.

    It has no gradient: `forward` gives the scores of the system whose activations it takes,
    through which an adversary has to go, and `posterior` the forest's own judgement.
    """

    def __init__(
        self, system: System, forest: RandomForestClassifier, layers: Sequence[int]
    ) -> None:
        super().__init__(system.network, system.labels)
        self.standardisation = system.standardisation
        self.forest = forest
        self.layers = layers
        if min(layers) < 1 or len(set(layers)) < len(layers):
            raise ValueError("the layers of the forest are not different ones from 1 on")
        silence = torch.zeros(1, WINDOW_FRAMES, BINS, device=self.device)
        features = window_features(self, silence, layers).shape[-1]
        if (forest.n_features_in_, len(forest.classes_)) != (features, len(self.labels)):
            raise ValueError("the forest does not fit the network and the labels")

    @torch.no_grad()
    def posterior(self, magnitudes: Tensor, scores: Tensor | None = None) -> Tensor:
        """Shares ``(excerpts, classes)`` of the windows' votes of ``(excerpts, frames, bins)``.

        Of classes with as many votes, the one with the larger share of the trees is ahead
        by a hair. The network's ``scores`` do not matter.
        """
        features = window_features(self, magnitudes, self.layers)
        trees = self.forest.predict_proba(features.flatten(0, 1).cpu().numpy())
        votes = np.eye(len(self.labels))[trees.argmax(axis=1)]
        shares = (votes + TIE_BREAK * trees) / (1 + TIE_BREAK)
        by_excerpt = torch.from_numpy(shares).unflatten(0, features.shape[:2])
        return by_excerpt.mean(dim=1).to(magnitudes)


def window_features(system: System, magnitudes: Tensor, layers: Sequence[int]) -> Tensor:
    """What a forest judges: ``(excerpts, windows, features)`` of ``(excerpts, frames, bins)``.

    Means, then standard deviations, of the activations of ``layers`` over windows of
    `WINDOW_FRAMES`; an excerpt that is shorter is one window.
    """
    with torch.no_grad():
        network: Any = system.network  # one that has activations
        hidden = network.activations(system.standardisation(magnitudes))
        chosen = torch.cat([hidden[layer - 1] for layer in layers], dim=-1)
    size = min(WINDOW_FRAMES, chosen.shape[1])
    windows = chosen.unfold(1, size, WINDOW_HOP)
    return torch.cat([windows.mean(dim=-1), windows.std(dim=-1, correction=0)], dim=-1)


def save_forest(forest: RandomForestClassifier, path: str | Path) -> None:
    """Write a forest with skops, which needs no pickle: the same forest as the same bytes."""
    dumped = skops.io.dumps(forest)
    with whole(path) as partial:
        _write_reproducibly(dumped, partial)


def _write_reproducibly(dumped: bytes, path: Path) -> None:
    """Write what skops dumped without the time and the memory addresses.

    Addresses name objects, and the arrays' files: here their numbers do, in order.
    """
    with zipfile.ZipFile(io.BytesIO(dumped)) as archive:
        schema = archive.read(SCHEMA).decode()
        numbers = {
            name: str(n) for n, name in enumerate(dict.fromkeys(ADDRESS.findall(schema)))
        }
        with zipfile.ZipFile(path, "w") as numbered:
            for name in archive.namelist():
                address, dot, ending = name.partition(".")
                entry = zipfile.ZipInfo(f"{numbers.get(address, address)}{dot}{ending}")
                content: str | bytes = archive.read(name)
                if name == SCHEMA:
                    content = ADDRESS.sub(lambda found: numbers[found[0]], schema)
                numbered.writestr(entry, content, zipfile.ZIP_DEFLATED)


def load_forest(path: str | Path) -> RandomForestClassifier:
    """Read a forest of `save_forest`.

    Raises ValueError where the file holds anything but a forest, is damaged, or has trees
    that point outside themselves, which scikit-learn does not check; OSError where it is
    missing.
    """
    try:
        _check_size(Path(path))
        forest = skops.io.load(path, trusted=TRUSTED)
    except OSError:
        raise
    except Exception as error:  # skops raises whatever a damaged file leads it to
        raise ValueError(f"{path}: {error}") from error
    if not isinstance(forest, RandomForestClassifier):
        raise ValueError(f"{path} holds no random forest")
    for tree in (estimator.tree_ for estimator in forest.estimators_):
        _check_tree(tree, forest, path)
    return forest


def _check_size(path: Path) -> None:
    """Raise ValueError where a small file would fill the memory."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > MOST_UNPACKED * path.stat().st_size:
        raise ValueError(f"it would unpack to {unpacked} bytes, as no forest does")


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
