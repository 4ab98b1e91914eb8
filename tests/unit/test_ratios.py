"""What the benchmarks reckon with: turns, and the table of ratios."""

import sys

import numpy as np
import pytest

from music_adversaries.experiment.code_digests import PACKAGE

sys.path.append(str(PACKAGE.parents[2] / "benchmarks"))

from ratios import HEADER, in_turn, row


def test_ways_take_turns_and_the_first_turn_is_not_kept():
    called = []
    ways = {
        name: lambda name=name: called.append(name) or len(called) for name in ("ours", "bare")
    }
    assert in_turn(ways, repetitions=2) == {"ours": [3, 5], "bare": [4, 6]}
    assert called == ["ours", "bare"] * 3


@pytest.mark.parametrize("seed", range(5))
def test_a_row_holds_the_median_of_the_turns_ratios(seed):
    rng = np.random.default_rng(seed)
    ours, theirs = rng.uniform(0.1, 10, (2, 5))
    ratios = ours / theirs
    cells = row("what", "a peer", "≤ 1", ours, theirs).strip("| ").split(" | ")
    assert cells[:3] == ["what", "a peer", "≤ 1"]
    assert cells[3] == f"{np.median(ratios):.2f} ({ratios.min():.2f} … {ratios.max():.2f})"
    assert len(cells) == len(HEADER.splitlines()[0].strip("| ").split(" | "))
