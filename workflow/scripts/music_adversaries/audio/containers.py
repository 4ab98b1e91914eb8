"""What libsndfile cannot read, by a file's first bytes, and whether ffmpeg is there to.

Imports nothing heavy: the workflow looks at files while it plans.
"""

import shutil
from pathlib import Path

REMEDY = "install ffmpeg"
"""What a problem says that ffmpeg, were it installed, might mend."""

HEAD_BYTES = 512
"""Enough for the names of containers and for a FLAC's STREAMINFO."""

BY_START = {
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "Windows Media Audio",
    b"MAC ": "Monkey's Audio",
    b"wvpk": "WavPack",
    b"TTA1": "True Audio",
    b"MP+": "Musepack",
    b"MPCK": "Musepack",
    b"#!AMR": "AMR",
    b"DSD ": "DSD",
    b"FRM8": "DSD",
    b"\x1aE\xdf\xa3": "Matroska or WebM",
    b".RMF": "RealAudio",
    b".ra\xfd": "RealAudio",
    b"\x0bw": "AC-3",
}
"""Formats by how their files begin."""

FLAC_BITS = (8, 16, 24)
"""The bits of a FLAC's samples that libsndfile reads."""


def ffmpeg_is_installed() -> bool:
    """Whether ffmpeg, and ffprobe, which comes with it, are found."""
    return all(shutil.which(program) for program in ("ffmpeg", "ffprobe"))


def foreign_format(path: Path) -> str:
    """The name of a format that libsndfile cannot read; empty for any other content.

    Raises `OSError` where the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(b"ID3"):  # tags before the audio, of any length
            file.seek(id3_bytes(head))
            head = file.read(HEAD_BYTES)
    return _by_head(head)


def id3_bytes(head: bytes) -> int:
    """The length of the ID3v2 tag with which a file begins; 0 where it has none.

    ID3v2.4, section 3.1: four bytes of seven bits each, after a header of ten bytes.
    """
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size + 10


def _by_head(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "MP4, as of AAC or ALAC"
    if head.startswith(b"OggS"):
        return _in_ogg(head)
    if head.startswith(b"fLaC"):
        bits = flac_bits(head)
        return "" if bits in FLAC_BITS else f"FLAC of {bits} bits"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:  # ADTS: no MPEG layer
        return "AAC"
    return next((name for start, name in BY_START.items() if head.startswith(start)), "")


def _in_ogg(head: bytes) -> str:
    """The codec of an Ogg's first stream, where libsndfile cannot read it."""
    if b"\x7fFLAC" in head:
        return "FLAC in Ogg"
    return "Speex in Ogg" if b"Speex   " in head else ""


def flac_bits(head: bytes) -> int:
    """The bits of a sample by the STREAMINFO with which a FLAC begins (RFC 9639, 8.2)."""
    if len(head) < 22:
        return FLAC_BITS[0]  # cut short: libsndfile says so
    return ((head[20] & 1) << 4 | head[21] >> 4) + 1
