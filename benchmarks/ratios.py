"""What the benchmarks share: ways that take turns, and a row of the table of ratios."""

import statistics
from collections.abc import Callable, Mapping, Sequence

HEADER = "| what | against | target | ratio: median (least … most) |\n| --- | --- | --- | --- |"


def in_turn(
    ways: Mapping[str, Callable[[], float]], repetitions: int
) -> dict[str, list[float]]:
    """What each way returns (seconds, say), ``repetitions`` times, the ways taking turns.

    A first turn, which warms caches up, is not kept.
    """
    found: dict[str, list[float]] = {name: [] for name in ways}
    for repetition in range(repetitions + 1):
        for name, way in ways.items():
            measured = way()
            if repetition > 0:
                found[name].append(measured)
    return found


def row(what: str, against: str, target: str, ours: Sequence[float], theirs: Sequence[float]):
    """A line of `HEADER`'s table: ratios of what was measured in the same turn."""
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    spread = f"{min(ratios):.2f} … {max(ratios):.2f}"
    return f"| {what} | {against} | {target} | {statistics.median(ratios):.2f} ({spread}) |"
