"""How far a long piece of work is: a bar on a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

LINE_SECONDS = 10.0
"""Between lines, at least."""


@contextmanager
def progress(total: int, doing: str) -> Iterator[Callable[..., object]]:
    """Give a function ``advance(count=1)``; ``doing`` says what is counted."""
    terminal = sys.stderr.isatty()
    pace = {} if terminal else {"mininterval": LINE_SECONDS, "ascii": True}
    with tqdm(total=total, desc=doing, leave=not terminal, **pace) as bar:
        yield bar.update
