"""What the page says of each adversarial excerpt: a card, from the tables of judgements."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.judged_tables import UNTARGETED
from music_adversaries.reporting.listening.media import Media
from music_adversaries.reporting.listening.sounds import difference_gain_db

REACHED, ALREADY, UNCHANGED, FAILED = "reached", "already", "unchanged", "failed"
"""What can come of an adversary: see `outcome`."""
OUTCOMES = (REACHED, ALREADY, UNCHANGED, FAILED)


@dataclass(frozen=True)
class Card:
    """An adversarial excerpt: how it was made, how it was judged, how it sounds and looks."""

    dataset: str
    partition: str
    fold: int
    seed: int
    architecture: str
    training: str
    adversary: str
    snr_limit_db: float
    mode: str
    excerpt: str
    true: str
    """"" where it is not known."""
    target: str
    """Of the mode `UNTARGETED`, the class that is to be left."""
    predicted_clean: str
    predicted: str
    confidence: float
    """Mean posterior of the target."""
    snr_db: float
    """Between the waveforms."""
    outcome: str
    """One of `OUTCOMES`."""
    seconds: float
    gain_db: int | None
    """That of the difference where it is played; None where there is no difference."""
    original_sound: int
    adversarial_sound: int
    original_picture: int
    adversarial_picture: int
    difference_picture: int

    @property
    def untargeted(self) -> bool:
        return self.mode == UNTARGETED


JUDGED = list(Card.__annotations__)[: list(Card.__annotations__).index("outcome")]
"""The columns of a table of judged excerpts that cards are made from."""


def choose(names: pd.Series, count: int) -> list[str]:
    """``count`` of the different ``names``, in order, at even distances; all if fewer.

    Attacked excerpts come sorted by label: even distances pass by different labels.
    """
    different = list(dict.fromkeys(names))
    kept = min(count, len(different))
    return [different[n * len(different) // kept] for n in range(kept)]


def make_card(
    judged: dict[str, Any], original: np.ndarray, adversarial: np.ndarray, media: Media
) -> Card:
    """The card of one excerpt, whose sounds and pictures are written.

    Args:
        judged: a row of the columns `JUDGED`, and ``iterations``.
        original: 16-bit samples ``(samples,)``.
        adversarial: likewise, of the file that was judged.
        media: takes sounds and pictures.
    """
    pictures = media.pictures(original, adversarial)
    return Card(
        **{column: judged[column] for column in JUDGED},
        outcome=outcome(judged),
        seconds=len(original) / SAMPLE_RATE,
        gain_db=difference_gain_db(original, adversarial),
        original_sound=media.sound(original),
        adversarial_sound=media.sound(adversarial),
        original_picture=pictures[0],
        adversarial_picture=pictures[1],
        difference_picture=pictures[2],
    )


def outcome(judged: dict[str, Any]) -> str:
    """What came of an adversary.

    `FAILED`: the written file is not judged as wanted. Otherwise it is: `UNCHANGED` with
    nothing changed, `ALREADY` like the original, which was changed all the same (to make the
    system surer, say), or else `REACHED`.
    """
    if not _as_wanted(judged, "predicted"):
        return FAILED
    if judged["iterations"] == 0 or math.isinf(judged["snr_db"]):
        return UNCHANGED
    return ALREADY if _as_wanted(judged, "predicted_clean") else REACHED


def _as_wanted(judged: dict[str, Any], prediction: str) -> bool:
    return (judged[prediction] == judged["target"]) != (judged["mode"] == UNTARGETED)
