"""Verification of attacks: a waveform is written as a 16-bit WAV, read back and judged."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from music_adversaries.audio import stft
from music_adversaries.audio.files import WHOLE_SECONDS, read_excerpt, write_wav
from music_adversaries.systems.judging import judge
from music_adversaries.systems.system import System


@dataclass(frozen=True)
class Verdict:
    """How a written excerpt was judged."""

    predicted: str
    confidence: float
    """Mean posterior of the target."""
    snr_db: float
    """Between the waveforms."""
    clipped_samples: int
    """Samples beyond full scale before they were written."""


def verify(
    system: System, original: np.ndarray, adversarial: np.ndarray, target: str, path: Path
) -> Verdict:
    """Write the waveform ``adversarial`` to ``path``, read it back and judge it.

    Both waveforms are ``(samples,)``, of the same length.
    """
    write_wav(path, adversarial)
    written = read_excerpt(path, WHOLE_SECONDS)
    judged = judge(system, [written]).iloc[0]
    return Verdict(
        predicted=judged.predicted,
        confidence=judged.posterior[system.labels.index(target)],
        snr_db=stft.waveform_snr_db(original, written),
        clipped_samples=int((np.abs(adversarial) > 1).sum()),
    )


def judged_row(attacked: dict, verdict: Verdict) -> dict[str, object]:
    """The row of a table of excerpts that are judged as written.

    ``attacked`` is the excerpt's row of `batches.attack_excerpts`.
    """
    return {
        "predicted_clean": attacked["predicted_clean"],
        "predicted": verdict.predicted,
        "confidence": verdict.confidence,
        "snr_db": verdict.snr_db,
        "iterations": attacked["iterations"],
    }
