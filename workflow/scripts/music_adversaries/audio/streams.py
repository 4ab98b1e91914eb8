"""How long a stream of frames is and where it changes, by the headers of its frames.

libsndfile says neither: of an MP3 without a header of its own it estimates the length, and a
FLAC whose frames change their sample rate it reads as if they did not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from mmap import mmap

from music_adversaries.audio.containers import id3_bytes

Bytes = bytes | mmap
"""Of a file, which need not be read as a whole."""
Form = tuple[int, int, int]
"""Sample rate in Hz, channels, and bits of a sample (0 where that means nothing)."""
Mpeg = tuple[int, int, int]
"""Of a frame: size in bytes, samples a channel, and sample rate in Hz."""


@dataclass(frozen=True)
class Frame:
    """One frame of a stream."""

    start: int
    """Its first byte in the file."""
    size: int
    """In bytes; 0 of a FLAC's, which do not state it."""
    samples: int
    """A channel."""
    form: Form
    """Sample rate in Hz, channels, and bits of a sample (0 where that means nothing)."""


@dataclass(frozen=True)
class Span:
    """The frames of a stream up to a change of their form, or to where the walk ended."""

    starts: tuple[int, int]
    """The first bytes of the first two frames; 0 where there are fewer."""
    end: int
    """The byte after the last frame."""
    samples: int
    """A channel."""
    change: str
    """A clause such as ``from 44100 Hz to 22050 Hz``; empty where nothing changes."""


def span(frames: Iterable[Frame], most_samples: float) -> Span:
    """The frames of one form with which a stream begins, of about ``most_samples`` at most."""
    starts: list[int] = []
    end, samples, form, change = 0, 0, None, ""
    for frame in frames:
        if form is not None and frame.form != form:
            change = _change(form, frame.form)
            break
        if len(starts) < 2:
            starts.append(frame.start)
        end, form = frame.start + frame.size, frame.form
        samples += frame.samples
        if samples >= most_samples:
            break
    first, second = [*starts, 0, 0][:2]
    return Span((first, second), end, samples, change)


def _change(old: Form, new: Form) -> str:
    names = ("{} Hz", "{} channel(s)", "{} bits")
    differ = [each for each in zip(names, old, new, strict=True) if each[1] != each[2]]
    return " and ".join(f"from {n.format(one)} to {n.format(two)}" for n, one, two in differ)


# MPEG audio: ISO/IEC 11172-3, 2.4.1.3, and 13818-3 for lower sample rates.

MPEG_RATES_HZ = {
    3: (44_100, 48_000, 32_000),
    2: (22_050, 24_000, 16_000),
    0: (11_025, 12_000, 8_000),
}
"""By the header's version: MPEG 1, 2 and 2.5."""
KBPS_OF_1 = {
    3: (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
"""Bit rates of MPEG 1 by the header's layer: I is 3, II is 2 and III is 1."""
KBPS_OF_2 = {
    3: (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
MONO = 3
"""The header's mode of one channel."""


MOST_FIRST_FRAME = 4096
"""Bytes in which a header is looked for."""


def states_samples(data: Bytes) -> bool:
    """Whether an MP3's first frame is a header that states how many samples follow.

    It is named Xing, or Info where the bit rate is constant, and the first of its flags says
    whether it states the number of frames.
    """
    start = id3_bytes(data[:10])
    first = data[start : start + MOST_FIRST_FRAME]
    place = max(first.find(b"Xing"), first.find(b"Info"))
    return place >= 0 and len(first) > place + 7 and bool(first[place + 7] & 1)


def mpeg_frames(data: Bytes) -> Iterator[Frame]:
    """The frames of an MP3 (or MP2), in order; what is between them is passed over.

    Free bit rates, which nobody uses, end the walk.
    """
    table, place = _mpeg_table(), id3_bytes(data[:10])
    while (place := _next_mpeg(data, place, table)) >= 0:
        while (known := _mpeg_at(data, place, table)) is not None:
            size, samples, rate_hz = known
            channels = 1 if data[place + 3] >> 6 == MONO else 2
            yield Frame(place, size, samples, (rate_hz, channels, 0))
            place += size


def _next_mpeg(data: Bytes, place: int, table: dict[int, Mpeg]) -> int:
    """The first frame from ``place`` on that another follows; -1 where there is none."""
    while (place := data.find(b"\xff", place)) >= 0:
        known = _mpeg_at(data, place, table)
        if known and _mpeg_at(data, place + known[0], table, known[2]):
            return place
        place += 1
    return -1


def _mpeg_at(data: Bytes, place: int, table: dict[int, Mpeg], rate_hz: int = 0) -> Mpeg | None:
    """Size in bytes, samples and rate of a whole frame at ``place``; none where none begins."""
    header = data[place : place + 4]
    if len(header) < 4 or header[0] != 0xFF:
        return None
    known = table.get(header[1] << 8 | header[2])
    if known is None or (rate_hz and known[2] != rate_hz):
        return None
    return known if place + known[0] <= len(data) else None


@cache
def _mpeg_table() -> dict[int, Mpeg]:
    """Size in bytes, samples and rate in Hz of a frame by the header's middle two bytes."""
    table = {}
    for (version, rates), layer in product(MPEG_RATES_HZ.items(), KBPS_OF_1):
        kbps_of = KBPS_OF_1 if version == 3 else KBPS_OF_2
        samples = 384 if layer == 3 else 1152
        if layer == 1 and version != 3:
            samples = 576
        slot = 4 if layer == 3 else 1
        for (number, kbps), (rate, rate_hz) in product(
            enumerate(kbps_of[layer], 1), enumerate(rates)
        ):
            for padding, private, unprotected in product((0, 1), repeat=3):
                size = (samples // 8 * 1000 * kbps // slot // rate_hz + padding) * slot
                first = 0xE0 | version << 3 | layer << 1 | unprotected
                second = number << 4 | rate << 2 | padding << 1 | private
                table[first << 8 | second] = size, samples, rate_hz
    return table


# FLAC: RFC 9639, sections 8 and 9.1.

FLAC_RATES_HZ: tuple[int, ...] = (
    0,
    88_200,
    176_400,
    192_000,
    8_000,
    16_000,
    22_050,
    24_000,
    32_000,
    44_100,
)
FLAC_RATES_HZ += (48_000, 96_000)
FLAC_BITS = (0, 8, 12, 0, 16, 20, 24, 32)
"""By the frame header's codes; 0 is that of STREAMINFO."""
RESERVED_BITS = 3
STEREO_CODES = (8, 9, 10)
"""Assignments of two channels whose difference is coded."""


def flac_frames(data: Bytes) -> Iterator[Frame]:
    """The frames of a FLAC, in order; ``data`` may be a memory map.

    A frame counts where its header's checksum is right, and it has the number that follows
    that of the frame before. Another stream begins at the number 0, if the frame after it has
    the number that follows: by chance alone, samples look like a frame now and then.
    """
    place, info = _flac_start(data)
    sync = data[place : place + 2]
    if len(sync) < 2 or sync[0] != 0xFF or sync[1] >> 1 != 0x7C:
        return
    by_sample = sync[1] & 1  # frames are counted by their first samples
    expected, again = 0, None
    while place >= 0:
        header = _flac_header(data[place : place + 16], info)
        if header:
            number, samples, form = header
            frame = _Numbered(
                Frame(place, 0, samples, form), number, samples if by_sample else 1
            )
            if number == expected:
                yield frame.frame
                expected, again = frame.following, None
            elif again is not None and number == again.following:
                yield again.frame
                yield frame.frame
                expected, again = frame.following, None
            elif number == 0:
                again = frame
        place = data.find(sync, place + 2)


@dataclass(frozen=True)
class _Numbered:
    """A frame of a FLAC with its number."""

    frame: Frame
    number: int
    counts: int
    """By how much the number of the frame that follows is larger."""

    @property
    def following(self) -> int:
        """The number of the frame that follows."""
        return self.number + self.counts


def _flac_start(data: Bytes) -> tuple[int, Form]:
    """The first byte after the metadata, and the form that STREAMINFO states."""
    place = id3_bytes(data[:10]) + 4
    streaminfo = data[place + 4 : place + 38]
    last = False
    while not last and place + 4 <= len(data):
        last = data[place] >= 0x80
        place += 4 + int.from_bytes(data[place + 1 : place + 4], "big")
    packed = int.from_bytes(streaminfo[10:14], "big")
    return place, (packed >> 12, (packed >> 9 & 7) + 1, (packed >> 4 & 31) + 1)


def _flac_header(header: bytes, info: Form) -> tuple[int, int, Form] | None:
    """Number, samples and form of the frame that begins with ``header``; none for no frame."""
    if len(header) < 16:
        header += bytes(16 - len(header))
    block, rate = header[2] >> 4, header[2] & 15
    channels, bits = header[3] >> 4, header[3] >> 1 & 7
    number, place = _flac_number(header)
    if number is None or header[3] & 1 or channels > max(STEREO_CODES) or block == 0:
        return None
    if bits == RESERVED_BITS:
        return None
    samples, place = _flac_samples(block, header, place)
    rate_hz, place = _flac_rate(rate, header, place)
    if rate_hz is None or _crc8(header[:place]) != header[place]:
        return None
    form = (
        rate_hz or info[0],
        2 if channels in STEREO_CODES else channels + 1,
        FLAC_BITS[bits] or info[2],
    )
    return number, samples, form


def _flac_number(header: bytes) -> tuple[int | None, int]:
    """The coded number, and the place after it; it is coded as letters are in UTF-8."""
    first = header[4]
    ones = 8 - (first ^ 0xFF).bit_length()
    if ones == 0:
        return first, 5
    if ones in (1, 8):
        return None, 5
    number = first & (0x7F >> ones)
    for byte in header[5 : 4 + ones]:
        number = number << 6 | byte & 0x3F
    return number, 4 + ones


def _flac_samples(code: int, header: bytes, place: int) -> tuple[int, int]:
    if code in (6, 7):
        length = code - 5
        return int.from_bytes(header[place : place + length], "big") + 1, place + length
    if code == 1:
        return 192, place
    return (576 << (code - 2) if code < 6 else 256 << (code - 8)), place


def _flac_rate(code: int, header: bytes, place: int) -> tuple[int | None, int]:
    """The rate in Hz, 0 for that of STREAMINFO and none for no rate, and the place after it."""
    if code < len(FLAC_RATES_HZ):
        return FLAC_RATES_HZ[code], place
    if code == 15:
        return None, place
    length, unit_hz = {12: (1, 1000), 13: (2, 1), 14: (2, 10)}[code]
    return int.from_bytes(header[place : place + length], "big") * unit_hz, place + length


def _crc8(data: bytes) -> int:
    """The checksum of a frame's header: the polynomial x⁸ + x² + x + 1, from 0."""
    crc = 0
    for byte in data:
        crc = CRC8[crc ^ byte]
    return crc


def _crc8_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte << 1 ^ 0x107) if byte & 0x80 else byte << 1
    return byte


CRC8 = [_crc8_of(byte) for byte in range(256)]


# Ogg: RFC 3533, section 6.

OGG_BEGINS = 2
"""The flag of the first page of a stream."""


def begins_again(data: Bytes) -> bool:
    """Whether an Ogg holds streams one after the other; ``data`` may be a memory map."""
    place, has_begun = 0, False
    while (place := data.find(b"OggS", place)) >= 0:
        header = data[place : place + 27]
        if len(header) < 27:
            return False
        begins = bool(header[5] & OGG_BEGINS)
        if begins and has_begun:
            return True
        has_begun = has_begun or not begins  # those that play at once all begin first
        lengths = data[place + 27 : place + 27 + header[26]]
        place += 27 + len(lengths) + sum(lengths)
    return False
