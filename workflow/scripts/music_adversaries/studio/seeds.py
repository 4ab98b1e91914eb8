"""Generators of random numbers, each with a name, and random choices."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Option = TypeVar("Option")


def generator(*names: str | int | float) -> np.random.Generator:
    """Return the generator of a name such as ``("artist", 7, "blues artist 03")``.

    The seed is a digest of the name alone, so that random numbers do not depend on what else
    is rendered, or in which order.
    """
    path = "studio/" + "/".join(str(name) for name in names)
    digest = hashlib.sha256(path.encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def choose(options: Sequence[Option], rng: np.random.Generator) -> Option:
    """Return one of the options, all equally likely."""
    return options[int(rng.integers(len(options)))]


def some(options: tuple, count: int, rng: np.random.Generator) -> tuple:
    """Return up to ``count`` different options, in random order."""
    order = rng.permutation(len(options))[:count]
    return tuple(options[index] for index in order)
