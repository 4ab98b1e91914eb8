"""SNR limits as folder names, and the word for no limit in the config."""

NO_LIMIT = "none"
"""The SNR limit of an attack whose perturbation may have any size."""
NO_MARGIN = "none"
"""The `masking_margin_db` of an attack that ignores the masking threshold."""


def snr_limit_name(limit_db: float | str) -> str:
    """Return the folder name of an SNR limit: ``15dB``, or ``none`` for none or −inf."""
    return NO_LIMIT if limit_db in (NO_LIMIT, -float("inf")) else f"{limit_db:g}dB"


def snr_limit_db(name: str) -> float:
    """Return the SNR limit in dB of a folder name; −inf for ``none``."""
    return -float("inf") if name == NO_LIMIT else float(name.removesuffix("dB"))
