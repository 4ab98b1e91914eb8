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


PNG = b"\x89PNG\r\n\x1a\n" + np.random.default_rng(1).bytes(40_000)
TEXT = b"This is no audio file, whatever its name says.\n" * 2000

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
    "PNG as MP3": ("x.mp3", lambda: PNG, r"undecodable \(no MPEG frame found\)", ""),
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
