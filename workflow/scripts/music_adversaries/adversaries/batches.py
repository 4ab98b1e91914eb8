"""Attacks on many excerpts: in batches of one length, with a row of figures per excerpt."""

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from music_adversaries.adversaries.descent import Adversarial
from music_adversaries.adversaries.methods import Settings, attack_of
from music_adversaries.audio import stft
from music_adversaries.errors import InputError
from music_adversaries.progress import progress
from music_adversaries.systems.judging import judge_magnitudes
from music_adversaries.systems.system import System

BATCH_FRAMES = 2000
"""Frames attacked at once: enough to keep a core busy, and few enough that the CNN's largest
array, 1.4 MB per slice, stays below the size that `allocator` keeps for reuse."""


def attack_excerpts(
    system: System,
    waveforms: Sequence[np.ndarray],
    targets: Sequence[str],
    settings: Settings,
) -> Iterator[tuple[int, dict, np.ndarray]]:
    """Attack waveforms ``(samples,)`` with target labels, by the method of ``settings``.

    Only the waveforms of one batch are in memory if ``waveforms`` is a `files.Excerpts`.
    Yields, batch by batch, an excerpt's position, its row (``predicted_clean``,
    ``predicted``, ``confidence`` in the target, ``iterations``, ``snr_magnitude_db``,
    ``snr_db``) and its adversarial waveform ``(samples,)``. Raises `InputError` if a plugin
    returns waveforms of other shapes or with samples that are not finite.
    """
    device, attack = system.device, attack_of(settings)
    with progress(len(waveforms), "excerpts") as advance:
        for numbers in equal_batches([len(waveform) for waveform in waveforms]):
            originals = [waveforms[number] for number in numbers]
            batch = torch.from_numpy(np.stack(originals))
            classes = torch.tensor([system.labels.index(targets[number]) for number in numbers])
            found = attack(system, batch.to(device), classes.to(device), settings, advance)
            _check_found(found, batch, settings)
            for number, original, adversarial in zip(numbers, originals, found, strict=True):
                yield number, _row(system, original, adversarial), adversarial.waveform


def equal_batches(lengths: Sequence[int]) -> list[list[int]]:
    """Positions of excerpts with equal ``lengths`` (samples), in groups of `BATCH_FRAMES`."""
    by_length: dict[int, list[int]] = {}
    for number, length in enumerate(lengths):
        by_length.setdefault(length, []).append(number)
    batches = []
    for length, numbers in by_length.items():
        size = max(1, BATCH_FRAMES // max(1, stft.frame_count(length)))
        batches += [numbers[start : start + size] for start in range(0, len(numbers), size)]
    return batches


def _check_found(found: Sequence[Adversarial], batch: Tensor, settings: Settings) -> None:
    """Raise `InputError` if an attack, which may be a plugin's, returned no valid waveforms."""
    shapes = [np.shape(each.waveform) for each in found]
    sound = all(np.isfinite(each.waveform).all() for each in found)
    if shapes != [tuple(waveform.shape) for waveform in batch] or not sound:
        file = sys.modules[type(settings).__module__].__file__
        raise InputError(
            f"The `attack` of {file} returned waveforms of shapes {shapes} for excerpts of"
            f" shape {tuple(batch.shape)}, or samples that are not finite: correct it."
        )


def _row(system: System, original: np.ndarray, adversarial: Adversarial) -> dict:
    clean = stft.magnitudes(torch.from_numpy(original))
    changed = torch.from_numpy(adversarial.magnitudes)
    judged = judge_magnitudes(system, [clean, changed])
    return {
        "predicted_clean": judged.predicted[0],
        "predicted": judged.predicted[1],
        "confidence": adversarial.confidence,
        "iterations": adversarial.iterations,
        "snr_magnitude_db": float(stft.snr_db(clean, changed, dims=2)),
        "snr_db": stft.waveform_snr_db(original, adversarial.waveform),
    }
