"""The names of excerpts, and the shards that hold them."""

import zlib
from collections import Counter
from pathlib import PurePosixPath


def excerpt_names(files: list[str]) -> list[str]:
    """The files' names without endings, each unique.

    A file keeps its ending if another file would have the same name, or if the excerpt's WAV
    in the results would have the name of a folder.
    """
    paths = [PurePosixPath(file) for file in files]
    bare = [str(path.with_suffix("")) for path in paths]
    uses = Counter(bare) + Counter(files)
    inner = {path.parent for path in paths}
    folders = {str(folder) for each in inner for folder in (each, *each.parents)}
    return [
        name if uses[name] == 1 and f"{name}.wav" not in folders else file
        for name, file in zip(bare, files, strict=True)
    ]


def probe_names(files: list[str]) -> list[str]:
    """Names of the user's probes, numbered since files in several folders may share a name."""
    return [f"probe{number}/{PurePosixPath(file).stem}" for number, file in enumerate(files)]


def shard_of(file: str, shards: int) -> int:
    """The shard of a file, by its name alone: adding or removing files moves no others."""
    return zlib.crc32(file.encode("utf-8", "surrogateescape")) % shards
