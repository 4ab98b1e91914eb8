"""How figures put names that come from the data or the config."""

import numpy as np

LABEL_LETTERS = 14
ADVERSARY_LETTERS = 24


def shorten(label: object, letters: int = LABEL_LETTERS) -> str:
    """A label on one line, its middle an ellipsis where it is longer than ``letters``."""
    label = " ".join(str(label).split())
    if len(label) <= letters:
        return label
    end = (letters - 1) // 3
    return label[: letters - 1 - end] + "…" + label[-end:]


def attack_name(adversary: str, snr_limit_db: float, letters: int = ADVERSARY_LETTERS) -> str:
    """An adversary, in so many letters, and the limit of its SNR; one of −inf is none."""
    limit = f"SNR ≥ {snr_limit_db:g} dB" if np.isfinite(snr_limit_db) else "any SNR"
    return f"{shorten(adversary, letters)}, {limit}"
