"""The progress of long work: a bar on a terminal, and in a log a line every ten seconds."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

LINE_EVERY_S = 10
"""Seconds between two lines in a log."""

Item = TypeVar("Item")


@contextmanager
def progress(total: int, doing: str) -> Iterator[Callable[..., None]]:
    """Show how many of ``total`` items are done; ``doing`` names the items, in the plural.

    The context is a function ``advance(count=1, note="")``, to be called when ``count`` more
    items are done; the note is shown beside their number. Output goes to the ``sys.stderr`` of
    the start.
    """
    shown = (_Bar if sys.stderr.isatty() else _Lines)(total=total, desc=doing)
    try:
        yield shown.advance
    except GeneratorExit:  # a loop over `counted` failed; its error should be the last line
        raise
    except BaseException:
        shown.close()
        raise
    shown.close()


def counted(items: Sequence[Item], doing: str) -> Iterator[Item]:
    """Iterate over the items, with the `progress` of the loop."""
    with progress(len(items), doing) as advance:
        for item in items:
            yield item
            advance()


def spoken(seconds: float) -> str:
    """Return a duration as text: ``34 s``, ``2 min``, ``1 h 5 min``."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class _Bar(tqdm):
    def advance(self, count: int = 1, note: str = "") -> None:
        self.set_postfix_str(note, refresh=False)
        self.update(count)


class _Lines:
    """A line every `LINE_EVERY_S`, and one at the end."""

    def __init__(self, total: int, desc: str):
        self.total, self.doing, self.file = total, desc, sys.stderr
        self.done, self.note = 0, ""
        self.started_s = self.printed_s = time.monotonic()

    def advance(self, count: int = 1, note: str = "") -> None:
        self.done += count
        self.note = note
        if 0 < self.done < self.total and time.monotonic() - self.printed_s >= LINE_EVERY_S:
            passed_s = time.monotonic() - self.started_s
            left_s = passed_s / self.done * (self.total - self.done)
            self._print(f"about {spoken(left_s)} to go")

    def close(self) -> None:
        self._print()

    def _print(self, to_go: str = "") -> None:
        self.printed_s = time.monotonic()
        passed = spoken(self.printed_s - self.started_s)
        parts = [f"{self.doing} {self.done} of {self.total}", passed, to_go, self.note]
        print(", ".join(filter(None, parts)), file=self.file, flush=True)
