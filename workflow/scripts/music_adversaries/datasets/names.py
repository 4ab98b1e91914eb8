"""What excerpts are called, and the shards in which they lie.

Imports nothing heavy: the workflow needs both while it plans.
"""

import zlib
from collections import Counter
from pathlib import PurePosixPath


def excerpt_names(files: list[str]) -> list[str]:
    """Names without the ending, which stays where two files would share a name.

    And where what is written of an excerpt, a WAV of its name, would be a folder of others.
    """
    bare = [str(PurePosixPath(file).with_suffix("")) for file in files]
    uses = Counter(bare) + Counter(files)
    folders = {file.rpartition("/")[0] for file in files}
    odd = {folder for each in folders for folder in _up(each) if folder.endswith(".wav")}
    return [
        name if uses[name] == 1 and f"{name}.wav" not in odd else file
        for name, file in zip(bare, files, strict=True)
    ]


def _up(folder: str) -> list[str]:
    """A folder and those in which it lies."""
    parts = folder.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def probe_names(files: list[str]) -> list[str]:
    """Names of people's own probes: numbered, as files of several folders may share one."""
    return [f"probe{number}/{PurePosixPath(file).stem}" for number, file in enumerate(files)]


def shard_of(file: str, shards: int) -> int:
    """The shard of a file, by its name alone: files that come or go move no other."""
    return zlib.crc32(file.encode("utf-8", "surrogateescape")) % shards
