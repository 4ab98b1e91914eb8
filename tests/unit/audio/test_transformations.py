"""What happens to music files: in place, as strong as it says, and the gradients through it."""

import mutagen.mp3
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from music_adversaries.audio import SAMPLE_RATE, transformations
from music_adversaries.audio.low_pass import low_pass
from music_adversaries.audio.transformations import KINDS, adjoint, name_of, transform
from music_adversaries.experiment.configuration import SCHEMA

MP3_RATES = [16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
ONE_OF_EACH = [
    {"mp3_kbps": 64},
    {"ogg_quality": 3},
    {"low_pass_hz": 4000},
    {"resampled_hz": 11_025},
    {"noise_snr_db": 20},
    {"level_db": -6},
    {"shift_samples": 100},
    {"bits": 8},
]
CODECS = [{"mp3_kbps": rate} for rate in MP3_RATES]
CODECS += [{"ogg_quality": quality} for quality in (0, 3.5, 10)]
seeds = st.integers(0, 2**32 - 1)


def rng():
    return np.random.default_rng(5)


def dull_noise(seed=0, samples=3 * SAMPLE_RATE):
    """Noise with little above 1.5 kHz, as music has: codecs keep most of it."""
    sections = signal.butter(2, 1500, fs=SAMPLE_RATE, output="sos")
    white = np.random.default_rng(seed).normal(size=samples)
    return (0.3 * signal.sosfilt(sections, white)).astype(np.float32)


def snr_db(waveform, changed):
    waveform, changed = waveform.astype(float), changed.astype(float)
    return 20 * np.log10(np.linalg.norm(waveform) / np.linalg.norm(changed - waveform))


def test_the_schema_and_these_tests_know_every_kind():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["$defs"]["transformation"]
    assert list(schema["properties"]) == list(KINDS)
    assert schema["properties"]["mp3_kbps"]["enum"] == MP3_RATES
    assert [next(iter(each)) for each in ONE_OF_EACH] == list(KINDS)


@pytest.mark.parametrize("transformation", ONE_OF_EACH, ids=name_of)
@pytest.mark.parametrize("samples", [51_818, 3 * SAMPLE_RATE + 37])
def test_a_waveform_keeps_its_length_and_type_and_is_not_written_to(transformation, samples):
    waveform = dull_noise(samples=samples)
    before = waveform.copy()
    changed = transform(waveform, transformation, rng())
    assert changed.shape == waveform.shape and changed.dtype == np.float32
    assert not np.array_equal(changed, waveform)
    np.testing.assert_array_equal(waveform, before)
    np.testing.assert_array_equal(changed, transform(waveform, transformation, rng()))


@pytest.mark.parametrize(
    "transformation", [*CODECS, {"resampled_hz": 8000}, {"resampled_hz": 16_000}], ids=name_of
)
@pytest.mark.parametrize("samples", [51_818, 3 * SAMPLE_RATE + 37])
def test_what_comes_back_lies_where_it_lay(transformation, samples):
    waveform = dull_noise(1, samples)
    back = transform(waveform, transformation, rng())
    correlation = signal.correlate(back, waveform, method="fft")
    assert correlation.argmax() == len(waveform) - 1
    assert correlation.max() > 0.5 * np.linalg.norm(waveform) ** 2


@pytest.mark.parametrize("kbps", MP3_RATES)
def test_an_mp3_has_the_rate_that_is_asked_for(kbps, monkeypatch):
    written = []

    def kept(*arguments, **form):
        written.append(encoded(*arguments, **form))
        return written[0]

    encoded = transformations.encoded
    monkeypatch.setattr(transformations, "encoded", kept)
    transform(dull_noise(), {"mp3_kbps": kbps}, rng())
    written[0].seek(0)
    info = mutagen.mp3.MP3(written[0]).info
    assert info.bitrate == pytest.approx(1000 * kbps, rel=0.001)
    assert info.sample_rate == SAMPLE_RATE


@pytest.mark.parametrize(
    "weaker_first",
    [
        [{"mp3_kbps": rate} for rate in (160, 96, 64, 32)],
        [{"ogg_quality": quality} for quality in (10, 6, 3, 0)],
        [{"resampled_hz": rate} for rate in (16_000, 11_025, 8000)],
        [{"bits": bits} for bits in (14, 10, 6)],
    ],
    ids=lambda transformations: next(iter(transformations[0])),
)
def test_a_stronger_transformation_changes_more(weaker_first):
    waveform = np.random.default_rng(3).uniform(-0.5, 0.5, 3 * SAMPLE_RATE).astype(np.float32)
    levels = [snr_db(waveform, transform(waveform, each, rng())) for each in weaker_first]
    assert levels == sorted(levels, reverse=True) and len(set(levels)) == len(levels)


def test_the_filter_is_that_of_the_paper():
    waveform = dull_noise()
    filtered = transform(waveform, {"low_pass_hz": 4000}, rng())
    np.testing.assert_array_equal(filtered, low_pass(waveform, 4000))


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000])
def test_resampling_keeps_tones_that_the_lower_rate_can_hold_and_no_others(rate_hz):
    time = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    for share, kept in ((0.8, True), (1.2, False)):
        tone = np.sin(np.pi * share * rate_hz * time).astype(np.float32)
        middle = slice(2000, -2000)
        expected = tone if kept else np.zeros_like(tone)
        found = transform(tone, {"resampled_hz": rate_hz}, rng())
        np.testing.assert_allclose(found[middle], expected[middle], atol=1e-3)


@settings(max_examples=20, deadline=None)
@given(seeds, st.floats(-10, 60))
def test_noise_has_the_snr_that_is_asked_for_and_is_white(seed, level_db):
    waveform = dull_noise(seed, 2**15)
    noisy = transform(waveform, {"noise_snr_db": level_db}, np.random.default_rng(seed))
    assert snr_db(waveform, noisy) == pytest.approx(level_db, abs=0.01)
    power = np.abs(np.fft.rfft(noisy.astype(float) - waveform)) ** 2
    low, high = np.array_split(power, 2)
    assert low.mean() == pytest.approx(high.mean(), rel=0.1)
    other = transform(waveform, {"noise_snr_db": level_db}, np.random.default_rng(seed + 1))
    assert not np.array_equal(noisy, other)


def test_level_shift_and_rounding_by_hand():
    waveform = np.float32([0.5, -0.26, 1.0, -1.0])
    louder = transform(waveform, {"level_db": 20}, rng())
    np.testing.assert_allclose(louder, [5, -2.6, 10, -10], rtol=1e-6)
    later = transform(waveform, {"shift_samples": 3}, rng())
    np.testing.assert_array_equal(later, np.float32([0, 0, 0, 0.5]))
    rounded = transform(waveform, {"bits": 3}, rng())
    np.testing.assert_array_equal(rounded, [0.5, -0.25, 0.75, -1])


LINEAR = ["low_pass_hz", "resampled_hz", "level_db", "shift_samples"]


@pytest.mark.parametrize("transformation", ONE_OF_EACH, ids=name_of)
def test_gradients_are_those_of_what_is_linear_and_pass_through_the_rest(transformation):
    (kind,) = transformation
    a, b = np.random.default_rng(0).normal(size=(2, 20_000)).astype(np.float32)
    back = adjoint(b, transformation)
    if kind not in LINEAR:
        np.testing.assert_array_equal(back, b)
        return
    there = transform(a, transformation, rng())
    scale = np.linalg.norm(there) * np.linalg.norm(b)
    assert abs(there @ b - a @ back) < 1e-5 * scale
    # Two directions at random hardly see each other: these do.
    assert transform(back, transformation, rng()) @ b == pytest.approx(back @ back, rel=1e-3)


def test_names_say_how_strong():
    assert [name_of(each) for each in ONE_OF_EACH] == [
        "mp3 64 kbit/s",
        "ogg quality 3",
        "low-pass 4000 Hz",
        "resampled 11025 Hz",
        "noise 20 dB SNR",
        "level -6 dB",
        "shift 100 samples",
        "8 bits",
    ]
