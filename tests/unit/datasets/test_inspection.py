"""Inspection: each kind of odd file is used or reported, and none disturbs another.

Every file is made here. What is expected is written down for each: a problem, or none.
"""

import io
import os
import re
import struct
import tracemalloc

import numpy as np
import pytest
import soundfile
import soxr
from audio_files import (
    FILES,
    FORMAT,
    RATE,
    TEXT,
    WITH_FFMPEG,
    encoded,
    music,
    riff,
    samples16,
)
from ffmpeg_files import needs_ffmpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from nobody import as_nobody, open_folder

from music_adversaries.audio import decoding, files
from music_adversaries.datasets import fingerprints
from music_adversaries.datasets.inspection import LEAST_SAMPLES, Inspection, inspect_file
from music_adversaries.datasets.magnitude_shards import magnitudes_of


def distance(first, second):
    return float(fingerprints.distances([first], [second])[0, 0])


def fingerprint_of(waveform):
    return fingerprints.fingerprint(magnitudes_of(waveform))


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
        assert inspection.samples_hash == ""
        return
    waveform = inspection.waveform
    assert waveform.dtype == np.float32
    assert waveform.ndim == 1
    assert len(waveform) >= LEAST_SAMPLES
    assert np.isfinite(waveform).all()
    assert len(inspection.samples_hash) == 32
    assert fingerprint_of(waveform)
    assert inspection.sample_rate_hz > 0
    assert inspection.channels > 0
    assert 0 < inspection.duration_s < 1e9


def hide_ffmpeg(monkeypatch):
    """Let no program be found."""
    monkeypatch.setenv("PATH", "")


@pytest.mark.parametrize("case", FILES)
def test_a_file_is_used_or_reported(case, tmp_path, reference, monkeypatch):
    name, make, problem, note = FILES[case]
    hide_ffmpeg(monkeypatch)
    assert_used_or_reported(tmp_path / name, make(), problem, note, reference)


@needs_ffmpeg
@pytest.mark.parametrize("case", FILES)
def test_with_ffmpeg_a_file_is_used_or_reported(case, tmp_path, reference):
    name, make, problem, note = FILES[case]
    problem, note = WITH_FFMPEG.get(case, (problem, note))
    assert_used_or_reported(tmp_path / name, make(), problem, note, reference)


def assert_used_or_reported(path, data, problem, note, reference):
    path.write_bytes(data)
    inspection = inspect_file(path)
    assert_whole(inspection)
    assert re.search(problem or "^$", inspection.problem), inspection.problem
    if not inspection.problem:
        assert note in inspection.note
        assert bool(note) == bool(inspection.note), inspection.note
        np.testing.assert_array_equal(inspection.waveform, files.read_excerpt(path))
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


def test_a_file_without_permission_is_reported():
    with open_folder() as folder:
        path = folder / "x.wav"
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
    monkeypatch.setattr(decoding, "BLOCK_VALUES", block_values)
    np.testing.assert_array_equal(decoding.decode(tmp_path / "x", 30).mono, whole)


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
    assert peak < 20e6


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
    assert peak < 100e6


def test_equal_samples_have_equal_hashes_whatever_holds_them(tmp_path):
    # As integers: libsndfile rounds floats differently for FLAC.
    waveform = np.frombuffer(samples16(), dtype=np.int16).copy()
    hashes = set()
    for name in ("x.wav", "x.au", "x.flac", "x.aiff", "x.w64"):
        soundfile.write(tmp_path / name, waveform, RATE, subtype="PCM_16")
        hashes.add(inspect_file(tmp_path / name).samples_hash)
    assert len(hashes) == 1
    waveform[40_000] += 1
    soundfile.write(tmp_path / "y.wav", waveform, RATE, subtype="PCM_16")
    assert inspect_file(tmp_path / "y.wav").samples_hash not in hashes


def test_what_follows_the_excerpt_does_not_count(tmp_path):
    soundfile.write(tmp_path / "x.wav", music(6), RATE)
    soundfile.write(tmp_path / "y.wav", np.concatenate([music(6), music(2, seed=1)]), RATE)
    first = inspect_file(tmp_path / "x.wav", seconds=6)
    second = inspect_file(tmp_path / "y.wav", seconds=6)
    assert first.samples_hash == second.samples_hash
    np.testing.assert_array_equal(first.waveform, second.waveform)


@pytest.fixture(scope="module")
def originals():
    class Originals(dict):
        """Told in few words, where a test fails."""

        def __repr__(self):
            return f"originals of {', '.join(self)}"

    kinds = ("WAV", "AU", "FLAC", "MP3", "OGG")
    return Originals({kind: encoded(music(3), kind=kind) for kind in kinds})


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_damage_is_an_exception(originals, tmp_path_factory, data):
    with pytest.MonkeyPatch.context() as monkeypatch:
        hide_ffmpeg(monkeypatch)
        inspect_damaged(originals, tmp_path_factory, data)


@needs_ffmpeg
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_with_ffmpeg_no_damage_is_an_exception(originals, tmp_path_factory, data):
    inspect_damaged(originals, tmp_path_factory, data)


def inspect_damaged(originals, tmp_path_factory, data):
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
    "later by half a step": lambda waveform: waveform[1024:],
    "later by 5 s": lambda waveform: waveform[5 * RATE + 777 :],
    "after a second of silence": lambda waveform: np.pad(waveform, (RATE, 0)),
    "later, softer, recoded": lambda waveform: recoded(waveform[1000:] / 5),
}


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_is_near_its_original_and_far_from_others(change, recordings):
    copies = [COPIES[change](waveform).astype(np.float32) for waveform in recordings]
    found = fingerprints.distances(
        [fingerprint_of(waveform) for waveform in recordings],
        [fingerprint_of(copy) for copy in copies],
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
    assert distance(first.hex(), second.hex()) == pytest.approx(expected, abs=1e-5)


def test_what_overlaps_too_little_is_not_compared(recordings):
    short = fingerprint_of(recordings[0][: 5 * RATE])
    assert distance(short, short) == 1.0
    frames = fingerprints.LEVEL_FRAMES + fingerprints.STEP_FRAMES
    magnitudes = magnitudes_of(recordings[0])
    assert fingerprints.fingerprint(magnitudes[: frames - 1]) == ""
    assert len(fingerprints.fingerprint(magnitudes[:frames])) == fingerprints.WORD_BITS // 4
    assert distance("", short) == 1.0


def test_silence_is_like_nothing():
    silence = fingerprint_of(np.zeros(12 * RATE, dtype=np.float32))
    assert set(silence) == {"0"}
    assert distance(silence, silence) == 1.0
