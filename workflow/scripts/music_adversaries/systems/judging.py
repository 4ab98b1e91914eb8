"""Labels of excerpts: what a system says of each."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from music_adversaries.systems.system import System


@torch.no_grad()
def classify(system: System, excerpts: Iterable[np.ndarray | Tensor]) -> pd.DataFrame:
    """Judge magnitudes ``(frames, bins)``, excerpt by excerpt.

    Returns a row an excerpt: ``predicted`` (a label), its ``confidence``, and ``posterior``
    (a list over the system's labels).
    """
    rows = []
    for magnitudes in excerpts:
        batch = torch.tensor(np.asarray(magnitudes), device=system.device)[None]
        posterior = system.posterior(batch)[0]
        best = int(posterior.argmax())
        rows.append((system.labels[best], float(posterior[best]), posterior.tolist()))
    return pd.DataFrame(rows, columns=["predicted", "confidence", "posterior"])
