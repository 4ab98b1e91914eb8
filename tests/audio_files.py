"""Audio files of every kind, made by tests: good ones, odd ones, and what is no audio."""

import io
import os
import struct

import numpy as np
import soundfile

from music_adversaries.audio import SAMPLE_RATE as RATE
from music_adversaries.datasets.inspection import LEAST_SAMPLES

GOOD = ""


def music(seconds=4.0, rate=RATE, channels=1, seed=0):
    """Tones that change every quarter of a second, with noise: ``(samples, channels)``."""
    generator = np.random.default_rng(seed)
    count = round(seconds * rate)
    notes = 220 * 2 ** (generator.integers(0, 30, count * 4 // rate + 1) / 12)
    pitch_hz = notes[np.arange(count) * 4 // rate]
    tone = np.sin(2 * np.pi * np.cumsum(pitch_hz) / rate)
    noise = generator.normal(0, 0.05, (count, channels))
    return 0.3 * tone[:, None] * np.linspace(1, 0.5, channels) + noise


def encoded(waveform=None, rate=RATE, kind="WAV", subtype=None, endian=None):
    """The bytes of a file."""
    file = io.BytesIO()
    waveform = music() if waveform is None else waveform
    soundfile.write(file, waveform, rate, subtype, endian, format=kind)
    return file.getvalue()


def pcm_of(count, value=0):
    return np.full(count, value, dtype=np.int16)


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks, size=None):
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def samples16(waveform=None):
    grid = np.rint((music() if waveform is None else waveform) * 32767)
    return np.clip(grid, -32768, 32767).astype("<i2").tobytes()


FORMAT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16))
ID3 = b"ID3\x04\x00\x00\x00\x00\x07\x76" + b"\0" * 1014


def spoilt(data, start, count, seed=0):
    """``data`` with ``count`` random bytes from ``start`` on."""
    return data[:start] + np.random.default_rng(seed).bytes(count) + data[start + count :]


def au(data_size):
    """An AU file whose header gives ``data_size`` bytes of samples."""
    data = encoded(kind="AU", subtype="PCM_16")
    return data[:8] + struct.pack(">I", data_size) + data[12:]


def with_sample(value, kind="WAV", subtype="FLOAT"):
    waveform = music()
    waveform[1000] = value
    return encoded(waveform, kind=kind, subtype=subtype)


def opposed():
    """Two channels whose mean is silence."""
    waveform = music()
    return np.concatenate([waveform, -waveform], axis=1)


def endless_flac():
    """A FLAC whose header does not say how long it is, as pipes write them."""
    data = bytearray(encoded(kind="FLAC"))
    data[21] &= 0xF0
    data[22:26] = b"\0" * 4
    return bytes(data)


def sized_wav(rate):
    """A WAV header with a sample rate that no recording has."""
    header = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, (rate * 2) % 2**32, 2, 16))
    return riff(header, chunk(b"data", samples16()))


# A FLAC by hand (RFC 9639): samples as they are, so that any form and any change can be made.


def flac(*parts, bits=16):
    """The bytes of a FLAC of ``(waveform, rate)`` parts, whose forms may differ."""
    frames, number = b"", 0
    for waveform, rate in parts:
        samples = np.rint(waveform * (2 ** (bits - 1) - 1)).astype(np.int64)
        for start in range(0, len(samples), FLAC_BLOCK):
            frames += flac_frame(samples[start : start + FLAC_BLOCK], number, rate, bits)
            number += 1
    (first, rate), total = parts[0], sum(len(waveform) for waveform, _ in parts)
    packed = rate << 44 | (first.shape[1] - 1) << 41 | (bits - 1) << 36 | total
    info = struct.pack(">HH", FLAC_BLOCK, FLAC_BLOCK) + bytes(6) + packed.to_bytes(8, "big")
    return b"fLaC\x80\0\0\x22" + info + bytes(16) + frames


FLAC_BLOCK = 4096
FLAC_BITS = {8: 1, 12: 2, 16: 4, 20: 5, 24: 6}


def flac_frame(samples, number, rate, bits):
    count, channels = samples.shape
    coded = chr(number).encode() if number < 0xD800 else b""
    header = bytes([0xFF, 0xF8, 0x7D, (channels - 1) << 4 | FLAC_BITS[bits] << 1]) + coded
    header += struct.pack(">HH", count - 1, rate)
    header += bytes([crc(header, 8, 0x07)])
    body = "".join(
        "00000010" + "".join(f"{value % 2**bits:0{bits}b}" for value in channel)
        for channel in samples.T.tolist()
    )
    body += "0" * (-len(body) % 8)
    frame = header + int(body, 2).to_bytes(len(body) // 8, "big")
    return frame + crc(frame, 16, 0x8005).to_bytes(2, "big")


def crc(data, bits, polynomial):
    """A checksum as FLAC takes it, bit by bit."""
    value, top = 0, 1 << (bits - 1)
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ (polynomial if value & top else 0)) & (2 * top - 1)
    return value


def without_header(mp3):
    """An MP3 without its first frame, which holds no audio but how much of it follows."""
    assert b"Xing" in mp3[:200] or b"Info" in mp3[:200]
    return mp3[mp3.index(mp3[:2], 4) :]


def of_variable_rate(waveform, rate=RATE):
    """An MP3 whose frames differ much in size, since half the music is nearly silent."""
    loudness = np.repeat([1, 0.001], [len(waveform) // 3, len(waveform) - len(waveform) // 3])
    file = io.BytesIO()
    settings = {"bitrate_mode": "VARIABLE", "compression_level": 0.2}
    soundfile.write(file, waveform * loudness[:, None], rate, format="MP3", **settings)
    return file.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + np.random.default_rng(1).bytes(40_000)
TEXT = b"This is no audio file, whatever its name says.\n" * 2000

MP4 = b"\0\0\0\x20ftypM4A " + np.random.default_rng(2).bytes(40_000)
ID3V1 = b"TAG" + b"\0" * 125
COVER = b"ID3\x04\0\0\0\x1e\x44\x10" + np.random.default_rng(3).bytes(500_240)

# File name, what makes its bytes, what the problem must say ('' where it is used), and what
# the note must say ('' where there is none).
FILES = {
    "good WAV": ("x.wav", encoded, GOOD, ""),
    "good AU": ("x.au", lambda: encoded(kind="AU"), GOOD, ""),
    "good FLAC": ("x.flac", lambda: encoded(kind="FLAC"), GOOD, ""),
    "good Ogg": ("x.ogg", lambda: encoded(kind="OGG"), GOOD, ""),
    "good Opus": (
        "x.opus",
        lambda: encoded(music(rate=48000), 48000, "OGG", "OPUS"),
        GOOD,
        "",
    ),
    "good MP3": ("x.mp3", lambda: encoded(kind="MP3"), GOOD, ""),
    "AIFF": ("x.aiff", lambda: encoded(kind="AIFF"), GOOD, ""),
    "CAF": ("x.caf", lambda: encoded(kind="CAF"), GOOD, ""),
    "W64": ("x.w64", lambda: encoded(kind="W64"), GOOD, ""),
    "RF64": ("x.wav", lambda: encoded(kind="RF64"), GOOD, ""),
    "WAVEX": ("x.wav", lambda: encoded(kind="WAVEX"), GOOD, ""),
    "WAV of the other byte order": ("x.wav", lambda: encoded(endian="BIG"), GOOD, ""),
    "WAV in the wrong byte order": (
        "x.wav",
        lambda: b"RIFX" + encoded()[4:],
        "undecodable",
        "",
    ),
    "8 bits": ("x.wav", lambda: encoded(subtype="PCM_U8"), GOOD, ""),
    "24 bits": ("x.wav", lambda: encoded(subtype="PCM_24"), GOOD, ""),
    "32 bits": ("x.wav", lambda: encoded(subtype="PCM_32"), GOOD, ""),
    "float": ("x.wav", lambda: encoded(subtype="FLOAT"), GOOD, ""),
    "double": ("x.wav", lambda: encoded(subtype="DOUBLE"), GOOD, ""),
    "mu-law": ("x.au", lambda: encoded(kind="AU", subtype="ULAW"), GOOD, ""),
    "ADPCM": ("x.wav", lambda: encoded(subtype="MS_ADPCM"), GOOD, ""),
    "6 channels": ("x.wav", lambda: encoded(music(channels=6)), GOOD, ""),
    "8 kHz": ("x.wav", lambda: encoded(music(rate=8000), 8000), GOOD, ""),
    "11.025 kHz": ("x.wav", lambda: encoded(music(rate=11025), 11025), GOOD, ""),
    "192 kHz": ("x.wav", lambda: encoded(music(rate=192000), 192000), GOOD, ""),
    "odd rate": ("x.wav", lambda: encoded(music(rate=37123), 37123), GOOD, ""),
    "rate of 0": ("x.wav", lambda: sized_wav(0), "undecodable", ""),
    "rate of 1 Hz": ("x.wav", lambda: sized_wav(1), GOOD, ""),
    "rate of 2 GHz": ("x.wav", lambda: sized_wav(2**31 - 1), "too short", ""),
    "rate of 4 GHz": ("x.wav", lambda: sized_wav(2**32 - 1), "undecodable", ""),
    "NaN": ("x.wav", lambda: with_sample(np.nan), r"\(NaN\)", ""),
    "NaN in a double": ("x.wav", lambda: with_sample(np.nan, subtype="DOUBLE"), "NaN", ""),
    "plus infinity": ("x.wav", lambda: with_sample(np.inf), "inf times full scale", ""),
    "minus infinity": ("x.au", lambda: with_sample(-np.inf, "AU"), "inf times", ""),
    "infinite only as float32": (
        "x.wav",
        lambda: with_sample(1e300, subtype="DOUBLE"),
        "inf times full scale",
        "",
    ),
    "absurdly loud": ("x.wav", lambda: with_sample(1e30), r"1e\+30 times full scale", ""),
    "beyond full scale": ("x.wav", lambda: with_sample(3.0), GOOD, "3.0 times full scale"),
    "integers as floats": (
        "x.wav",
        lambda: encoded(music() * 32767, subtype="FLOAT"),
        GOOD,
        "times full scale",
    ),
    "zero bytes": ("x.wav", lambda: b"", r"empty \(0 bytes\)", ""),
    "one byte": ("x.wav", lambda: b"R", "undecodable", ""),
    "no samples": ("x.wav", lambda: encoded(music(0)), "holds no samples", ""),
    "one sample": ("x.wav", lambda: encoded(np.ones(1)), "too short", ""),
    "too short by one sample": (
        "x.wav",
        lambda: encoded(music()[: LEAST_SAMPLES - 1]),
        r"too short \(2\.35 s; at least 2\.35 s\)",
        "",
    ),
    "just long enough": ("x.wav", lambda: encoded(music()[:LEAST_SAMPLES]), GOOD, ""),
    "just long enough at 44.1 kHz": (
        "x.wav",
        lambda: encoded(music(rate=44100)[: 2 * LEAST_SAMPLES], 44100),
        GOOD,
        "",
    ),
    "WAV header cut in the first word": ("x.wav", lambda: encoded()[:4], "cut off after 4", ""),
    "WAV header cut in its format": ("x.wav", lambda: encoded()[:20], "cut off after 20", ""),
    "WAV header without data": ("x.wav", lambda: encoded()[:36], "cut off after 36", ""),
    "WAV header alone": ("x.wav", lambda: encoded()[:44], "holds no samples", ""),
    "WAV cut in its first sample": ("x.wav", lambda: encoded()[:45], "holds no samples", ""),
    "AU header cut": ("x.au", lambda: encoded(kind="AU")[:15], "cut off after 15", ""),
    "FLAC header cut": ("x.flac", lambda: encoded(kind="FLAC")[:30], "cut off after 30", ""),
    "AIFF header cut": ("x.aiff", lambda: encoded(kind="AIFF")[:25], "cut off after 25", ""),
    "WAV cut in its samples": ("x.wav", lambda: encoded()[:150_001], GOOD, ""),
    "WAV that claims more than it has": (
        "x.wav",
        lambda: riff(FORMAT, b"data" + struct.pack("<I", 2**31 - 100) + samples16()),
        GOOD,
        "",
    ),
    "WAV of unknown length": (
        "x.wav",
        lambda: riff(FORMAT, b"data\xff\xff\xff\xff" + samples16(), size=2**32 - 1),
        GOOD,
        "",
    ),
    "WAV with chunks before and after": (
        "x.wav",
        lambda: riff(
            chunk(b"LIST", b"INFOISFT\x04\0\0\0abc\0"),
            chunk(b"junk", b"\1" * 999),
            FORMAT,
            chunk(b"fact", b"\0\0\0\0"),
            chunk(b"data", samples16()),
            chunk(b"id3 ", ID3),
        ),
        GOOD,
        "",
    ),
    "WAV with data before its format": (
        "x.wav",
        lambda: riff(chunk(b"data", samples16()), FORMAT),
        "undecodable",
        "",
    ),
    "WAV with garbage after its samples": ("x.wav", lambda: encoded() + PNG, GOOD, ""),
    "AU of unknown length": ("x.au", lambda: au(2**32 - 1), GOOD, ""),
    "AU that claims a little more": ("x.au", lambda: au(200_000), GOOD, ""),
    "AU that claims 2 GB": ("x.au", lambda: au(2**31 - 1), "holds no samples", ""),
    "AU that claims nothing": ("x.au", lambda: au(0), "holds no samples", ""),
    "text as WAV": ("x.wav", lambda: TEXT, "undecodable", ""),
    "text as AU": ("x.au", lambda: TEXT, "undecodable", ""),
    "text as SND": ("x.snd", lambda: TEXT, "undecodable", ""),
    "text as MP3": ("x.mp3", lambda: TEXT, "undecodable", ""),
    "PNG as MP3": ("x.mp3", lambda: PNG, r"undecodable \(no MPEG frame found; ", ""),
    "zeros as WAV": ("x.wav", lambda: b"\0" * 50_000, "undecodable", ""),
    "zeros as MP3": ("x.mp3", lambda: b"\0" * 50_000, "undecodable", ""),
    "MP3 as WAV": ("x.wav", lambda: encoded(kind="MP3"), GOOD, "named .wav but holds MP3"),
    "WAV as MP3": ("x.mp3", encoded, GOOD, "named .mp3 but holds WAV"),
    "FLAC as AU": ("x.au", lambda: encoded(kind="FLAC"), GOOD, "named .au but holds FLAC"),
    "ending in capitals": ("X.WAV", encoded, GOOD, ""),
    "MP3 with tags": ("x.mp3", lambda: ID3 + encoded(kind="MP3"), GOOD, ""),
    "MP3 of tags alone": ("x.mp3", lambda: ID3, "undecodable", ""),
    "MP3 after garbage": (
        "x.mp3",
        lambda: spoilt(b"", 0, 300) + encoded(kind="MP3"),
        GOOD,
        "",
    ),
    "MP3 after zeros": ("x.mp3", lambda: b"\0" * 3000 + encoded(kind="MP3"), GOOD, ""),
    "MP3 cut in a frame": (
        "x.mp3",
        lambda: encoded(music(8), kind="MP3")[:40_007],
        GOOD,
        "ends after",
    ),
    "MP3 spoilt in the middle": (
        "x.mp3",
        lambda: spoilt(encoded(kind="MP3"), 15_000, 300),
        GOOD,
        "ends after 3.97 s, though its header says 4.00 s",
    ),
    "Ogg cut in its header": (
        "x.ogg",
        lambda: encoded(kind="OGG")[:2000],
        "undecodable",
        "",
    ),
    "Ogg cut": ("x.ogg", lambda: encoded(music(20), kind="OGG")[:-9000], GOOD, ""),
    "FLAC with a spoilt frame": (
        "x.flac",
        lambda: spoilt(encoded(kind="FLAC"), 60_000, 400),
        "undecodable",
        "",
    ),
    "FLAC cut": ("x.flac", lambda: encoded(kind="FLAC")[:60_000], "undecodable", ""),
    "FLAC of unknown length": ("x.flac", endless_flac, GOOD, ""),
    "FLAC with a tag after it": ("x.flac", lambda: encoded(kind="FLAC") + ID3V1, GOOD, ""),
    "FLAC with a tag before it": ("x.flac", lambda: ID3 + encoded(kind="FLAC"), GOOD, ""),
    "FLAC by hand": ("x.flac", lambda: flac((music(), RATE)), GOOD, ""),
    "FLAC of 12 bits": (
        "x.flac",
        lambda: flac((music(), RATE), bits=12),
        r"undecodable \(holds FLAC of 12 bits, which libsndfile cannot read: install ffmpeg",
        "",
    ),
    "FLAC that changes its rate": (
        "x.flac",
        lambda: flac((music(), RATE), (music(2, 44100), 44100)),
        GOOD,
        "changes from 22050 Hz to 44100 Hz: what follows is left out",
    ),
    "FLAC that changes its rate at once": (
        "x.flac",
        lambda: flac((music(1), RATE), (music(4, 44100), 44100)),
        r"too short \(1\.00 s",
        "",
    ),
    "MP3 with a tag after it": ("x.mp3", lambda: encoded(kind="MP3") + ID3V1, GOOD, ""),
    "MP3 with a cover": ("x.mp3", lambda: COVER + encoded(kind="MP3"), GOOD, ""),
    "MP3 that changes its rate": (
        "x.mp3",
        lambda: encoded(kind="MP3") + encoded(music(4, 44100), 44100, "MP3"),
        GOOD,
        "changes from 22050 Hz to 44100 Hz: what follows is left out",
    ),
    "MP3 that becomes stereo": (
        "x.mp3",
        lambda: encoded(kind="MP3") + encoded(music(channels=2), kind="MP3"),
        GOOD,
        "changes from 1 channel(s) to 2 channel(s): what follows is left out",
    ),
    "MP3 of variable rate without a header": (
        "x.mp3",
        lambda: without_header(of_variable_rate(music(8))),
        GOOD,
        "",
    ),
    "MP3 whose header knows of half of it": (
        "x.mp3",
        lambda: encoded(kind="MP3") + encoded(kind="MP3"),
        GOOD,
        "",
    ),
    "Ogg after Ogg": (
        "x.ogg",
        lambda: encoded(kind="OGG") + encoded(music(seed=1), kind="OGG"),
        GOOD,
        "holds further streams, which are left out",
    ),
    "samples without a header": ("x.raw", samples16, r"\(samples without a header", ""),
    "MP4 in name alone": ("x.m4a", lambda: MP4, r"\(holds MP4, as of AAC or ALAC, which", ""),
    "digital silence": ("x.wav", lambda: encoded(pcm_of(90_000)), "silent", ""),
    "a constant": ("x.wav", lambda: encoded(pcm_of(90_000, 9000)), r"silent \(all", ""),
    "dither alone": (
        "x.wav",
        lambda: encoded(np.random.default_rng(0).integers(-1, 2, 90_000).astype(np.int16)),
        r"silent \(-92 dBFS; at least -80 dBFS\)",
        "",
    ),
    "very soft": ("x.wav", lambda: encoded(music() * 0.002, subtype="FLOAT"), GOOD, ""),
    "channels that cancel": ("x.wav", lambda: encoded(opposed()), "silent", ""),
    "blanks in its name": (" two  blanks .wav", encoded, GOOD, ""),
    "line break in its name": ("a\nb\t.wav", encoded, GOOD, ""),
    "composed accents in its name": (
        "Ax\u00e9 \u2014 \u97f3\u697d \U0001f3b5.wav",
        encoded,
        GOOD,
        "",
    ),
    "decomposed accents in its name": ("Axe\u0301.wav", encoded, GOOD, ""),
    "quotes and patterns in its name": ("'\"{x}*?[a]$(y);#%s\\.wav", encoded, GOOD, ""),
    "no Unicode in its name": (os.fsdecode(b"Ax\xe9.wav"), encoded, GOOD, ""),
    "a leading dash in its name": ("-rf.wav", encoded, GOOD, ""),
    "a very long name": ("x" * 251 + ".wav", encoded, GOOD, ""),
    "no ending": ("x", encoded, GOOD, ""),
}

# What is otherwise where ffmpeg is installed.
WITH_FFMPEG = {
    "WAV with data before its format": (GOOD, "libsndfile fails (Error in WAV file. No 'data'"),
    "AU that claims 2 GB": (GOOD, "libsndfile fails (no samples)"),
    "AU that claims nothing": (GOOD, "libsndfile fails (no samples)"),
    "FLAC with a spoilt frame": (GOOD, "ffmpeg leaves out what is damaged (CRC error"),
    "FLAC cut": ("too short", ""),
    "FLAC of 12 bits": (GOOD, ""),
    "MP4 in name alone": (r"undecodable \(Format not recognised; ffmpeg: ", ""),
}
