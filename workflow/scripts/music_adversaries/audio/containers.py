"""Formats that libsndfile cannot read, recognised by a file's first bytes."""

import shutil
from pathlib import Path

REMEDY = "install ffmpeg"
"""Part of every message about a problem that ffmpeg might solve if it were installed."""
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
"""Formats by the first bytes of their files."""
FLAC_BITS = (8, 16, 24)
"""The bits of a FLAC's samples that libsndfile reads."""
Form = tuple[int, int, int]
"""Sample rate in Hz, channels, and bits of a sample (0 if the format has none)."""


def ffmpeg_is_installed() -> bool:
    """Whether ffmpeg, and ffprobe, which comes with it, are found."""
    return all(shutil.which(program) for program in ("ffmpeg", "ffprobe"))


def foreign_format(path: Path) -> str:
    """The name of a format that libsndfile cannot read; empty for any other content.

    Raises `OSError` if the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head.startswith(b"ID3"):  # tags before the audio, of any length
            file.seek(id3_bytes(head))
            head = file.read(HEAD_BYTES)
    if head[4:8] == b"ftyp":
        return "MP4, as of AAC or ALAC"
    if head.startswith(b"OggS"):
        codecs = {b"\x7fFLAC": "FLAC in Ogg", b"Speex   ": "Speex in Ogg"}
        return next((name for mark, name in codecs.items() if mark in head), "")
    if head.startswith(b"fLaC"):
        bits = flac_form(head[8:])[2]
        # libsndfile itself reports a header that is cut short.
        return "" if bits in FLAC_BITS or len(head) < 22 else f"FLAC of {bits} bits"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:  # ADTS: no MPEG layer
        return "AAC"
    return next((name for start, name in BY_START.items() if head.startswith(start)), "")


def id3_bytes(head: bytes) -> int:
    """The length in bytes of the ID3v2 tag at the start of a file; 0 if there is none.

    ID3v2.4, section 3.1: four bytes of seven bits each, in a header of ten bytes.
    """
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return size + 10


def flac_form(streaminfo: bytes) -> Form:
    """The form that the content of a FLAC's STREAMINFO states (RFC 9639, 8.2)."""
    packed = int.from_bytes(streaminfo[10:14], "big")
    return packed >> 12, (packed >> 9 & 7) + 1, (packed >> 4 & 31) + 1
