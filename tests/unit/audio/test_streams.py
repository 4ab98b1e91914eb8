"""The frames of MP3s, FLACs and Oggs, against what libsndfile decodes of them."""

import io
import math

import numpy as np
import pytest
import soundfile
from audio_files import (
    FLAC_BLOCK,
    RATE,
    crc,
    encoded,
    flac,
    music,
    of_variable_rate,
    without_header,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.audio.streams import (
    begins_again,
    flac_frames,
    mpeg_frames,
    of_one_form,
    samples_in,
)

RATES_HZ = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]


def found_in_flac(data, most_samples=math.inf):
    """Samples before a change of form, and the change."""
    frames, change = of_one_form(flac_frames(data), most_samples)
    return samples_in(frames), change


def samples_of(data):
    return soundfile.info(io.BytesIO(data)).frames


@pytest.mark.parametrize("rate", RATES_HZ)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_frames_of_an_mp3_hold_its_samples(rate, channels):
    data = without_header(encoded(music(3, rate, channels), rate, "MP3"))
    frames = list(mpeg_frames(data))
    assert {frame.form for frame in frames} == {(rate, channels, 0)}
    ends = [frame.start + frame.size for frame in frames]
    assert [frame.start for frame in frames] == [0, *ends[:-1]] and ends[-1] == len(data)
    samples = sum(frame.samples for frame in frames)
    assert 0 <= samples - 3 * rate <= 4 * frames[0].samples


def test_the_frames_of_an_mp3_of_variable_rate_differ_in_size():
    frames = list(mpeg_frames(of_variable_rate(music(8))))
    assert max(frame.size for frame in frames) > 2 * min(frame.size for frame in frames)


@pytest.mark.parametrize("subtype", ["PCM_S8", "PCM_16", "PCM_24"])
@pytest.mark.parametrize("rate", [*RATES_HZ, 37123, 96000, 192000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_the_frames_of_a_flac_hold_its_samples(subtype, rate, channels):
    data = encoded(music(0.5, rate, channels), rate, "FLAC", subtype)
    assert found_in_flac(data) == (samples_of(data), "")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_garbage_holds_hardly_a_frame(seed, kind):
    data = np.random.default_rng(seed).bytes(100_000)
    start = [b"", b"\xff\xfb", b"fLaC\x80\0\0\x22", b"OggS"][kind]
    assert len(list(flac_frames(start + data))) <= 1
    assert len(list(mpeg_frames(start + data))) <= 4
    assert not begins_again(start + data)


def test_a_change_is_found_where_it_is():
    data = flac((music(1), RATE), (music(1, 8000), 8000))
    assert found_in_flac(data) == (RATE, "from 22050 Hz to 8000 Hz")
    assert found_in_flac(data, FLAC_BLOCK) == (FLAC_BLOCK, "")
    data = flac((music(1), RATE), (music(1, channels=2), RATE))
    assert found_in_flac(data)[1] == "from 1 channel(s) to 2 channel(s)"


def test_samples_that_look_like_a_frame_are_none():
    """The number 0, a right checksum, and another form: by chance in some files of 10 000."""
    header = bytes([0xFF, 0xF8, 0x19, 0x18, 0])
    forged = np.frombuffer(header + bytes([crc(header, 8, 0x07)]), ">i2") / (2**15 - 1)
    waveform = music(2)
    waveform[9000:9003, 0] = forged
    data = flac((waveform, RATE))
    assert header in data
    assert found_in_flac(data) == (len(waveform), "")


def test_a_flac_after_a_flac_is_another_stream():
    data = flac((music(2), RATE)) + flac((music(2, 8000), 8000))
    assert found_in_flac(data) == (2 * RATE, "from 22050 Hz to 8000 Hz")


def test_streams_one_after_the_other_are_told_from_one():
    ogg = encoded(kind="OGG")
    assert not begins_again(ogg)
    assert begins_again(ogg + ogg)
