"""Single songs, outside the workflow: judged, and attacked, as excerpts are within it."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Aim:
    """To ``reach`` a label, or to ``leave`` it for any other."""

    kind: str
    label: str

    def met(self, predicted: str) -> bool:
        """Whether a judgement is what is wanted."""
        return (predicted == self.label) == (self.kind == "reach")


def aim_of(target: str | None, judged: Mapping[str, float]) -> Aim:
    """To reach the target; without one, to leave the label of a song's `ranking`."""
    return Aim("reach", target) if target else Aim("leave", next(iter(judged)))


class OutOfReachError(Exception):
    """What an adversary found does not do: it has the ``verdict`` on it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"judged {verdict.predicted} at {verdict.snr_db:.1f} dB")
        self.verdict = verdict


def read_song(
    path: str | Path, start_s: float = 0.0, seconds: float | None = None
) -> tuple[np.ndarray, str]:
    """Read ``seconds`` of a file from ``start_s`` on, or what there is; all of it by default.

    Returns a float32 waveform ``(samples,)`` at 22 050 Hz, full scale ±1, and a clause on what
    is odd about the file, or left out of it; empty where nothing is. Raises `InputError` where
    the waveform cannot be judged by every system.
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
    """What is wrong with a part of a song that is good as a whole."""
    there_s = len(waveform) / SAMPLE_RATE
    if len(waveform) < LEAST_SAMPLES:
        return f"too short from there on ({there_s:.2f} s; at least {LEAST_SECONDS:.2f} s)"
    return "silent from there on" if is_silent(waveform) else ""


def ranking(system: System, waveform: np.ndarray) -> dict[str, float]:
    """Confidences of all labels, the highest first, in a waveform ``(samples,)``."""
    posterior = dict(zip(system.labels, judge(system, [waveform]).posterior[0], strict=True))
    return dict(sorted(posterior.items(), key=lambda entry: -entry[1]))


def attack_song(
    system: System, original: np.ndarray, aim: Aim, settings: Settings, path: str | Path
) -> Verdict:
    """Change a waveform ``(samples,)`` until its file is judged as wanted, and write that file.

    The verdict's confidence is that in the aim's label. Raises `OutOfReachError` where the
    file is not judged as wanted, and `InputError` where the song is too loud for the SNR limit
    or the file cannot be written: then ``path`` is left as it was.
    """
    at_best_db = stft.waveform_snr_db(original, within_16_bits(original))
    _check_level(original, settings, at_best_db)
    found = _adversarial(system, original, aim, settings)
    try:
        with whole(path) as partial:
            verdict = verify(system, original, found, aim.label, partial)
            _check_level(original, settings, verdict.snr_db)
            if not (aim.met(verdict.predicted) and _keeps_limit(settings, verdict.snr_db)):
                raise OutOfReachError(verdict)
    except (OSError, soundfile.SoundFileError) as error:
        raise InputError(f"The output {path} cannot be written ({error}).") from error
    return verdict


def _adversarial(
    system: System, original: np.ndarray, aim: Aim, settings: Settings
) -> np.ndarray:
    """What the adversary finds ``(samples,)``, with its progress on the way there."""
    batch = torch.from_numpy(original)[None]
    classes = torch.tensor([system.labels.index(aim.label)])
    total = _most_passes(settings)
    due = iter(range(total))
    with progress(total, "passes") as advance:

        def count(*_: object) -> None:  # what a hook returns would become the network's output
            if next(due, None) is not None:
                advance()

        with system.network.register_forward_hook(count):
            (found,) = attack_of(settings)(system, batch, classes, settings)
    return found.waveform


def _most_passes(settings: Settings) -> int:
    """How often the system judges the song in an attack, at most and about."""
    iterations = getattr(settings, "most_iterations", getattr(settings, "most_queries", 1))
    return iterations * (1 + getattr(settings, "draws", 0))


def _keeps_limit(settings: Settings, snr_db: float) -> bool:
    """Whether the file keeps the SNR limit; that of the paper's adversary is of magnitudes.

    Others break it only where the song exceeds full scale, which 16 bits cut off.
    """
    of_magnitudes = isinstance(settings, paper.Settings)
    return of_magnitudes or snr_db >= settings.snr_limit_db


def within_16_bits(waveform: np.ndarray) -> np.ndarray:
    """What a 16-bit file holds of a waveform ``(samples,)``: nothing beyond full scale."""
    return to_16_bits(waveform).astype(np.float32) / 2**15


def _check_level(original: np.ndarray, settings: Settings, snr_db: float) -> None:
    """Raise `InputError` where a song is so loud that a file of ``snr_db`` breaks the limit.

    The limit is broken by no other song, but by as much as rounding to 16 bits takes.
    """
    peak = float(np.abs(original).max())
    if peak <= 1 or _keeps_limit(settings, snr_db):
        return
    at_best_db = stft.waveform_snr_db(original, within_16_bits(original))
    raise InputError(
        f"The song reaches {peak:.2g} times full scale, which a 16-bit file cuts off: that"
        f" alone leaves an SNR of {at_best_db:.1f} dB, and no change can be made at"
        f" {settings.snr_limit_db:g} dB or more; lower the level of the song, or allow a lower"
        " SNR."
    )
