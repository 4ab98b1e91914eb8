"""The studio's instruments, synthesised; no recording is involved."""

from .catalogue import INSTRUMENTS
from .drums import DRUMS, Kit
from .instrument import Instrument

__all__ = ["DRUMS", "INSTRUMENTS", "Instrument", "Kit"]
