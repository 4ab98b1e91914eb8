"""The cards of the page, which show adversarial excerpts from the tables of judgements."""

import math
from typing import Any

import numpy as np
import pandas as pd

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.judged_tables import UNTARGETED
from music_adversaries.reporting.listening.media import Media

Card = dict[str, Any]
"""See `make_card`."""

REACHED, ALREADY, UNCHANGED, FAILED = "reached", "already", "unchanged", "failed"
"""The results of an adversary: see `outcome`."""
OUTCOMES = (REACHED, ALREADY, UNCHANGED, FAILED)


def choose(names: pd.Series, count: int) -> list[str]:
    """At most ``count`` of the distinct ``names``, in order, at even distances.

    Attacked excerpts are sorted by label: even distances choose from many labels.
    """
    distinct = list(dict.fromkeys(names))
    kept = min(count, len(distinct))
    return [distinct[n * len(distinct) // kept] for n in range(kept)]


def make_card(
    judged: dict[str, Any], original: np.ndarray, adversarial: np.ndarray, media: Media
) -> Card:
    """The card of one excerpt, after its sounds and pictures are written.

    Args:
        judged: a row of a table of judged excerpts: the columns of `judged_tables.SYSTEM` and
            `ATTACK`, ``excerpt``, ``true`` ("" if unknown), ``target`` (of the mode
            `UNTARGETED`, the class to leave), ``predicted_clean``, ``predicted``,
            ``confidence`` (mean posterior of the target), ``snr_db`` (between the waveforms)
            and ``iterations``.
        original: 16-bit samples ``(samples,)``.
        adversarial: likewise, of the file that was judged.
        media: writes sounds and pictures.

    Returns:
        The row with ``outcome`` (of `OUTCOMES`), ``seconds``, ``gain_db`` (of
        `difference_gain_db`) and the numbers of its sounds and pictures.
    """
    pictures = media.pictures(original, adversarial)
    return judged | {
        "outcome": outcome(judged),
        "seconds": len(original) / SAMPLE_RATE,
        "gain_db": difference_gain_db(original, adversarial),
        "original_sound": media.sound(original),
        "adversarial_sound": media.sound(adversarial),
        "original_picture": pictures[0],
        "adversarial_picture": pictures[1],
        "difference_picture": pictures[2],
    }


def outcome(judged: dict[str, Any]) -> str:
    """The result of an adversary.

    `FAILED`: the written file is not judged as wanted. Otherwise `UNCHANGED` if nothing was
    changed, `ALREADY` if the original was judged as wanted but was changed all the same (to
    raise the confidence, for example), or else `REACHED`.
    """
    if not _as_wanted(judged, "predicted"):
        return FAILED
    if judged["iterations"] == 0 or math.isinf(judged["snr_db"]):
        return UNCHANGED
    return ALREADY if _as_wanted(judged, "predicted_clean") else REACHED


def _as_wanted(judged: dict[str, Any], prediction: str) -> bool:
    return (judged[prediction] == judged["target"]) != (judged["mode"] == UNTARGETED)


def difference_gain_db(original: np.ndarray, adversarial: np.ndarray) -> int | None:
    """The gain in whole dB for playing the difference, or None if there is no difference.

    It is the largest gain with which the peak of the difference is no higher than that of the
    original.

    Args:
        original: 16-bit samples ``(samples,)``, not all 0.
        adversarial: likewise, as many.
    """
    original, adversarial = original.astype(int), adversarial.astype(int)
    peak = np.abs(adversarial - original).max()
    if peak == 0:
        return None
    return int(np.floor(20 * np.log10(np.abs(original).max() / peak)))
