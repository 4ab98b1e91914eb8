"""Limits of a change, as the config writes them; of the SNR, as folders and tables do too."""

NO_LIMIT = "none"
"""The SNR limit of an adversary that may change as much as it takes."""
NO_MARGIN = "none"
"""The `masking_margin_db` of an adversary that need not stay below a masking threshold."""


def snr_limit_name(limit_db: float | str) -> str:
    """How a limit is called in folders: ``15dB``; ``none`` for that word and for −inf."""
    return NO_LIMIT if limit_db in (NO_LIMIT, -float("inf")) else f"{limit_db:g}dB"


def snr_limit_db(name: str) -> float:
    """The limit in dB of a folder's name; −inf for ``none``."""
    return -float("inf") if name == NO_LIMIT else float(name.removesuffix("dB"))
