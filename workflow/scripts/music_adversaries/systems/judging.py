"""Judgements of excerpts by a system, from waveforms or from magnitudes."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from music_adversaries.systems.system import System


def judge(system: System, waveforms: Iterable[np.ndarray]) -> pd.DataFrame:
    """Judgements of waveforms ``(samples,)``, float32 at the system's sample rate.

    Returns a row per excerpt: ``predicted`` (a label), its ``confidence``, and ``posterior``
    (a list over the system's labels). All audio is judged by this function, whatever the
    system: test sets, written, filtered and coded files, songs.
    """
    return _rows(system, system.judge, waveforms)


def judge_magnitudes(system: System, excerpts: Iterable[np.ndarray | Tensor]) -> pd.DataFrame:
    """As `judge`, from magnitudes ``(frames, bins)``.

    Used for clean test sets, whose magnitudes are stored, and for an adversary's magnitudes
    before synthesis.
    """
    return _rows(system, system.posterior, excerpts)


@torch.no_grad()
def _rows(
    system: System, posterior_of: Callable[[Tensor], Tensor], excerpts: Iterable
) -> pd.DataFrame:
    rows = []
    for excerpt in excerpts:
        batch = torch.tensor(np.asarray(excerpt), device=system.device)[None]
        posterior = posterior_of(batch)[0]
        best = int(posterior.argmax())
        rows.append((system.labels[best], float(posterior[best]), posterior.tolist()))
    return pd.DataFrame(rows, columns=["predicted", "confidence", "posterior"])
