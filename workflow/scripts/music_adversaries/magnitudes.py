"""A dataset's magnitudes: memory-mapped shards with an index of excerpts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from music_adversaries import spectra
from music_adversaries.audio import read_excerpt
from music_adversaries.tables import read_table, write_table
from music_adversaries.whole import whole


class Magnitudes:
    """Magnitudes of many excerpts, read from disk as they are asked for."""

    def __init__(self, shards: Sequence[str | Path]):
        """Open shards ``*.npy``, each with its index ``*.tsv`` beside it."""
        self._arrays = [np.load(shard, mmap_mode="r") for shard in shards]
        indexes = [read_table(Path(shard).with_suffix(".tsv")) for shard in shards]
        self._index = pd.concat(
            [index.assign(shard=number) for number, index in enumerate(indexes)]
        ).set_index("excerpt")

    def excerpt(self, name: str) -> np.ndarray:
        """Magnitudes ``(frames, bins)`` of one excerpt."""
        row = self._index.loc[name]
        return self._arrays[row.shard][row.first_frame : row.first_frame + row.frames]

    def units(self, excerpts: Iterable[str], unit_frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Places ``(units, 2)`` (shard, first frame) of all units, and their excerpts.

        The second array ``(units,)`` holds each unit's position in ``excerpts``.
        """
        rows = self._index.loc[list(excerpts)]
        counts = (rows.frames // unit_frames).to_numpy()
        owners = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
        first = rows.first_frame.to_numpy()[owners] + within * unit_frames
        return np.stack([rows.shard.to_numpy()[owners], first], axis=1), owners

    def gather(self, places: np.ndarray, unit_frames: int) -> np.ndarray:
        """Units ``(len(places), unit_frames, bins)`` at places of `units`."""
        bins = self._arrays[0].shape[1]
        units = np.empty((len(places), unit_frames, bins), dtype=np.float32)
        for shard in np.unique(places[:, 0]):
            here = np.flatnonzero(places[:, 0] == shard)
            frames = places[here, 1][:, None] + np.arange(unit_frames)
            units[here] = self._arrays[shard][frames]
        return units


def write_shard(excerpts: Iterable[tuple[str, np.ndarray]], path: str | Path) -> None:
    """Write (name, magnitudes ``(frames, bins)``) pairs as a shard ``path`` (``.npy``).

    The index goes beside the array, as ``.tsv``. A shard stands in memory once while it
    is written: the number of shards bounds that.
    """
    pairs = list(excerpts)
    names = [name for name, _ in pairs]
    # A shard may be empty: there can be more shards than excerpts.
    arrays = [array for _, array in pairs] or [np.empty((0, spectra.BINS), np.float32)]
    frames = np.array([len(array) for _, array in pairs], dtype=np.int64)
    index = pd.DataFrame(
        {"excerpt": names, "first_frame": frames.cumsum() - frames, "frames": frames}
    )
    with whole(path) as partial:
        with partial.open("wb") as file:
            np.save(file, np.concatenate(arrays))
        write_table(index, Path(path).with_suffix(".tsv"))


def extract(path: str | Path) -> np.ndarray:
    """Magnitudes ``(frames, bins)`` of an audio file's excerpt."""
    return spectra.magnitudes(torch.from_numpy(read_excerpt(path))).numpy()
