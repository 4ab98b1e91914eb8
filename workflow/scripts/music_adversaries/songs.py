"""Single songs outside the workflow, classified and attacked in the same way as excerpts."""

from pathlib import Path

import numpy as np
import soundfile
import torch

from music_adversaries.adversaries import paper
from music_adversaries.adversaries.methods import Settings, attack_of
from music_adversaries.atomic_writes import whole
from music_adversaries.audio import SAMPLE_RATE, stft
from music_adversaries.audio.files import WHOLE_SECONDS, to_16_bits
from music_adversaries.datasets.inspection import (
    LEAST_SAMPLES,
    LEAST_SECONDS,
    inspect_file,
    is_silent,
)
from music_adversaries.errors import InputError
from music_adversaries.evaluation.resynthesis import Verdict, verify
from music_adversaries.progress import progress
from music_adversaries.systems.judging import judge
from music_adversaries.systems.system import System


class OutOfReachError(Exception):
    """The attack failed; ``verdict`` says how its best result is judged."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"judged {verdict.predicted} at {verdict.snr_db:.1f} dB")
        self.verdict = verdict


def read_song(
    path: str | Path, start_s: float = 0.0, seconds: float | None = None
) -> tuple[np.ndarray, str]:
    """Return at most ``seconds`` of a file from ``start_s`` on, and a note on its faults.

    The waveform is float32 ``(samples,)`` at 22 050 Hz, full scale ±1. The note says what is
    unusual about the file, or was left out of it; it is empty if nothing is.

    Raises:
        InputError: the waveform is too short or silent, or the file cannot be decoded.
    """
    seconds = WHOLE_SECONDS if seconds is None else seconds
    inspection = inspect_file(path, start_s + seconds)
    problem, waveform = inspection.problem, inspection.waveform
    if waveform is not None:
        waveform = waveform[round(start_s * SAMPLE_RATE) :]
        problem = _problem_of_part(waveform)
    if waveform is None or problem:
        raise InputError(f"{path} cannot be used ({problem}): take another file or part of it.")
    return waveform, inspection.note


def _problem_of_part(waveform: np.ndarray) -> str:
    """Return why a part of a good song cannot be judged, or an empty string."""
    if len(waveform) < LEAST_SAMPLES:
        seconds = len(waveform) / SAMPLE_RATE
        return f"too short from there on ({seconds:.2f} s; at least {LEAST_SECONDS:.2f} s)"
    return "silent from there on" if is_silent(waveform) else ""


def ranking(system: System, waveform: np.ndarray) -> dict[str, float]:
    """Return the mean posterior of each label for a waveform ``(samples,)``, highest first."""
    posterior = dict(zip(system.labels, judge(system, [waveform]).posterior[0], strict=True))
    return dict(sorted(posterior.items(), key=lambda entry: -entry[1]))


def attack_song(
    system: System,
    original: np.ndarray,
    target: str | None,
    settings: Settings,
    path: str | Path,
) -> Verdict:
    """Attack a waveform ``(samples,)``, write the result to ``path`` and return its verdict.

    Without a target, the attack succeeds with any label but the predicted one. The written file
    is read back and judged. If anything is raised, ``path`` is left as it was.

    Raises:
        OutOfReachError: the written file is not judged as wanted, or misses the SNR limit.
        InputError: the song is too loud for the SNR limit, or the file cannot be written.
    """
    # The paper's adversary limits the SNR of magnitudes, which the file's waveform may miss.
    limit_db = -np.inf if isinstance(settings, paper.Settings) else settings.snr_limit_db
    _check_level(original, limit_db)
    label = target or next(iter(ranking(system, original)))
    found = _adversarial(system, original, label, settings)
    try:
        with whole(path) as partial:
            verdict = verify(system, original, found, label, partial)
            succeeded = (verdict.predicted == label) == (target is not None)
            if not succeeded or verdict.snr_db < limit_db:
                raise OutOfReachError(verdict)
    except (OSError, soundfile.SoundFileError) as error:
        raise InputError(f"The output {path} cannot be written ({error}).") from error
    return verdict


def _check_level(original: np.ndarray, limit_db: float) -> None:
    """Raise `InputError` if clipping the song in a 16-bit file alone breaks the SNR limit."""
    peak = float(np.abs(original).max())
    clipped_db = stft.waveform_snr_db(original, to_16_bits(original).astype(np.float32) / 2**15)
    if peak > 1 and clipped_db < limit_db:
        raise InputError(
            f"The song reaches {peak:.2g} times full scale, and a 16-bit file clips it: that"
            f" alone gives an SNR of {clipped_db:.1f} dB, below the limit of {limit_db:g} dB;"
            " lower the level of the song, or allow a lower SNR."
        )


def _adversarial(
    system: System, original: np.ndarray, label: str, settings: Settings
) -> np.ndarray:
    """Return the adversarial waveform ``(samples,)``; forward passes are shown as progress."""
    batch = torch.from_numpy(original)[None]
    classes = torch.tensor([system.labels.index(label)])
    remaining = iter(range(_most_passes(settings)))
    with progress(_most_passes(settings), "passes") as advance:

        def count(*_: object) -> None:  # a value returned by a hook would replace the scores
            if next(remaining, None) is not None:
                advance()

        with system.network.register_forward_hook(count):
            (found,) = attack_of(settings)(system, batch, classes, settings)
    return found.waveform


def _most_passes(settings: Settings) -> int:
    """Return about how many forward passes an attack takes at most."""
    iterations = getattr(settings, "most_iterations", getattr(settings, "most_queries", 1))
    return iterations * (1 + getattr(settings, "draws", 0))
