"""What is decoded of files that ffmpeg makes, against what ffmpeg decodes of them."""

import numpy as np
import pytest
from ffmpeg_files import decode, encode, needs_ffmpeg

from music_adversaries.audio import decoding, files
from music_adversaries.datasets.inspection import inspect_file

pytestmark = needs_ffmpeg

LEAST_SNR_DB = 90.0
OTHER_BANDS_SNR_DB = 45.0
"""Of MP3s at 24 kHz, of which ffmpeg alone has one band begin elsewhere: libmad decodes them as
libsndfile does, to 120 dB."""

LONG_S = 33.0
"""More than an excerpt."""

MP3_FRAME = 1152
NO_HEADER = ["-write_xing", "0"]
NO_TAG = ["-id3v2_version", "0"]
LOW_RATES_HZ = [8000, 11025, 12000, 16000, 22050, 24000]
HIGH_RATES_HZ = [32000, 44100, 48000]

FORMS = {
    "wav 16 bits": ("wav", ["-c:a", "pcm_s16le"]),
    "wav 24 bits": ("wav", ["-c:a", "pcm_s24le"]),
    "wav float": ("wav", ["-c:a", "pcm_f32le"]),
    "flac 16 bits": ("flac", ["-sample_fmt", "s16"]),
    "flac 24 bits": ("flac", ["-sample_fmt", "s32"]),
    "ogg": ("ogg", ["-c:a", "libvorbis", "-q:a", "4"]),
    "mp3 constant": ("mp3", ["-b:a", "64k"]),
    "mp3 constant, no header": ("mp3", ["-b:a", "64k", *NO_HEADER]),
    "mp3 variable": ("mp3", ["-q:a", "2"]),
    "mp3 variable, no tag": ("mp3", ["-q:a", "2", *NO_TAG]),
    "mp3 variable, no header": ("mp3", ["-q:a", "2", *NO_HEADER]),
    "mp3 variable, no header, no tag": ("mp3", ["-q:a", "2", *NO_HEADER, *NO_TAG]),
}


def snr_db(reference, found):
    error = np.linalg.norm(found - reference)
    return 20 * np.log10(np.linalg.norm(reference) / error) if error > 0 else np.inf


def assert_as_ffmpeg_decodes(path, channels, rate):
    found, expected = decoding.decode(path, files.EXCERPT_SECONDS), decode(path, channels)
    assert (found.sample_rate_hz, found.channels) == (rate, channels)
    assert abs(len(found.mono) - len(expected)) <= MP3_FRAME
    common = min(len(found.mono), len(expected))
    least_db = OTHER_BANDS_SNR_DB if (path.suffix, rate) == (".mp3", 24000) else LEAST_SNR_DB
    assert snr_db(expected[:common], found.mono[:common]) >= least_db
    return found


@pytest.mark.parametrize("rate", LOW_RATES_HZ + HIGH_RATES_HZ)
@pytest.mark.parametrize("form", FORMS)
def test_samples_are_those_that_ffmpeg_decodes(form, rate, tmp_path):
    ending, options = FORMS[form]
    channels = 1 + (rate in HIGH_RATES_HZ)
    path = encode(tmp_path / f"x.{ending}", *options, rate=rate, channels=channels, seconds=8)
    found = assert_as_ffmpeg_decodes(path, channels, rate)
    assert found.decoder == "libsndfile" and found.note == ""
    assert abs(len(found.mono) - 8 * rate) <= 3 * MP3_FRAME


@pytest.mark.parametrize("form", FORMS)
def test_of_a_long_file_the_beginning_is_decoded_and_the_length_is_known(form, tmp_path):
    ending, options = FORMS[form]
    path = encode(tmp_path / f"x.{ending}", *options, seconds=LONG_S)
    found = assert_as_ffmpeg_decodes(path, 2, 44100)
    assert len(found.mono) == 30 * 44100
    whole = decoding.decode(path, files.WHOLE_SECONDS)
    assert abs(found.frames - len(whole.mono)) <= MP3_FRAME
    assert abs(len(whole.mono) - LONG_S * 44100) <= 3 * MP3_FRAME
    assert inspect_file(path).duration_s == pytest.approx(LONG_S, abs=0.1)


FOREIGN = {
    "AAC in MP4": ("m4a", ["-c:a", "aac"]),
    "ALAC in MP4": ("m4a", ["-c:a", "alac"]),
    "AAC alone": ("aac", ["-c:a", "aac"]),
    "FLAC in Ogg": ("ogg", ["-c:a", "flac"]),
    "Windows Media Audio": ("wma", ["-c:a", "wmav2"]),
    "WavPack": ("wv", []),
    "True Audio": ("tta", []),
    "Matroska": ("mka", ["-c:a", "flac"]),
    "AC-3": ("ac3", []),
}


@pytest.mark.parametrize("form", FOREIGN)
def test_ffmpeg_decodes_what_libsndfile_cannot_read(form, tmp_path):
    ending, options = FOREIGN[form]
    path = encode(tmp_path / f"-x:1 é.{ending}", *options)
    found = assert_as_ffmpeg_decodes(path, 2, 44100)
    assert found.decoder == "ffmpeg" and found.note == ""
    inspection = inspect_file(path)
    assert (inspection.problem, inspection.note) == ("", "")
    assert inspection.duration_s == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("form", FOREIGN)
def test_without_ffmpeg_what_they_hold_is_named(form, tmp_path, monkeypatch):
    ending, options = FOREIGN[form]
    path = encode(tmp_path / f"x.{ending}", *options)
    monkeypatch.setenv("PATH", "")
    problem = inspect_file(path).problem
    assert "undecodable (holds " in problem and form.split()[0] in problem
    assert "which libsndfile cannot read: install ffmpeg, or convert it" in problem


def test_an_mp3_with_a_hole_of_zeros_is_decoded_by_ffmpeg_with_a_note(tmp_path, monkeypatch):
    path = encode(tmp_path / "x.mp3", "-b:a", "128k", seconds=20)
    data = bytearray(path.read_bytes())
    data[150_000:158_000] = bytes(8_000)
    path.write_bytes(data)
    found = inspect_file(path)
    assert found.problem == "" and found.decoder == "ffmpeg"
    assert "libsndfile fails" in found.note and "leaves out what is damaged" in found.note
    assert 19 < found.duration_s < 20
    monkeypatch.setenv("PATH", "")
    assert "install ffmpeg, which may know better" in inspect_file(path).problem


def test_a_file_may_refer_to_no_other(tmp_path):
    """A playlist by an audio file's name would let ffmpeg read whatever it names."""
    secret = encode(tmp_path / "secret.wav")
    path = tmp_path / "x.m4a"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n")
    assert "undecodable" in inspect_file(path).problem
    path.write_text(f"ffconcat version 1.0\nfile {secret.name}\n")
    assert "undecodable" in inspect_file(path).problem
