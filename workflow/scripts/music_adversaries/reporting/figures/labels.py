"""Names from the data or the config, as figures show them."""

from collections.abc import Iterable

import numpy as np

LABEL_LETTERS = 14
ADVERSARY_LETTERS = 24


def shorten(label: object, letters: int = LABEL_LETTERS) -> str:
    """The label on one line, with an ellipsis in its middle if longer than ``letters``."""
    label = " ".join(str(label).split())
    if len(label) <= letters:
        return label
    end = (letters - 1) // 3
    return label[: letters - 1 - end] + "…" + label[-end:]


def lines(texts: Iterable[object], letters: int) -> str:
    """The texts below one another, each shortened to ``letters``."""
    return "\n".join(shorten(text, letters) for text in texts)


def attack_name(adversary: str, snr_limit_db: float, letters: int = ADVERSARY_LETTERS) -> str:
    """The adversary, shortened to ``letters``, and its SNR limit (−inf or NaN: none)."""
    limit = f"SNR ≥ {snr_limit_db:g} dB" if np.isfinite(snr_limit_db) else "any SNR"
    return f"{shorten(adversary, letters)}, {limit}"
