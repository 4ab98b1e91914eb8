"""Repeats: excerpts of one recording, and groups that a partition must keep together."""

from collections.abc import Hashable, Sequence
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import DisjointSet

from music_adversaries.datasets.artists import plain
from music_adversaries.datasets.fingerprints import NEAR, distances

COLUMNS = ["excerpt", "repeat_of", "kind", "label", "other_label", "distance"]
BLOCK = 64
"""Excerpts compared with as many others at a time, in about 50 MB. In square blocks, transforms
cost little compared with products, however many excerpts a label has."""


def find_repeats(table: pd.DataFrame) -> pd.DataFrame:
    """Exact repeats over all labels and near repeats within each, a row per pair.

    ``table`` has ``excerpt``, ``label``, ``samples_hash`` and ``fingerprint``. Excerpts
    without a hash, which cannot be used, are left out. Exact repeats have the same samples:
    each is a repeat of the first by name. Near repeats are at most `fingerprints.NEAR` apart.
    Returns ``excerpt``, ``repeat_of``, ``kind`` (``exact``, ``near``), ``label``,
    ``other_label`` (of ``repeat_of``) and ``distance`` (0 to 1), ordered.
    """
    usable = table[table.samples_hash.fillna("") != ""].sort_values("excerpt")
    first = usable.groupby("samples_hash").excerpt.transform("first")
    pairs = [(e, f, "exact", 0.0) for e, f in zip(usable.excerpt, first, strict=True) if e != f]
    for _, members in usable.drop_duplicates(["label", "samples_hash"]).groupby("label"):
        pairs += _near_pairs(members)
    labels = table.set_index("excerpt").label
    rows = [(e, o, kind, labels[e], labels[o], distance) for e, o, kind, distance in pairs]
    repeats = pd.DataFrame(rows, columns=COLUMNS)
    return repeats.sort_values(["excerpt", "repeat_of"], ignore_index=True)


def group_repeats(
    excerpts: Sequence[str], repeats: pd.DataFrame, artists: Sequence[str]
) -> np.ndarray:
    """Group ids ``(excerpts,)``, the same for excerpts of one artist and for repeats.

    Excerpts are also in one group if a chain of others connects them, even of others that are
    not among ``excerpts``. ``artists`` are those of ``excerpts``: spellings that differ in
    accents or case are one artist, and an empty artist is nobody. Ids count from 0 in order
    of appearance.
    """
    groups = DisjointSet()
    for excerpt, artist in zip(excerpts, artists, strict=True):
        _join(groups, excerpt, ("artist", plain(artist)) if artist else excerpt)
    for excerpt, other in zip(repeats.excerpt, repeats.repeat_of, strict=True):
        _join(groups, excerpt, other)
    ids: dict[Hashable, int] = {}
    found = [ids.setdefault(groups[excerpt], len(ids)) for excerpt in excerpts]
    return np.array(found, dtype=int)


def _join(groups: DisjointSet, one: Hashable, other: Hashable) -> None:
    groups.add(one)
    groups.add(other)
    groups.merge(one, other)


def _near_pairs(members: pd.DataFrame) -> list[tuple[str, str, str, float]]:
    """Pairs of one label within `NEAR`: each excerpt with those before it."""
    excerpts, prints = members.excerpt.tolist(), members.fingerprint.tolist()
    starts = range(0, len(excerpts), BLOCK)
    pairs = []
    for first, start in combinations_with_replacement(starts, 2):
        found = distances(prints[start : start + BLOCK], prints[first : first + BLOCK])
        for row, column in np.argwhere(found <= NEAR):
            if first + column < start + row:
                pair = excerpts[start + row], excerpts[first + column]
                pairs.append((*pair, "near", float(found[row, column])))
    return pairs
