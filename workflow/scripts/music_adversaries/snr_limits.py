"""Limits of the SNR, as the config, folders and tables write them."""

NO_LIMIT = "none"


def snr_limit_name(limit_db: float | str) -> str:
    """How a limit is called in folders: ``15dB``; ``none`` for that word and for −inf."""
    return NO_LIMIT if limit_db in (NO_LIMIT, -float("inf")) else f"{limit_db:g}dB"


def snr_limit_db(name: str) -> float:
    """The limit in dB of a folder's name; −inf for ``none``."""
    return -float("inf") if name == NO_LIMIT else float(name.removesuffix("dB"))
