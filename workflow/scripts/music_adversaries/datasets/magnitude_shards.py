"""A dataset's magnitudes: memory-mapped shards with an index of excerpts."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import torch

from music_adversaries.atomic_writes import whole
from music_adversaries.audio import stft
from music_adversaries.errors import InputError
from music_adversaries.tidy_tables import check_excerpts, damaged, read_table, write_table

INDEX = ["excerpt", "first_frame", "frames"]
"""The columns that every index has."""
BLOCK_FRAMES = 128
"""Frames transformed at a time: 1 MiB, which stays in a core's cache."""


class Magnitudes:
    """Magnitudes of many excerpts, read from disk as they are asked for."""

    def __init__(self, shards: Sequence[str | Path]):
        """Open shards ``*.npy``, each with its index ``*.tsv`` beside it.

        Raises `InputError` if one of them is damaged.
        """
        self._arrays = [_open_shard(Path(shard)) for shard in shards]
        indexes = [
            _read_index(Path(shard), len(array)).assign(shard=number)
            for number, (shard, array) in enumerate(zip(shards, self._arrays, strict=True))
        ]
        self._index = pd.concat([each for each in indexes if len(each)]).set_index("excerpt")

    def excerpt(self, name: str) -> np.ndarray:
        """Magnitudes ``(frames, bins)`` of one excerpt."""
        row = self._rows([name]).iloc[0].astype(int)
        return self._arrays[row.shard][row.first_frame : row.first_frame + row.frames]

    def units(self, excerpts: Iterable[str], unit_frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Places ``(units, 2)`` (shard, first frame) of all units, and their excerpts.

        The second array ``(units,)`` holds each unit's position in ``excerpts``.
        """
        rows = self._rows(list(excerpts))
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

    def _rows(self, excerpts: list[str]) -> pd.DataFrame:
        for name in excerpts:
            if name not in self._index.index:
                raise InputError(
                    f"There are no magnitudes of the excerpt {name!r}, which a table names:"
                    " correct the table, or delete it, and it is made anew."
                )
        return self._index.loc[excerpts]


def write_shard(excerpts: Iterable[tuple[dict, np.ndarray]], path: str | Path) -> None:
    """Write (row, magnitudes ``(frames, bins)``) pairs as a shard ``path`` (``.npy``).

    Each row, with at least ``excerpt``, is written to the shard's index beside the array
    (``.tsv``), with ``first_frame`` and ``frames`` added. The magnitudes of only one excerpt
    are in memory at a time.
    """
    rows = []
    frames, bins = 0, stft.BINS
    with whole(path) as partial:
        with partial.open("wb") as file:
            _write_header(file, (frames, bins))
            for row, magnitudes in excerpts:
                file.write(np.ascontiguousarray(magnitudes, dtype="<f4").data)
                rows.append({**row, "first_frame": frames, "frames": len(magnitudes)})
                frames, bins = frames + len(magnitudes), magnitudes.shape[1]
            _write_header(file, (frames, bins))
        index = pd.DataFrame(rows, columns=None if rows else INDEX)
        write_table(index, Path(path).with_suffix(".tsv"))


def magnitudes_of(waveform: np.ndarray) -> np.ndarray:
    """Magnitudes ``(frames, bins)`` of a waveform ``(samples,)``.

    They equal `stft.magnitudes` up to the last bit. Computing them in blocks, with NumPy's
    absolute value, takes a third of its time.
    """
    magnitudes = np.empty((stft.frame_count(len(waveform)), stft.BINS), np.float32)
    samples = torch.from_numpy(waveform)
    for first in range(0, len(magnitudes), BLOCK_FRAMES):
        block = magnitudes[first : first + BLOCK_FRAMES]
        start, end = stft.span(first, len(block))
        np.abs(stft.analysis(samples[start:end]).numpy(), out=block)
    return magnitudes


def _open_shard(path: Path) -> np.ndarray:
    """The magnitudes ``(frames, bins)`` of a shard, mapped into memory."""
    try:
        array = np.load(path, mmap_mode="r")
        if array.dtype != np.float32 or array.ndim != 2:
            raise ValueError(f"it holds {array.dtype} of shape {array.shape}")
    except OSError:
        raise
    except Exception as error:  # a damaged header makes NumPy raise errors of many types
        raise InputError(
            f"The magnitudes {path} cannot be used ({' '.join(str(error).split())}): delete the"
            " file, and it is made anew."
        ) from error
    return array


def _read_index(shard: Path, frames: int) -> pd.DataFrame:
    """The columns `INDEX` of the index of a shard that holds ``frames`` frames."""
    path = shard.with_suffix(".tsv")
    index = read_table(path, INDEX)
    check_excerpts(index, path)
    ends = index.first_frame + index.frames
    is_within = (index.first_frame >= 0) & (index.frames >= 0) & (ends <= frames)
    if not is_within.all():
        raise damaged(path, f"has frames beyond the {frames} of {shard.name}")
    return index[INDEX]


def _write_header(file: BinaryIO, shape: tuple[int, int]) -> None:
    """Write the header of an array ``(frames, bins)`` at the start of ``file``.

    NumPy leaves room for a longer first dimension, so that the header can be overwritten when
    the number of frames is known.
    """
    file.seek(0)
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
