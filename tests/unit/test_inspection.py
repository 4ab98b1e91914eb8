"""Inspection: each kind of odd file is used or reported, and none disturbs another.

Every file is made here. What is expected is written down for each: a problem, or none.
"""

import io
import os
import re
import struct
import tempfile
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries import audio
from music_adversaries.datasets import fingerprints
from music_adversaries.datasets.inspection import LEAST_SAMPLES, Inspection, inspect_file

RATE = audio.SAMPLE_RATE
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


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """A good file and what inspecting it first gave."""
    path = tmp_path_factory.mktemp("reference") / "reference.mp3"
    path.write_bytes(encoded(music(6, seed=5), kind="MP3"))
    return path, inspect_file(path)


def assert_same(first: Inspection, second: Inspection):
    for name in Inspection.__dataclass_fields__:
        one, other = getattr(first, name), getattr(second, name)
        if name == "waveform":
            assert one.tobytes() == other.tobytes()
        else:
            assert one == other


def assert_whole(inspection: Inspection):
    """Either used, with all that this means, or not, with nothing that could be used."""
    if inspection.problem:
        assert inspection.waveform is None
        assert (inspection.samples_sha256, inspection.fingerprint) == ("", "")
        return
    waveform = inspection.waveform
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert len(waveform) >= LEAST_SAMPLES
    assert np.isfinite(waveform).all()
    assert len(inspection.samples_sha256) == 64
    assert inspection.fingerprint
    assert inspection.sample_rate_hz > 0
    assert inspection.channels > 0
    assert 0 < inspection.duration_s < 1e9


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_used_or_reported(case, tmp_path, reference):
    name, make, problem, note = FILES[case]
    path = tmp_path / name
    path.write_bytes(make())
    inspection = inspect_file(path)
    assert_whole(inspection)
    assert re.search(problem or "^$", inspection.problem), inspection.problem
    if not inspection.problem:
        assert note in inspection.note
        assert bool(note) == bool(inspection.note), inspection.note
        np.testing.assert_array_equal(inspection.waveform, audio.read_excerpt(path))
    assert_same(inspect_file(reference[0]), reference[1])


# What is no file to be read
def test_what_is_missing_is_reported(tmp_path):
    assert inspect_file(tmp_path / "x.wav").problem == "missing"


def test_a_folder_is_reported(tmp_path):
    (tmp_path / "x.wav").mkdir()
    assert inspect_file(tmp_path / "x.wav").problem == "a folder, not a file"


def test_a_dangling_link_is_reported(tmp_path):
    (tmp_path / "x.wav").symlink_to(tmp_path / "gone.wav")
    assert inspect_file(tmp_path / "x.wav").problem == "a link to a file that is missing"


def test_a_circle_of_links_is_reported(tmp_path):
    (tmp_path / "x.wav").symlink_to(tmp_path / "x.wav")
    assert inspect_file(tmp_path / "x.wav").problem.startswith("unreadable")


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "y.wav").write_bytes(encoded())
    (tmp_path / "x.wav").symlink_to(tmp_path / "y.wav")
    assert inspect_file(tmp_path / "x.wav").problem == ""


def test_a_pipe_is_reported_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.wav")
    assert inspect_file(tmp_path / "x.wav").problem == "no regular file"


def test_a_name_that_no_file_can_have_is_reported(tmp_path):
    assert inspect_file(tmp_path / ("x" * 300 + ".wav")).problem.startswith("unreadable")


@contextmanager
def as_nobody():
    """Without the rights of root, to whom every file is readable."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root here cannot give up its rights, and may read everything")
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_permission_is_reported():
    # Not in tmp_path, into which nobody but its owner may look.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "x.wav"
        path.write_bytes(encoded())
        path.chmod(0)
        with as_nobody():
            assert inspect_file(path).problem == "no permission to read it"


# What the numbers mean
def test_the_well_known_fault_gets_its_advice(tmp_path):
    path = tmp_path / "jazz.00054.wav"
    path.write_bytes(TEXT)
    assert "on_bad_audio: skip" in inspect_file(path).problem
    path.write_bytes(encoded())
    assert inspect_file(path).problem == ""


def test_facts_are_of_the_whole_file_and_the_waveform_of_its_beginning(tmp_path):
    waveform = music(7, rate=44100, channels=2)
    soundfile.write(tmp_path / "x.wav", waveform, 44100, subtype="FLOAT")
    inspection = inspect_file(tmp_path / "x.wav", seconds=3.0)
    assert (inspection.sample_rate_hz, inspection.channels) == (44100, 2)
    assert inspection.duration_s == 7.0
    mono = waveform[: 3 * 44100].mean(axis=1).astype(np.float32)
    expected = soxr.resample(mono, 44100, RATE)
    np.testing.assert_allclose(inspection.waveform, expected, atol=1e-6)


def bursts():
    """Two channels of noise that comes and goes: frames of an MP3 differ in size."""
    generator = np.random.default_rng(0)
    loudness = np.repeat(generator.choice([0, 0.01, 1], 160, p=[0.5, 0.3, 0.2]), 2205)
    return generator.normal(0, 0.2, (len(loudness), 2)) * loudness[:, None]


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("block_values", [1000, 8192, 100_003])
def test_the_size_of_blocks_changes_no_sample(kind, block_values, tmp_path, monkeypatch):
    # Variable bit rate: there, places that are sought are found only roughly.
    rate_control = {"bitrate_mode": "VARIABLE", "compression_level": 0.5}
    settings = rate_control if kind == "MP3" else {}
    soundfile.write(tmp_path / "x", bursts(), 44100, format=kind, **settings)
    with soundfile.SoundFile(tmp_path / "x") as file:
        whole = file.read(dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32)
    monkeypatch.setattr(audio, "BLOCK_VALUES", block_values)
    np.testing.assert_array_equal(audio.decode(tmp_path / "x").mono, whole)


def test_of_a_long_file_only_the_beginning_is_read(tmp_path):
    # An hour, all holes but for its first seconds: 1.3 GB if it were read.
    path = tmp_path / "x.wav"
    beginning, frames = samples16(music(40)), 3600 * RATE * 8
    path.write_bytes(riff(FORMAT, b"data" + struct.pack("<I", frames * 2) + beginning))
    os.truncate(path, 44 + frames * 2)
    tracemalloc.start()
    inspection = inspect_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inspection.problem == ""
    assert len(inspection.waveform) == 30 * RATE
    assert inspection.duration_s == frames / RATE
    # Windows of the fingerprint, one beside the other, are most of it.
    assert peak < 150e6


def test_many_channels_at_a_high_rate_take_little_memory(tmp_path):
    path = tmp_path / "x.wav"
    with soundfile.SoundFile(path, "w", 192_000, 6, "PCM_16") as file:
        for second in range(31):
            file.write(np.repeat(music(1, 192_000, 1, seed=second), 6, axis=1))
    tracemalloc.start()
    inspection = inspect_file(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inspection.problem == ""
    # Read at once, the six channels alone would take 138 MB, in float32.
    assert peak < 150e6


def test_equal_samples_have_equal_hashes_whatever_holds_them(tmp_path):
    # As integers: libsndfile rounds floats differently for FLAC.
    waveform = np.frombuffer(samples16(), dtype=np.int16).copy()
    hashes = set()
    for name in ("x.wav", "x.au", "x.flac", "x.aiff", "x.w64"):
        soundfile.write(tmp_path / name, waveform, RATE, subtype="PCM_16")
        hashes.add(inspect_file(tmp_path / name).samples_sha256)
    assert len(hashes) == 1
    waveform[40_000] += 1
    soundfile.write(tmp_path / "y.wav", waveform, RATE, subtype="PCM_16")
    assert inspect_file(tmp_path / "y.wav").samples_sha256 not in hashes


def test_what_follows_the_excerpt_does_not_count(tmp_path):
    soundfile.write(tmp_path / "x.wav", music(6), RATE)
    soundfile.write(tmp_path / "y.wav", np.concatenate([music(6), music(2, seed=1)]), RATE)
    first = inspect_file(tmp_path / "x.wav", seconds=6)
    second = inspect_file(tmp_path / "y.wav", seconds=6)
    assert first.samples_sha256 == second.samples_sha256
    assert first.fingerprint == second.fingerprint


@pytest.fixture(scope="module")
def originals():
    return {kind: encoded(music(3), kind=kind) for kind in ("WAV", "AU", "FLAC", "MP3", "OGG")}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_damage_is_an_exception(originals, tmp_path_factory, data):
    kind = data.draw(st.sampled_from(sorted(originals)))
    damaged = bytearray(originals[kind])
    places = st.one_of(st.integers(0, 100), st.integers(0, len(damaged) - 1))
    for place in data.draw(st.lists(places, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(damaged)), places))
    path = tmp_path_factory.getbasetemp() / f"damaged.{kind.lower()}"
    path.write_bytes(bytes(damaged[:cut]))
    assert_whole(inspect_file(path))


# Fingerprints
@pytest.fixture(scope="module")
def recordings():
    return [music(12, seed=seed)[:, 0].astype(np.float32) for seed in range(4)]


def recoded(waveform):
    data = io.BytesIO(encoded(waveform, kind="MP3"))
    return soundfile.read(data, dtype="float32")[0]


COPIES = {
    "itself": lambda waveform: waveform,
    "softer by 20 dB": lambda waveform: waveform / 10,
    "upside down": lambda waveform: -waveform,
    "recoded": recoded,
    "later by half a hop": lambda waveform: waveform[fingerprints.HOP // 2 :],
    "later by 5 s": lambda waveform: waveform[5 * RATE + 777 :],
    "after a second of silence": lambda waveform: np.pad(waveform, (RATE, 0)),
    "later, softer, recoded": lambda waveform: recoded(waveform[1000:] / 5),
}


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_is_near_its_original_and_far_from_others(change, recordings):
    copies = [COPIES[change](waveform).astype(np.float32) for waveform in recordings]
    found = fingerprints.distances(
        [fingerprints.fingerprint(waveform) for waveform in recordings],
        [fingerprints.fingerprint(copy) for copy in copies],
    )
    same = np.eye(len(recordings), dtype=bool)
    assert found[same].max() < 0.25 < fingerprints.NEAR
    assert found[~same].min() > 0.35 > fingerprints.NEAR


def distance_by_hand(first, second):
    """Bit by bit, offset by offset."""
    words = [
        [int(text[i : i + 4], 16) for i in range(0, len(text), 4)] for text in (first, second)
    ]
    best = 1.0
    for offset in range(-len(words[1]) + 1, len(words[0])):
        pairs = [
            (words[0][place], words[1][place - offset])
            for place in range(max(0, offset), min(len(words[0]), len(words[1]) + offset))
        ]
        pairs = [pair for pair in pairs if all(pair)]
        if len(pairs) >= fingerprints.LEAST_OVERLAP:
            differing = sum((one ^ other).bit_count() for one, other in pairs)
            best = min(best, differing / len(pairs) / 16)
    return best


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 2**32 - 1))
def test_distance_is_the_one_counted_by_hand(first_words, second_words, seed):
    generator = np.random.default_rng(seed)
    common = generator.bytes(2 * 90)
    first = generator.bytes(2 * 10) + common[: 2 * first_words]
    second = common[: 2 * second_words] + b"\0" * 8
    expected = distance_by_hand(first.hex(), second.hex())
    assert fingerprints.distance(first.hex(), second.hex()) == pytest.approx(expected, abs=1e-5)


def test_what_overlaps_too_little_is_not_compared(recordings):
    short = fingerprints.fingerprint(recordings[0][: 5 * RATE])
    assert fingerprints.distance(short, short) == 1.0
    assert fingerprints.fingerprint(recordings[0][:1000]) == ""
    assert fingerprints.distance("", short) == 1.0


def test_silence_is_like_nothing():
    silence = fingerprints.fingerprint(np.zeros(12 * RATE, dtype=np.float32))
    assert set(silence) == {"0"}
    assert fingerprints.distance(silence, silence) == 1.0
