"""Systems whose smallest adversarial change is known, for tests of adversaries."""

import numpy as np
import torch
from scipy.optimize import nnls
from torch import nn

from music_adversaries.audio.stft import BINS
from music_adversaries.systems.system import System

LABELS = ["a", "b", "c"]
SAMPLES = 3000


class LinearInWaveform(nn.Module):
    """Scores are a matrix times the samples; any torch module with a system's interface."""

    labels = LABELS
    device = torch.device("cpu")

    def __init__(self, seed=7, classes=3, norm=3.0):
        super().__init__()
        rng = np.random.default_rng(seed)
        weight = rng.normal(size=(classes, SAMPLES))
        weight *= norm / np.linalg.norm(weight, axis=1, keepdims=True)
        self.weight = nn.Parameter(torch.from_numpy(weight).float(), requires_grad=False)

    def judge(self, waveforms):
        return self.posterior(self.front_end(waveforms))

    def front_end(self, waveforms):
        return waveforms

    def forward(self, waveforms):
        return (waveforms @ self.weight.T)[:, None]

    def posterior(self, waveforms, scores=None):
        scores = self(waveforms) if scores is None else scores
        return scores.softmax(dim=-1).mean(dim=-2)

    def label(self, waveform):
        """Judged by NumPy, of one waveform ``(samples,)``."""
        weight = self.weight.double().numpy()
        return int(np.argmax(weight @ np.asarray(waveform, dtype=np.float64)))

    def smallest_to_reach(self, waveform, target, beside=()):
        """Norm of the nearest change after which ``target`` has the highest score.

        That of this victim, and of the victims ``beside`` it as well. The projection on an
        intersection of half-spaces, by its dual: a non-negative least squares problem
        (Lawson and Hanson 1974).
        """
        x = waveform.double().numpy()
        weights = [victim.weight.double().numpy() for victim in (self, *beside)]
        normals = np.vstack(
            [weight[target] - np.delete(weight, target, axis=0) for weight in weights]
        )
        lack = -normals @ x
        # Stacked so that its solution u gives the least-norm d with normals @ d >= lack.
        stacked = np.vstack([normals.T, lack])
        aim = np.zeros(SAMPLES + 1)
        aim[-1] = 1
        u, _ = nnls(stacked, aim)
        residual = stacked @ u - aim
        change = -residual[:-1] / residual[-1]
        assert (normals @ change >= lack - 1e-9).all()
        return float(np.linalg.norm(change))

    def smallest_to_leave(self, waveform, label):
        """Norm of the nearest change after which another label has the highest score."""
        weight, x = self.weight.double().numpy(), waveform.double().numpy()
        distances = [
            (weight[label] - weight[k]) @ x / np.linalg.norm(weight[label] - weight[k])
            for k in range(len(weight))
            if k != label
        ]
        return float(min(distances))


def snr_that_allows(original, change_norm):
    """The limit in dB at which a change of that norm is the largest that is allowed."""
    return 20 * np.log10(np.linalg.norm(original[1024:-1024].double()) / change_norm)


def loud_waveforms(seed, excerpts=3):
    """Noise within ±0.5 on the 16-bit grid: far louder than its steps."""
    samples = np.random.default_rng(seed).integers(-(2**14), 2**14, (excerpts, SAMPLES))
    return torch.from_numpy(samples / 2**15).float()


class LinearInMagnitudes(nn.Module):
    """A network whose scores are a matrix times the magnitudes of a unit."""

    def __init__(self, unit_frames=1):
        super().__init__()
        self.unit_frames = unit_frames
        self.scores = nn.Linear(BINS * unit_frames, len(LABELS))

    def forward(self, units):
        return self.scores(units.flatten(1))


def magnitude_system(unit_frames=1, seed=7):
    """A system of the package, standardisation included, with a linear network."""
    torch.manual_seed(seed)
    system = System(LinearInMagnitudes(unit_frames), LABELS).eval().requires_grad_(False)
    variance = np.linspace(0.5, 2, BINS)
    variance[::9] = 0
    system.standardisation.set_moments(np.linspace(0, 1, BINS), variance)
    return system


def judged_by_another(system):
    """``system`` with a judgement of its own, as a forest has: harsher on c than its scores."""

    def posterior(magnitudes, scores=None):
        harsher = system(magnitudes) - torch.tensor([0.0, 0.0, 1.0])
        return harsher.softmax(dim=-1).mean(dim=-2)

    system.posterior = posterior
    return system
