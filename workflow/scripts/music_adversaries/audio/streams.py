"""The frames of MP3, FLAC and Ogg files: their numbers of samples, and changes of their form.

libsndfile reports neither: it estimates the length of an MP3 without a header, and ignores that
the sample rate changes between frames of a FLAC.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from mmap import mmap
from typing import NamedTuple

from music_adversaries.audio.containers import Form, flac_form, id3_bytes

Bytes = bytes | mmap
"""The content of a file, in memory or mapped."""


class Frame(NamedTuple):
    """A frame of a stream: its first byte, its size in bytes, and its samples per channel.

    The size is 0 for FLAC, whose frames do not state it.
    """

    start: int
    size: int
    samples: int
    form: Form


def of_one_form(frames: Iterable[Frame], most_samples: float) -> tuple[list[Frame], str]:
    """The frames up to a change of form or to about ``most_samples``, and that change.

    The change is a clause such as ``from 44100 Hz to 22050 Hz``, empty if there is none.
    """
    found: list[Frame] = []
    samples = 0
    for frame in frames:
        if found and frame.form != found[0].form:
            return found, _change(found[0].form, frame.form)
        found.append(frame)
        samples += frame.samples
        if samples >= most_samples:
            break
    return found, ""


def samples_in(frames: Iterable[Frame]) -> int:
    """The samples per channel of all ``frames``."""
    return sum(frame.samples for frame in frames)


def _change(old: Form, new: Form) -> str:
    names = ("{} Hz", "{} channel(s)", "{} bits")
    differ = [each for each in zip(names, old, new, strict=True) if each[1] != each[2]]
    return " and ".join(f"from {n.format(one)} to {n.format(two)}" for n, one, two in differ)


# MPEG audio: ISO/IEC 11172-3, 2.4.1.3, and 13818-3 for lower sample rates. Headers number the
# versions MPEG 1, 2 and 2.5 as 3, 2 and 0, and the layers I, II and III as 3, 2 and 1.

MPEG_RATES_HZ = (44_100, 48_000, 32_000)
"""The sample rates of MPEG 1. Those of MPEG 2 are a half of them, those of 2.5 a quarter."""
MPEG_KBPS = {
    (1, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of MPEG 1, and of both MPEG 2 and 2.5, by the header's layer."""
MONO = 3
"""The header's mode of one channel."""
MOST_FIRST_FRAME = 4096
"""Bytes in which the header of an MP3 is looked for."""
Mpeg = tuple[int, int, int]
"""Of a frame: size in bytes, samples per channel, and sample rate in Hz."""


def states_samples(data: Bytes) -> bool:
    """Whether an MP3's first frame is a header that states the number of samples.

    It is named Xing, or Info for a constant bit rate. The first of its flags says whether it
    states the number of frames.
    """
    start = id3_bytes(data[:10])
    first = data[start : start + MOST_FIRST_FRAME]
    place = max(first.find(b"Xing"), first.find(b"Info"))
    return place >= 0 and len(first) > place + 7 and bool(first[place + 7] & 1)


def mpeg_frames(data: Bytes) -> Iterator[Frame]:
    """The frames of an MP3 (or MP2), in order; other bytes between them are skipped.

    Frames of free bit rates, which nobody uses, are not recognised.
    """
    place = id3_bytes(data[:10])
    while (place := _next_mpeg(data, place)) >= 0:
        while known := _mpeg_at(data, place):
            size, samples, rate_hz = known
            channels = 1 if data[place + 3] >> 6 == MONO else 2
            yield Frame(place, size, samples, (rate_hz, channels, 0))
            place += size


def _next_mpeg(data: Bytes, place: int) -> int:
    """The place of the first frame from ``place`` on that another follows; -1 if none."""
    while (place := data.find(b"\xff", place)) >= 0:
        if known := _mpeg_at(data, place):
            following = _mpeg_at(data, place + known[0])
            if following and following[2] == known[2]:
                return place
        place += 1
    return -1


def _mpeg_at(data: Bytes, place: int) -> Mpeg | None:
    """The whole frame that begins at ``place``, if any."""
    header = data[place : place + 4]
    if len(header) < 4 or header[0] != 0xFF:
        return None
    known = _mpeg(header[1], header[2])
    return known if known and place + known[0] <= len(data) else None


@cache
def _mpeg(second: int, third: int) -> Mpeg | None:
    """The frame whose header has these second and third bytes, if they are valid."""
    version, layer = second >> 3 & 3, second >> 1 & 3
    bit_rate, rate, padding = third >> 4, third >> 2 & 3, third >> 1 & 1
    if second < 0xE0 or version == 1 or layer == 0 or bit_rate in (0, 15) or rate == 3:
        return None
    generation = 1 if version == 3 else 2
    rate_hz = MPEG_RATES_HZ[rate] >> {3: 0, 2: 1, 0: 2}[version]
    kbps = MPEG_KBPS[generation, layer][bit_rate - 1]
    samples, slot = 1152, 1
    if layer == 3:
        samples, slot = 384, 4
    elif layer == 1 and generation == 2:
        samples = 576
    size = (samples // 8 * 1000 * kbps // slot // rate_hz + padding) * slot
    return size, samples, rate_hz


# FLAC: RFC 9639, sections 8 and 9.1. Codes are those of the frame header.

FLAC_SAMPLES = {1: 192}
FLAC_SAMPLES |= {code: 576 << (code - 2) for code in range(2, 6)}
FLAC_SAMPLES |= {code: 256 << (code - 8) for code in range(8, 16)}
FLAC_SAMPLES_BYTES = {6: 1, 7: 2}
"""By the code, how many bytes of the header state the number of samples, less one."""
FLAC_RATES_HZ = tuple(
    map(int, "0 88200 176400 192000 8000 16000 22050 24000 32000 44100 48000 96000".split())
)
"""By the code; 0 is the rate of STREAMINFO."""
FLAC_RATE_BYTES = {12: (1, 1000), 13: (2, 1), 14: (2, 10)}
"""By the code, how many bytes of the header state the sample rate, and their unit in Hz."""
FLAC_BITS = {0: 0, 1: 8, 2: 12, 4: 16, 5: 20, 6: 24, 7: 32}
"""By the code; 0 are the bits of STREAMINFO."""
STEREO_CODES = (8, 9, 10)
"""Assignments of two channels whose difference is coded."""
CRC8 = list(range(256))
for _ in range(8):
    CRC8 = [byte << 1 ^ (0x107 if byte & 0x80 else 0) for byte in CRC8]
"""The checksum of each byte: the polynomial x⁸ + x² + x + 1."""


def flac_frames(data: Bytes) -> Iterator[Frame]:
    """The frames of a FLAC, in order.

    Samples may look like a frame by chance. A frame therefore counts only if its header's
    checksum is right and its number follows that of the frame before. A frame of number 0
    begins another stream if the next frame's number follows.
    """
    place, info = _flac_start(data)
    sync = data[place : place + 2]
    if len(sync) < 2 or sync[0] != 0xFF or sync[1] >> 1 != 0x7C:
        return
    counts_samples = sync[1] & 1  # a frame's number is that of its first sample
    expected, restart, after_restart = 0, None, 0
    while place >= 0:
        if header := _flac_header(data[place : place + 16], info):
            number, samples, form = header
            frame = Frame(place, 0, samples, form)
            following = number + (samples if counts_samples else 1)
            found = []
            if number == expected:
                found = [frame]
            elif restart and number == after_restart:
                found = [restart, frame]
            elif number == 0:
                restart, after_restart = frame, following
            if found:
                yield from found
                expected, restart = following, None
        place = data.find(sync, place + 2)


def _flac_start(data: Bytes) -> tuple[int, Form]:
    """The first byte after the metadata, and the form that STREAMINFO states."""
    place = id3_bytes(data[:10]) + 4
    info = flac_form(data[place + 4 : place + 38])
    last = False
    while not last and place + 4 <= len(data):
        last = data[place] >= 0x80
        place += 4 + int.from_bytes(data[place + 1 : place + 4], "big")
    return place, info


def _flac_header(header: bytes, info: Form) -> tuple[int, int, Form] | None:
    """Number, samples and form of the frame that begins with ``header``, if one does."""
    header = header.ljust(16, b"\0")
    block, rate = header[2] >> 4, header[2] & 15
    channels, bits = header[3] >> 4, header[3] >> 1 & 7
    ones = 8 - (header[4] ^ 0xFF).bit_length()
    if block == 0 or rate == 15 or channels > max(STEREO_CODES) or bits not in FLAC_BITS:
        return None
    if header[3] & 1 or ones in (1, 8):
        return None
    # The number is coded as letters are in UTF-8.
    number, number_end = header[4] & (0x7F >> ones), 4 + max(ones, 1)
    for byte in header[5:number_end]:
        number = number << 6 | byte & 0x3F
    samples_end = number_end + FLAC_SAMPLES_BYTES.get(block, 0)
    rate_bytes, unit_hz = FLAC_RATE_BYTES.get(rate, (0, 0))
    end = samples_end + rate_bytes
    checksum = 0
    for byte in header[:end]:
        checksum = CRC8[checksum ^ byte]
    if checksum != header[end]:
        return None
    stated_samples = int.from_bytes(header[number_end:samples_end], "big") + 1
    stated_rate_hz = int.from_bytes(header[samples_end:end], "big") * unit_hz
    form = (
        (stated_rate_hz if rate_bytes else FLAC_RATES_HZ[rate]) or info[0],
        2 if channels in STEREO_CODES else channels + 1,
        FLAC_BITS[bits] or info[2],
    )
    return number, FLAC_SAMPLES.get(block, stated_samples), form


# Ogg: RFC 3533, section 6.

OGG_LATER_PAGE = re.compile(rb"OggS\0[\0\1\4\5]")
OGG_FIRST_PAGE = re.compile(rb"OggS\0[\2\3\6\7]")
"""The flags of a page, after the version, say whether it is the first of a stream."""


def begins_again(data: Bytes) -> bool:
    """Whether an Ogg file holds one stream after another."""
    later = OGG_LATER_PAGE.search(data)  # streams that play at once all begin before it
    return later is not None and OGG_FIRST_PAGE.search(data, later.end()) is not None
