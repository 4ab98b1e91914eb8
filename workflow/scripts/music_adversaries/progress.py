"""How far long work has come: a bar on a terminal, in a log a line every so often."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from tqdm import tqdm

LINE_EVERY_S = 10
"""Seconds from a line in a log to the next: what a reader who waits can follow."""

Item = TypeVar("Item")


@contextmanager
def progress(total: int, doing: str) -> Iterator[Callable[..., None]]:
    """Show how many of ``total`` are done of what ``doing`` names, in the plural.

    Gives ``advance(count=1, note="")``, to be called as so many more are done; the note is
    what is known of the work by then. It goes to what is ``sys.stderr`` at the start.
    """
    show = _Bar if sys.stderr.isatty() else _Lines
    shown, is_left = show(total, doing), False
    try:
        yield shown.advance
    except GeneratorExit:  # whoever took the items failed, and the error is the last word
        is_left = True
        raise
    finally:
        if not is_left:
            shown.close()


def counted(items: Sequence[Item], doing: str) -> Iterator[Item]:
    """The items, one after the other, with the `progress` of what is done with them."""
    with progress(len(items), doing) as advance:
        for item in items:
            yield item
            advance()


def spoken(seconds: float) -> str:
    """A duration as people say it: ``34 s``, ``2 min``, ``1 h 5 min``."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class _Bar:
    """A bar that tqdm redraws in place."""

    def __init__(self, total: int, doing: str):
        self.bar = tqdm(total=total, desc=doing)

    def advance(self, count: int = 1, note: str = "") -> None:
        self.bar.set_postfix_str(note, refresh=False)
        self.bar.update(count)

    def close(self) -> None:
        self.bar.close()


class _Lines:
    """A line at the end, and before it one every `LINE_EVERY_S`."""

    def __init__(self, total: int, doing: str):
        self.total, self.doing, self.file = total, doing, sys.stderr
        self.done, self.note = 0, ""
        self.started_s = self.told_s = time.monotonic()

    def advance(self, count: int = 1, note: str = "") -> None:
        self.done += count
        self.note = note
        if 0 < self.done < self.total and time.monotonic() - self.told_s >= LINE_EVERY_S:
            passed_s = time.monotonic() - self.started_s
            left_s = passed_s / self.done * (self.total - self.done)
            self._tell(f"about {spoken(left_s)} to go")

    def close(self) -> None:
        self._tell()

    def _tell(self, to_go: str = "") -> None:
        self.told_s = time.monotonic()
        passed = spoken(self.told_s - self.started_s)
        parts = [f"{self.doing} {self.done} of {self.total}", passed, to_go, self.note]
        print(", ".join(filter(None, parts)), file=self.file, flush=True)
