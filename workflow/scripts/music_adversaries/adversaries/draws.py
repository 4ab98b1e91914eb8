"""Random numbers of an excerpt that do not depend on the batch it happens to be in."""

import hashlib

import numpy as np
from torch import Tensor


def generator_of(waveform: Tensor, seed: int) -> np.random.Generator:
    """A generator for a waveform ``(samples,)``, seeded by its samples and ``seed``."""
    digest = hashlib.sha256(waveform.cpu().numpy().tobytes()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest)])
