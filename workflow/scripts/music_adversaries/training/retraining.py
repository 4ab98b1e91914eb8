"""The paper's adversarial training set: one signed-gradient step against a trained system."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from music_adversaries.systems.system import System

STEP = 0.25
"""In units of magnitude, for every bin (Kereliuk et al. 2015)."""


def perturb(
    system: System,
    magnitudes: np.ndarray,
    rng: np.random.Generator,
    batch_units: int = 1200,
) -> np.ndarray:
    """Magnitudes whose units X are replaced by max(0, X − 0.25 · sign ∇L(X, r)), r random.

    Takes and returns magnitudes ``(frames, bins)`` of one excerpt; frames beyond the last
    unit stay as they are. The random class r may be the true one, as in the paper.
    """
    device = system.device
    result = magnitudes.copy()
    size = system.unit_frames
    frames = len(magnitudes) // size * size
    for first in range(0, frames, size * batch_units):
        rows = slice(first, min(first + size * batch_units, frames))
        units = torch.from_numpy(result[rows])[None].to(device).requires_grad_(True)
        scores = system(units)[0]
        targets = torch.from_numpy(rng.integers(scores.shape[-1], size=len(scores))).to(device)
        loss = cross_entropy(scores, targets, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, units)
        result[rows] = (units - STEP * gradient.sign()).detach()[0].clamp_min(0).cpu().numpy()
    return result
