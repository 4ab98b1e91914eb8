"""Tests of files that may not be read, also where the tests run as root."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def as_nobody():
    """Without the rights of root, to whom every file is readable."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root here cannot give up its rights, and may read everything")
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def open_folder():
    """A folder into which everybody may look, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
