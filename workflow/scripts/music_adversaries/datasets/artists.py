"""Who plays an excerpt: tables of artists that a person brings.

Imports nothing heavy: the workflow reads them while it plans.
"""

import csv
import unicodedata
from pathlib import Path, PurePosixPath

from music_adversaries.datasets import ENDINGS
from music_adversaries.errors import InputError


def read_artists(path: str | Path) -> dict[str, str]:
    """Artists by `excerpt_key`, from a CSV file.

    Its columns are ``excerpt`` or ``file``, and ``artist``. An empty entry is an unknown
    artist. Raises `InputError` where the table is missing, is no UTF-8 or lacks a column.
    """
    path = Path(path).expanduser()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = set(reader.fieldnames or ())
            rows = list(reader)
    except OSError as error:
        raise InputError(
            f"The table of artists {path} cannot be read ({error.strerror}): correct the"
            " dataset's `artists`."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The table of artists {path} is no CSV in UTF-8 ({error}): save it as one."
        ) from error
    key = "excerpt" if "excerpt" in columns else "file"
    if not {key, "artist"} <= columns:
        raise InputError(
            f"The table of artists {path} lacks a column: its first line must name `artist`"
            " and one of `excerpt` and `file`."
        )
    return {excerpt_key(row[key] or ""): (row["artist"] or "").strip() for row in rows}


def own_artist(excerpt: str) -> str:
    """The name of an artist of whom nothing is known but this excerpt."""
    return f"unknown ({excerpt})"


def excerpt_key(file: str) -> str:
    """A file's name as tables spell it: no folder ``./``, no audio ending, `plain`."""
    name = PurePosixPath(file.strip().replace("\\", "/"))
    bare = name.with_suffix("") if name.suffix.lower() in ENDINGS else name
    return plain(str(bare))


def plain(text: str) -> str:
    """``text`` without accents, case and doubled spaces: Axé, AXE and axe are one.

    Compatibility decomposition (NFKD), so that the composed names of most file systems and
    the decomposed ones of macOS are one as well.
    """
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
