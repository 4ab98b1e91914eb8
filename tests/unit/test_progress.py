"""Progress: a bar on a terminal, lines without carriage returns everywhere else."""

import contextlib
import io
import os
import pty
import re
import sys
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_adversaries import progress as module
from music_adversaries.progress import LINE_EVERY_S, counted, progress, spoken


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass only where a test adds to them."""
    seconds = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


def told_in_a_file(folder, work):
    """The lines that ``work()`` leaves in a file that is the standard error."""
    path = folder / "log"
    with path.open("w", encoding="utf-8") as log, contextlib.redirect_stderr(log):
        work()
    text = path.read_bytes().decode()
    assert "\r" not in text and text.endswith("\n")
    return text.splitlines()


def told_on_a_terminal(monkeypatch, work):
    """What ``work()`` writes to a terminal that is the standard error."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    try:
        with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
            monkeypatch.setattr(sys, "stderr", terminal)
            work()
            return os.read(ours, 65_536).decode()
    finally:
        os.close(ours)


def walk(clock, steps, seconds_a_step, total, note=""):
    with progress(total, "excerpts") as advance:
        for _ in range(steps):
            clock[0] += seconds_a_step
            advance(note=note)


def test_in_a_log_a_line_stands_every_so_often_and_at_the_end(tmp_path, clock):
    lines = told_in_a_file(tmp_path, lambda: walk(clock, 60, LINE_EVERY_S / 5, 60))
    assert lines[0] == "excerpts 5 of 60, 10 s, about 2 min to go"
    assert lines[5] == "excerpts 30 of 60, 1 min, about 1 min to go"
    assert lines[-1] == "excerpts 60 of 60, 2 min"
    assert len(lines) == 12


def test_quick_work_leaves_one_line(tmp_path, clock):
    assert told_in_a_file(tmp_path, lambda: walk(clock, 60, 0, 60)) == [
        "excerpts 60 of 60, 0 s"
    ]


def test_work_that_ends_early_is_not_said_to_go_on(tmp_path, clock):
    lines = told_in_a_file(tmp_path, lambda: walk(clock, 3, 1, 200, note="error_valid 0.250"))
    assert lines == ["excerpts 3 of 200, 3 s, error_valid 0.250"]


def test_work_that_fails_says_how_far_it_came(tmp_path, clock):
    def fail():
        with contextlib.suppress(ZeroDivisionError), progress(9, "excerpts") as advance:
            advance(4)
            raise ZeroDivisionError

    assert told_in_a_file(tmp_path, fail) == ["excerpts 4 of 9, 0 s"]


def test_nothing_to_do_is_no_error(tmp_path, clock):
    assert told_in_a_file(tmp_path, lambda: list(counted([], "tracks"))) == [
        "tracks 0 of 0, 0 s"
    ]


def test_a_terminal_shows_a_bar_that_is_redrawn(monkeypatch):
    def work():
        with progress(4, "excerpts") as advance:
            advance(3, note="error_valid 0.250")
            advance()

    text = told_on_a_terminal(monkeypatch, work)
    assert "\r" in text
    assert "4/4" in text and "100%" in text and "excerpts" in text


@given(st.lists(st.integers()))
def test_counted_gives_the_items_as_they_are(items):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        assert list(counted(items, "items")) == items
    assert f"items {len(items)} of {len(items)}" in said.getvalue()


UNITS_S = {"s": 1, "min": 60, "h": 3600}


@given(st.floats(0, 1e6))
def test_a_spoken_duration_is_the_duration_to_half_of_its_smallest_unit(seconds):
    parts = re.findall(r"(\d+) (s|min|h)", spoken(seconds))
    assert " ".join(map(" ".join, parts)) == spoken(seconds)
    heard_s = sum(int(number) * UNITS_S[unit] for number, unit in parts)
    assert abs(heard_s - seconds) <= UNITS_S[parts[-1][1]] / 2 + 0.5
    assert all(int(number) < 60 for number, unit in parts if unit != "h")
