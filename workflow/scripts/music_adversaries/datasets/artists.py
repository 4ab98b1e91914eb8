"""Tables of artists: CSV files with the artist of each excerpt."""

import csv
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from music_adversaries.datasets import AUDIO_ENDINGS
from music_adversaries.datasets.listing import folder_path, read_folder, shown, some
from music_adversaries.errors import InputError

WANTED = (
    "a CSV in UTF-8, separated by commas, whose first line is `file,artist`"
    " (or `excerpt,artist`)"
)

NO_ARTIST = frozenset(
    "|unknown|unknown artist|various|various artists|va|v.a.|artista desconhecido"
    "|desconhecido|artista desconocido|desconocido|varios|varios artistas".split("|")
)
"""Names, as `plain` writes them, that mean an unknown artist."""
_LIKE_A_TABLE = re.compile(
    r"artists?(\.csv)?(\.(csv|tsv|tab|txt|dat|psv|json|xlsx?|xlsm|xlsb|ods|numbers))?",
    re.IGNORECASE,
)


class Row(NamedTuple):
    """A row of a table: the line where it begins, a file, and its artist, perhaps empty."""

    line: int
    file: str
    artist: str


def read_artists(path: str | Path) -> list[Row]:
    """The rows of a CSV file with the columns ``excerpt`` or ``file``, and ``artist``.

    Raises `InputError` if the file is missing or not in UTF-8, lacks a column, or has a row
    with more or fewer entries than columns, in which a comma may have split a name.
    """
    path = folder_path(path)
    (_, header), *rows = _records(path)
    file, artist = _columns(path, header)
    for line, entries in rows:
        if len(entries) < len(header) or any(e.strip() for e in entries[len(header) :]):
            raise InputError(
                f"The table of artists {path} has {len(entries)} entries in line {line} and"
                f" {len(header)} columns: put quotes around an entry that holds a comma, as in"
                ' `"Earth, Wind & Fire"`, and give every line as many entries as columns.'
            )
    return [Row(line, entries[file], artist_name(entries[artist])) for line, entries in rows]


def match_artists(
    path: str | Path | None,
    files: Sequence[str],
    part_of: Callable[[str], str] = str,
    labels_left_out: Iterable[str] = (),
) -> tuple[dict[str, str], list[str]]:
    """The known artists of ``files`` by the table at ``path``, if any, and a notice about it.

    A file is matched with the rows of its exact name. A file without such rows is matched with
    unused rows whose names differ only in accents and case or, at last, in the ending, since
    audio may have been converted. ``part_of`` gives the part of a name that is compared. Unused
    rows of the folders ``labels_left_out`` are not reported.

    Raises `InputError` as `read_artists` does, and if a file has two artists, or no file has
    an artist, since an artist filter would then have no effect.
    """
    if path is None:
        return {}, []
    rows = read_artists(path)
    matched = _rows_of_files(rows, files, part_of)
    artists = {file: _only_artist(path, file, found) for file, found in matched.items()}
    known = {file: artist for file, artist in artists.items() if artist}
    if not known:
        raise _matches_nothing(path, rows, files, bool(matched))
    used = {row for found in matched.values() for row in found}
    left_out = {plain(label) for label in labels_left_out}
    assigned = {(excerpt_key(part_of(file)), plain(artist)) for file, artist in known.items()}
    unused = [
        row.file.strip() or f"line {row.line}"
        for row in rows
        if row not in used
        and plain(_tidy(row.file).split("/")[0]) not in left_out
        and (excerpt_key(part_of(row.file)), plain(row.artist)) not in assigned
    ]
    notice = f"takes the artists of {len(known)} of its {len(files)} excerpts from {path}"
    for names, what, how in (
        (unused, "row", "without a file"),
        ([file for file in files if file not in matched], "file", "without a row"),
        ([f for f in matched if f not in known], "file", "in a row without an artist"),
    ):
        if names:
            notice += f"; {some(names, what)} {how}"
    return known, [notice]


def tables_of_artists(names: Collection[str]) -> tuple[list[str], list[str]]:
    """The names that are ``artists.csv`` in any case, and those that resemble it."""
    alike = [name for name in names if _LIKE_A_TABLE.fullmatch(name)]
    tables = [name for name in alike if name.lower() == "artists.csv"]
    return tables, [name for name in alike if name not in tables]


def unused_table_notices(folders: Iterable[Path], artists: str | Path | None) -> list[str]:
    """Notices about files in ``folders`` that look like a table but are not the config's."""
    used = None if artists is None else folder_path(artists).resolve()
    found = [
        folder / name
        for folder in folders
        for names in tables_of_artists(read_folder(folder).others)
        for name in names
    ]
    return [
        f"does not use {shown(str(path))}: to have a table of artists read, name it as the"
        " dataset's `artists` in the config"
        for path in found
        if path.resolve() != used
    ]


def artist_name(text: str) -> str:
    """An artist's name without superfluous blanks; empty if it is in `NO_ARTIST`."""
    name = " ".join(text.split())
    return "" if plain(name) in NO_ARTIST else name


def own_artist(excerpt: str) -> str:
    """The name of the unknown artist of an excerpt, who counts as an artist of its own."""
    return f"unknown ({excerpt})"


def is_own_artist(artist: str) -> bool:
    """Whether `own_artist` made this name."""
    return artist.startswith("unknown (") and artist.endswith(")")


def excerpt_key(file: str) -> str:
    """A file's name as `plain` writes it, without folders ``./`` and an audio ending."""
    name = _tidy(file)
    bare, ending = os.path.splitext(name)  # noqa: PTH122 - for speed
    return plain(bare if ending.lower() in AUDIO_ENDINGS else name)


def plain(text: str) -> str:
    """``text`` without accents, case and superfluous blanks: Axé, AXE and axe are the same.

    By compatibility decomposition (NFKD), so that the composed names of most file systems and
    the decomposed names of macOS are the same as well.
    """
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())


def _tidy(file: str) -> str:
    """A name without outer blanks and folders ``./``, with ``/`` between folders."""
    parts = file.strip().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    _tidy,
    lambda name: plain(_tidy(name)),
    excerpt_key,
)
"""Normalised forms in which the names of a file and a row are compared, strictest first."""


def _rows_of_files(
    rows: Sequence[Row], files: Sequence[str], part_of: Callable[[str], str]
) -> dict[str, list[Row]]:
    """The rows that match each file, for files with rows, in the order of ``files``."""
    found: dict[str, list[Row]] = {}
    for spelled in SPELLINGS:
        used = {row for matched in found.values() for row in matched}
        by_name: dict[str, list[Row]] = {}
        for row in rows:
            if row not in used:
                by_name.setdefault(spelled(part_of(row.file)), []).append(row)
        for file in files:
            if file not in found and (matched := by_name.get(spelled(part_of(file)))):
                found[file] = matched
    return {file: found[file] for file in files if file in found}


def _only_artist(path: str | Path, file: str, rows: list[Row]) -> str:
    """The one artist that the rows of a file name; empty if they name none."""
    naming = [row for row in rows if row.artist]
    for one, other in pairwise(naming):
        if plain(one.artist) != plain(other.artist):
            raise InputError(
                f"The table of artists {path} gives {shown(file)} to two artists: line"
                f" {one.line} names {one.artist!r}, line {other.line} {other.artist!r}; keep"
                " one of the lines."
            )
    return naming[0].artist if naming else ""


def _matches_nothing(
    path: str | Path, rows: list[Row], files: Sequence[str], any_matched: bool
) -> InputError:
    why = "it has no row after its first line"
    if any_matched:
        why = "no row of these files names an artist"
    elif rows:
        why = f"its rows are such as {rows[0].file!r}, the files such as {files[0]!r}"
    return InputError(
        f"The table of artists {path} gives none of the {len(files)} excerpts an artist"
        f" ({why}), so that no artists could be kept apart: write the files as they are named"
        " below the dataset's `root`, or do without the table."
    )


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """The line number and the entries of each record of a CSV that is not blank.

    The first record is the header, which has no entries in an empty file.
    """
    records, line = [], 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for entries in reader:
                if any(entry.strip() for entry in entries):
                    records.append((line, entries))
                line = reader.line_num + 1
    except (OSError, ValueError, csv.Error) as error:  # ValueError: no UTF-8, no file's name
        where = f" in the entry of line {line}" if isinstance(error, csv.Error) else ""
        raise InputError(
            f"The table of artists {shown(str(path))} cannot be read"
            f" ({getattr(error, 'strerror', error)}{where}): it has to be a CSV in UTF-8 that"
            " whoever runs the workflow may read."
        ) from error
    return records or [(1, [])]


def _columns(path: Path, header: list[str]) -> tuple[int, int]:
    """The positions of the columns of files and of artists."""
    columns = [name.strip().casefold() for name in header]
    key = "excerpt" if "excerpt" in columns else "file"
    if columns.count(key) != 1 or columns.count("artist") != 1:
        line = ",".join(header)
        marks = {";": "semicolons", "\t": "tabs", "|": "bars"}
        separators = [name for mark, name in marks.items() if mark in line]
        why = f", which {separators[0]} seem to separate" if separators else ""
        raise InputError(
            f"The table of artists {path} needs one column `artist`, and one `file` or"
            f" `excerpt`: its first line is {line[:80]!r}{why}; it has to be {WANTED}."
        )
    return columns.index(key), columns.index("artist")
