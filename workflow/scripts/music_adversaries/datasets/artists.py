"""Who plays an excerpt: tables of artists that a person brings.

Imports nothing heavy: the workflow reads them while it plans.
"""

import csv
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from music_adversaries.datasets import AUDIO_ENDINGS
from music_adversaries.datasets.listing import folder_path, shown, some
from music_adversaries.errors import InputError

ARTISTS = "artists.csv"
"""The table of artists in a folder of one's own, in any case."""

WANTED = (
    "a CSV in UTF-8, separated by commas, whose first line is `file,artist`"
    " (or `excerpt,artist`)"
)

NO_ARTIST = frozenset(
    "unknown|unknown artist|various|various artists|va|v.a.|artista desconhecido"
    "|desconhecido|artista desconocido|desconocido|varios|varios artistas".split("|")
)
"""Entries, and tags, without accents and case, that name nobody."""

_LIKE_A_TABLE = re.compile(
    r"artists?(\.csv)?(\.(csv|tsv|tab|txt|dat|psv|json|xlsx?|xlsm|xlsb|ods|numbers))?",
    re.IGNORECASE,
)


_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Row:
    """A row of a table of artists."""

    line: int
    """The line of the file in which it begins, from 1."""
    file: str
    artist: str
    """Empty where the row names nobody."""


@dataclass(frozen=True)
class Matched:
    """What a table of artists says of a dataset's files."""

    artists: dict[str, str]
    """By file, those that are known."""
    notice: str
    """How many files and rows match, to follow "The dataset 'mine' "."""


def read_artists(path: str | Path) -> list[Row]:
    """The rows of a CSV file with the columns ``excerpt`` or ``file``, and ``artist``.

    Raises `InputError` where the table is missing, is no UTF-8, lacks a column, or has a row
    with another number of entries than columns, in which an artist may be cut at a comma.
    """
    path = folder_path(path)
    (_, header), *rows = _records(path)
    file, artist = _columns(path, header)
    found = []
    for line, entries in rows:
        if len(entries) < len(header) or any(e.strip() for e in entries[len(header) :]):
            raise InputError(
                f"The table of artists {path} has {len(entries)} entries in line {line} and"
                f" {len(header)} columns: put quotes around an entry that holds a comma, as in"
                ' `"Earth, Wind & Fire"`, and give every line as many entries as columns.'
            )
        name = " ".join(entries[artist].split())
        found.append(Row(line, entries[file], "" if plain(name) in NO_ARTIST else name))
    return found


def match_artists(
    path: str | Path,
    files: Sequence[str],
    part_of: Callable[[str], str] = str,
    labels_left_out: Iterable[str] = (),
) -> Matched:
    """The artists of ``files`` by the table at ``path``.

    A row means the file of its name. If there is none, it means those of which no row has the
    name and whose names differ in accents and case, or in the ending as well: tables outlive
    conversions. ``part_of`` gives the part of a name that counts. Rows of the folders
    ``labels_left_out`` are passed over.

    Raises `InputError` where `read_artists` does, where two rows give a file to different
    artists, and where no file gets an artist: a filter of artists would filter nothing.
    """
    rows = read_artists(path)
    named = _rows_of_files(rows, files, part_of)
    artists = {file: _artist(path, file, of_file) for file, of_file in named.items()}
    known = {file: artist for file, artist in artists.items() if artist}
    if not known:
        raise _matches_nothing(path, rows, files, bool(named))
    aside = {plain(label) for label in labels_left_out}
    used = {row.line for of_file in named.values() for row in of_file}
    unused = [
        row
        for row in rows
        if row.line not in used and plain(_tidy(row.file).split("/")[0]) not in aside
    ]
    if unused:  # those that say once more what another row says are no news
        said = {(excerpt_key(part_of(file)), plain(known[file])) for file in known}
        unused = [
            row
            for row in unused
            if (excerpt_key(part_of(row.file)), plain(row.artist)) not in said
        ]
    notice = f"takes the artists of {len(known)} of its {len(files)} excerpts from {path}"
    left = [
        ("row", "without a file", [row.file.strip() or f"line {row.line}" for row in unused]),
        ("file", "without a row", [file for file in files if file not in named]),
        ("file", "in a row without an artist", [file for file in named if file not in known]),
    ]
    parts = [f"; {some(names, what)} {how}" for what, how, names in left if names]
    return Matched(known, notice + "".join(parts))


def tables_of_artists(names: Collection[str]) -> tuple[list[str], list[str]]:
    """Of the names of files, those of tables of artists; and those that look like it."""
    alike = [name for name in names if _LIKE_A_TABLE.fullmatch(name)]
    tables = [name for name in alike if name.lower() == ARTISTS]
    return tables, [name for name in alike if name not in tables]


def unused_notices(
    folder: Path, names: Collection[str], artists: str | Path | None
) -> list[str]:
    """What to say of tables in ``folder`` that a config does not name as ``artists``."""
    tables, others = tables_of_artists(names)
    taken = None if artists is None else folder_path(artists).absolute()
    unused = [folder / name for name in [*tables, *others] if not _same(folder / name, taken)]
    return [
        f"does not use {shown(str(path))}: to have a table of artists read, name it as the"
        " dataset's `artists` in the config"
        for path in unused
    ]


def own_artist(excerpt: str) -> str:
    """The name of an artist of whom nothing is known but this excerpt."""
    return f"unknown ({excerpt})"


def is_own_artist(artist: str) -> bool:
    """Whether an artist is one of whom nothing is known, as `own_artist` names them."""
    return artist.startswith("unknown (") and artist.endswith(")")


def excerpt_key(file: str) -> str:
    """A file's name as tables spell it: no folder ``./``, no audio ending, `plain`."""
    name = _tidy(file)
    bare, ending = os.path.splitext(name)  # noqa: PTH122 - for speed
    return plain(bare if ending.lower() in AUDIO_ENDINGS else name)


def plain(text: str) -> str:
    """``text`` without accents, case and doubled spaces: Axé, AXE and axe are one.

    Compatibility decomposition (NFKD), so that the composed names of most file systems and
    the decomposed ones of macOS are one as well.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def _tidy(file: str) -> str:
    """A name without blanks around it and folders ``./``, its folders parted by ``/``."""
    parts = file.strip().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _spelled(file: str) -> str:
    return plain(_tidy(file))


NAMES = (str, _tidy, _spelled, excerpt_key)
"""What of a name has to agree: all of it, or less and less."""


def _rows_of_files(
    rows: Iterable[Row], files: Iterable[str], part_of: Callable[[str], str]
) -> dict[str, list[Row]]:
    """The rows that mean each file, of those files that any row means, in order."""
    named: dict[str, list[Row]] = {}
    left, waiting = list(rows), list(files)
    for name_of in NAMES:
        by_name: dict[str, list[Row]] = {}
        for row in left:
            by_name.setdefault(name_of(part_of(row.file)), []).append(row)
        matched = {file: by_name.get(name_of(part_of(file))) for file in waiting}
        named |= {file: found for file, found in matched.items() if found}
        used = {row.line for found in matched.values() for row in found or ()}
        left = [row for row in left if row.line not in used]
        waiting = [file for file in waiting if file not in named]
    return {file: named[file] for file in files if file in named}


def _artist(path: str | Path, file: str, rows: list[Row]) -> str:
    """The one artist that rows name, perhaps none."""
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
    path: str | Path, rows: list[Row], files: Sequence[str], any_named: bool
) -> InputError:
    why = "it has no row after its first line"
    if any_named:
        why = "no row of these names an artist"
    elif rows:
        why = f"its rows are such as {rows[0].file!r}, the files such as {files[0]!r}"
    return InputError(
        f"The table of artists {path} gives none of the {len(files)} excerpts an artist"
        f" ({why}), so that no artists could be kept apart: write the files as they are named"
        " below the dataset's `root`, or do without the table."
    )


def _same(path: Path, taken: Path | None) -> bool:
    try:
        return taken is not None and path.samefile(taken)
    except OSError:
        return path.absolute() == taken


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """The line in which each record of a CSV begins, and its entries; none that is blank.

    An empty table has a header without entries.
    """
    records, line = [], 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for entries in reader:
                if any(entry.strip() for entry in entries):
                    records.append((line, entries))
                line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        where = f" in the entry of line {line}" if isinstance(error, csv.Error) else ""
        raise InputError(
            f"The table of artists {path} is no CSV in UTF-8 ({error}{where}): save it as one."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: no name that a file could have
        raise InputError(
            f"The table of artists {shown(str(path))} cannot be read"
            f" ({getattr(error, 'strerror', error)}): it has to be a file that whoever runs the"
            " workflow may read."
        ) from error
    return records or [(1, [])]


def _columns(path: Path, header: list[str]) -> tuple[int, int]:
    """The places of the columns of names and artists."""
    columns = [name.strip().casefold() for name in header]
    key = "excerpt" if "excerpt" in columns else "file"
    if not {key, "artist"} <= set(columns):
        found = ",".join(header)
        separated = [name for mark, name in _MARKS.items() if mark in found]
        why = f", which {separated[0]} seem to separate" if separated else ""
        raise InputError(
            f"The table of artists {path} lacks a column `artist`, or one of `file` and"
            f" `excerpt`: its first line is {found[:80]!r}{why}; it has to be {WANTED}."
        )
    for name in (key, "artist"):
        if columns.count(name) > 1:
            raise InputError(
                f"The table of artists {path} has two columns {name!r} in its first line: keep"
                " one of them."
            )
    return columns.index(key), columns.index("artist")
