"""The "majority vote" of Kereliuk et al. (2015): an excerpt's label from its units."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from music_adversaries.systems import System


def vote(scores: Tensor) -> Tensor:
    """Mean posteriors ``(excerpts, classes)`` of scores ``(excerpts, units, classes)``.

    The largest is the excerpt's label, as with the sum; its value is the confidence.
    """
    return scores.softmax(dim=-1).mean(dim=-2)


@torch.no_grad()
def classify(system: System, excerpts: Iterable[np.ndarray | Tensor]) -> pd.DataFrame:
    """Judge magnitudes ``(frames, bins)``, excerpt by excerpt.

    Returns a row an excerpt: ``predicted`` (a label), its ``confidence``, and ``posterior``
    (a list over the system's labels).
    """
    device = system.standardisation.mean.device
    rows = []
    for magnitudes in excerpts:
        batch = torch.tensor(np.asarray(magnitudes), device=device)[None]
        posterior = vote(system(batch))[0]
        best = int(posterior.argmax())
        rows.append((system.labels[best], float(posterior[best]), posterior.tolist()))
    return pd.DataFrame(rows, columns=["predicted", "confidence", "posterior"])
