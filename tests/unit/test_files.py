"""Files in and out: whole or not at all, bit for bit, refused by name."""

import csv
import hashlib
import io
import os
import subprocess
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.atomic_writes import clear_leftovers, whole
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.containers import REMEDY
from music_adversaries.audio.decoding import decode
from music_adversaries.audio.files import Excerpts, read_excerpt, write_float_wav, write_wav
from music_adversaries.datasets import ENDINGS, inventory
from music_adversaries.datasets.folder import list_tracks
from music_adversaries.datasets.inventory import (
    UNREADABLE,
    Content,
    asked_of_ffmpeg,
    take_inventory,
)
from music_adversaries.datasets.manifest import (
    COLUMNS,
    check_audio,
    make_manifest,
    remarks,
    tag_remarks,
)
from music_adversaries.datasets.names import excerpt_names, probe_names, shard_of
from music_adversaries.errors import InputError
from music_adversaries.experiment import code_digests
from music_adversaries.tidy_tables import read_table, write_table

PACKAGE = code_digests.PACKAGE
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


# Whole or not at all


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "deep" / "er" / "file.txt"
    with whole(path) as partial:
        partial.write_text("half")
        assert not path.exists()
    assert path.read_text() == "half"
    assert names_in(path.parent) == ["file.txt"]


def test_a_file_that_fails_leaves_the_old_one_and_nothing_else(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole(path) as partial:
        partial.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file.txt"]


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with whole(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_folder_is_replaced_with_all_that_it_held(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    (path / "stale").touch()
    with whole(path) as partial:
        partial.mkdir()
        (partial / "fresh").touch()
        assert names_in(path) == ["stale"]
    assert names_in(path) == ["fresh"]
    assert names_in(tmp_path) == ["folder"]


def test_a_folder_that_fails_leaves_the_old_one_and_nothing_else(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    (path / "stale").touch()
    with pytest.raises(KeyboardInterrupt), whole(path) as partial:
        (partial / "inner").mkdir(parents=True)
        (partial / "inner" / "half").touch()
        raise KeyboardInterrupt
    assert names_in(path) == ["stale"]
    assert names_in(tmp_path) == ["folder"]


def test_what_is_never_written_is_an_error_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), whole(path):
        pass
    assert path.read_text() == "old"


def test_what_a_killed_process_left_is_cleared_and_nothing_else(tmp_path):
    code = (
        "import os, signal; from music_adversaries.atomic_writes import whole\n"
        f"with whole({str(tmp_path / 'a[b].txt')!r}) as partial:\n"
        "    {}; os.kill(os.getpid(), signal.SIGKILL)"
    )
    for write in ("partial.touch()", "partial.mkdir(); (partial / 'file').touch()"):
        killed = subprocess.run(
            [sys.executable, "-c", code.format(write)],
            env={"PYTHONPATH": str(PACKAGE.parent)},
            check=False,
        )
        assert killed.returncode < 0
    assert len(names_in(tmp_path)) == 2
    others = [".a[b].txt.bak.7.partial", ".b.txt.7.partial", ".x.partial", "a[b].txt"]
    for name in others:
        (tmp_path / name).touch()
    clear_leftovers(tmp_path / "a[b].txt")
    assert names_in(tmp_path) == others
    clear_leftovers(tmp_path / "none" / "a.txt")


# Tables

words = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\x00"), max_size=12
) | st.sampled_from(
    [
        "NA",
        "null",
        "None",
        "nan",
        "1",
        "001",
        "1e5",
        "true",
        "",
        "-inf",
        'a "b"',
        "a\tb",
        "a\nb",
    ]
)


@few
@given(st.lists(st.tuples(words, words, st.integers(-(2**40), 2**40)), min_size=1, max_size=8))
def test_text_and_whole_numbers_come_back_as_they_were(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=["label", "excerpt", "frames"])
    path = tmp_path_factory.mktemp("tables") / "table.tsv"
    write_table(table, path)
    back = read_table(path)
    assert back.label.tolist() == table.label.tolist()
    assert back.excerpt.tolist() == table.excerpt.tolist()
    assert back.frames.tolist() == table.frames.tolist()
    assert back.frames.dtype.kind == "i"


@few
@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=8))
def test_numbers_come_back_to_six_digits_even_without_end(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("tables") / "table.tsv"
    table = pd.DataFrame({"excerpt": [str(i) for i in range(len(values))], "snr_db": values})
    write_table(table, path)
    back = read_table(path).snr_db.astype(float)
    np.testing.assert_allclose(back, values, rtol=5.1e-6)


def test_infinities_come_back(tmp_path):
    values = [-np.inf, np.inf, 1.5]
    write_table(pd.DataFrame({"snr_db": values}), tmp_path / "table.tsv")
    np.testing.assert_array_equal(read_table(tmp_path / "table.tsv").snr_db, values)


def test_a_table_is_what_the_csv_module_reads(tmp_path):
    rows = [["NA", "a\tb"], ['"', "c\nd"], ["é", ""]]
    write_table(pd.DataFrame(rows, columns=["label", "artist"]), tmp_path / "table.tsv")
    text = (tmp_path / "table.tsv").read_text(encoding="utf-8")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
    assert read == [["label", "artist"], *rows]


def test_the_same_numbers_give_the_same_bytes(tmp_path):
    for name, noise in (("a", 0), ("b", 1e-12)):
        table = pd.DataFrame({"x": [1 / 3 + noise, 2e-7]})
        write_table(table, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    write_table(pd.DataFrame({"label": [], "snr_db": []}), tmp_path / "table.tsv")
    back = read_table(tmp_path / "table.tsv")
    assert list(back.columns) == ["label", "snr_db"]
    assert len(back) == 0


# Audio


def noise(seed, *shape):
    return np.random.default_rng(seed).uniform(-0.9, 0.9, shape).astype(np.float32)


def sine(seconds, rate, hertz=440.0, amplitude=0.5):
    times = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


@few
@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=200))
def test_samples_on_the_16_bit_grid_come_back_bit_for_bit(tmp_path_factory, grid):
    path = tmp_path_factory.mktemp("audio") / "x.wav"
    waveform = (np.array(grid) / 32768).astype(np.float32)
    write_wav(path, waveform)
    np.testing.assert_array_equal(read_excerpt(path), waveform)
    assert soundfile.info(path).subtype == "PCM_16"
    assert soundfile.info(path).samplerate == SAMPLE_RATE


def test_samples_off_the_grid_move_by_at_most_half_a_step(tmp_path):
    waveform = noise(1, 5000)
    write_wav(tmp_path / "x.wav", waveform)
    error = read_excerpt(tmp_path / "x.wav").astype(float) - waveform
    assert 0 < np.abs(error).max() <= 0.5 / 32768


def test_samples_beyond_full_scale_are_clipped(tmp_path):
    write_wav(tmp_path / "x.wav", np.array([2.0, 1.0, -1.0, -3.0], dtype=np.float32))
    expected = [32767 / 32768, 32767 / 32768, -1, -1]
    np.testing.assert_array_equal(read_excerpt(tmp_path / "x.wav"), expected)


def test_a_float_wav_keeps_every_bit_even_beyond_full_scale(tmp_path):
    waveform = noise(2, 3000) * np.float32(3)
    write_float_wav(tmp_path / "x.wav", waveform)
    np.testing.assert_array_equal(read_excerpt(tmp_path / "x.wav"), waveform)


def test_excerpts_are_the_waveforms_of_their_files_read_when_asked_for(tmp_path):
    paths = [tmp_path / f"{number}.wav" for number in range(3)]
    excerpts = Excerpts(paths)
    waveforms = [noise(number, 3000 + number) for number in range(3)]
    for path, waveform in zip(paths, waveforms, strict=True):
        write_float_wav(path, waveform)
    assert len(excerpts) == 3
    for number in (2, 0, 1):
        np.testing.assert_array_equal(excerpts[number], waveforms[number])
    paths[1].unlink()
    with pytest.raises(InputError, match=r"1\.wav"):
        list(excerpts)


@pytest.mark.parametrize("channels", [2, 6])
def test_channels_are_mixed_to_their_mean(tmp_path, channels):
    data = noise(3, 2000, channels)
    soundfile.write(tmp_path / "x.wav", data, SAMPLE_RATE, subtype="FLOAT")
    mixed = read_excerpt(tmp_path / "x.wav")
    assert mixed.dtype == np.float32
    np.testing.assert_allclose(mixed, data.astype(float).mean(axis=1), atol=1e-6)


def test_resampling_is_that_of_librosa_with_soxr(tmp_path):
    data = noise(4, 2 * 44_100)
    soundfile.write(tmp_path / "x.wav", data, 44_100, subtype="FLOAT")
    expected = librosa.resample(data, orig_sr=44_100, target_sr=SAMPLE_RATE, res_type="soxr_hq")
    np.testing.assert_allclose(read_excerpt(tmp_path / "x.wav"), expected, atol=1e-5)


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_a_sine_stays_the_same_sine_at_any_rate(tmp_path, rate):
    soundfile.write(tmp_path / "x.wav", sine(3, rate), rate, subtype="FLOAT")
    waveform = read_excerpt(tmp_path / "x.wav")
    expected = sine(3, SAMPLE_RATE)
    assert waveform.dtype == np.float32
    assert waveform.shape == expected.shape
    inner = slice(2000, -2000)
    np.testing.assert_allclose(waveform[inner], expected[inner], atol=2e-4)


def test_what_lies_above_the_new_nyquist_frequency_is_filtered_out(tmp_path):
    high = sine(2, 44_100, hertz=15_000)
    soundfile.write(tmp_path / "x.wav", high, 44_100, subtype="FLOAT")
    assert np.abs(read_excerpt(tmp_path / "x.wav")[1000:-1000]).max() < 1e-3


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100])
def test_only_the_first_thirty_seconds_are_read(tmp_path, rate):
    data = np.concatenate([np.full(30 * rate, 0.25), np.full(2 * rate, -0.5)])
    soundfile.write(tmp_path / "x.wav", data, rate)
    waveform = read_excerpt(tmp_path / "x.wav")
    assert len(waveform) == 30 * SAMPLE_RATE
    np.testing.assert_allclose(waveform[1000:-1000], 0.25, atol=1e-3)


FORMATS = {
    "8-bit WAV": ("x.wav", "WAV", "PCM_U8", 1 / 127),
    "16-bit WAV": ("x.wav", "WAV", "PCM_16", 1 / 32767),
    "24-bit WAV": ("x.wav", "WAV", "PCM_24", 1e-6),
    "float WAV": ("x.wav", "WAV", "FLOAT", 0),
    "double WAV": ("x.wav", "WAV", "DOUBLE", 0),
    "WAV in capitals": ("X.WAV", "WAV", "PCM_16", 1 / 32767),
    "AU": ("x.au", "AU", "PCM_16", 1 / 32767),
    "AIFF": ("x.aif", "AIFF", "PCM_16", 1 / 32767),
    "CAF": ("x.caf", "CAF", "PCM_16", 1 / 32767),
    "W64": ("x.w64", "W64", "PCM_16", 1 / 32767),
    "FLAC": ("x.flac", "FLAC", "PCM_16", 1 / 32767),
    "Ogg Vorbis": ("x.ogg", "OGG", "VORBIS", 0.05),
    "MP3": ("x.mp3", "MP3", "MPEG_LAYER_III", 0.05),
    "AU named .wav": ("x.wav", "AU", "PCM_16", 1 / 32767),
}


@pytest.mark.parametrize(("name", "kind", "subtype", "error"), FORMATS.values(), ids=FORMATS)
def test_what_circulates_is_decoded(tmp_path, name, kind, subtype, error):
    waveform = sine(3, SAMPLE_RATE)
    soundfile.write(tmp_path / name, waveform, SAMPLE_RATE, format=kind, subtype=subtype)
    read = read_excerpt(tmp_path / name)
    inner = slice(4000, 50_000)
    np.testing.assert_allclose(read[inner], waveform[inner], atol=error)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", ["WAV", "AU", "AIFF", "CAF", "W64", "FLAC"])
def test_16_bits_are_decoded_to_the_floats_that_libsndfile_makes_of_them(
    tmp_path, kind, channels
):
    every = np.arange(-(2**15), 2**15, dtype=np.int16)
    samples = np.stack([np.roll(every, 777 * number) for number in range(channels)], axis=1)
    soundfile.write(tmp_path / "x", samples, SAMPLE_RATE, format=kind, subtype="PCM_16")
    floats, _ = soundfile.read(tmp_path / "x", dtype="float32", always_2d=True)
    mono = decode(tmp_path / "x", 30).mono
    assert mono.dtype == np.float32
    np.testing.assert_array_equal(mono, floats.mean(axis=1))


def damaged_wav(path, keep):
    write_wav(path, noise(5, 60_000))
    path.write_bytes(path.read_bytes()[:keep])


BAD_FILES = {
    "text": lambda path: path.write_text("This is no music.\n" * 100),
    "zero bytes": lambda path: path.write_bytes(b""),
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "cut in the header": lambda path: damaged_wav(path, 20),
    "no samples": lambda path: write_wav(path, np.zeros(0, dtype=np.float32)),
}


@pytest.mark.parametrize("spoil", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_music_is_refused_by_name_with_a_remedy(tmp_path, spoil):
    path = tmp_path / "jazz.00054.wav"
    spoil(path)
    with pytest.raises(InputError) as refused:
        read_excerpt(path)
    assert str(path) in str(refused.value)
    assert "replace or remove it" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wav_that_fails_to_be_written_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="dimensions"):
        write_wav(tmp_path / "x.wav", np.zeros((2, 2, 2), dtype=np.float32))
    assert names_in(tmp_path) == []


# Folders and manifests


def make_folder(root, files):
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


def test_tracks_are_the_audio_files_of_every_label_in_order(tmp_path):
    files = ["salsa/b.mp3", "salsa/a.MP3", "axe/ç d.wav", "axe/.hidden.wav", "axe/cover.jpg"]
    make_folder(tmp_path, [*files, ".cache/x.wav", "readme.txt"])
    tracks = list_tracks(tmp_path).tracks
    assert [track["file"] for track in tracks] == ["axe/ç d.wav", "salsa/a.MP3", "salsa/b.mp3"]
    assert [track["label"] for track in tracks] == ["axe", "salsa", "salsa"]
    assert {track["fault"] for track in tracks} == {"none"}
    assert len({track["artist"] for track in tracks}) == 3


def test_labels_pick_some_of_the_folders(tmp_path):
    make_folder(tmp_path, ["a/1.wav", "b/1.wav", "c/1.wav", "d/notes.txt"])
    assert [track["label"] for track in list_tracks(tmp_path, ["c", "a"]).tracks] == ["c", "a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_artists_come_from_the_table_and_the_others_are_one_each(tmp_path, encoding, newline):
    make_folder(tmp_path, ["a/1.wav", "a/2.wav", "a/3.wav", "b/1.wav"])
    lines = ["file,artist,year", 'a/1.wav,"Gil, Gilberto",1968', "a/2.wav, José ,", "b/1.wav,,"]
    text = newline.join(lines) + newline
    (tmp_path / "artists.csv").write_bytes(text.encode(encoding))
    artists = {track["file"]: track["artist"] for track in list_tracks(tmp_path).tracks}
    assert artists["a/1.wav"] == "Gil, Gilberto"
    assert artists["a/2.wav"] == "José"
    assert artists["a/3.wav"] != artists["b/1.wav"]
    assert "a/3.wav" in artists["a/3.wav"]


def folder_refusal(root, labels=None):
    with pytest.raises(InputError) as refused:
        list_tracks(root, labels)
    message = str(refused.value)
    assert "\n" not in message
    assert str(root) in message
    return message


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "no folder" in folder_refusal(tmp_path / "nowhere")


def test_a_file_for_a_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    assert "no folder" in folder_refusal(tmp_path / "file")


@pytest.mark.parametrize("files", [[], ["a/1.wav"], ["1.wav", "2.wav"]])
def test_fewer_than_two_labels_are_refused(tmp_path, files):
    make_folder(tmp_path, files)
    assert "label" in folder_refusal(tmp_path)


def test_a_label_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    make_folder(tmp_path, ["a/1.wav", "b/1.wav"])
    message = folder_refusal(tmp_path, ["a", "x"])
    assert "'x'" in message
    assert "a, b" in message


def test_a_label_without_audio_is_refused_by_name(tmp_path):
    make_folder(tmp_path, ["a/1.wav", "b/notes.txt"])
    assert "'b'" in folder_refusal(tmp_path)


def test_a_label_without_audio_may_be_left_out(tmp_path):
    make_folder(tmp_path, ["a/1.wav", "b/notes.txt", "c/1.wav"])
    assert "the dataset's `labels`" in folder_refusal(tmp_path)
    assert len(list_tracks(tmp_path, ["a", "c"]).tracks) == 2


@pytest.mark.parametrize("label", ["ROCK", "rok", "Jazz-Rock"])
def test_an_unknown_label_is_told_the_nearest(label, tmp_path):
    make_folder(tmp_path, ["blues/1.wav", "Rock/1.wav"])
    assert "did you mean 'Rock'? Known: Rock, blues." in folder_refusal(
        tmp_path, ["blues", label]
    )


def test_labels_that_differ_in_case_alone_are_named(tmp_path):
    make_folder(tmp_path, ["Rock/1.wav", "rock/1.wav", "Ax\u00e9/1.wav"])
    listing = list_tracks(tmp_path)
    assert len(listing.tracks) == 3
    (notice,) = listing.notices
    assert "takes 2 labels (Rock, rock) for different ones" in notice


def test_every_ending_that_is_taken_is_one_that_the_library_knows():
    known = {f".{name.lower()}" for name in soundfile.available_formats()}
    aliases = {
        **dict.fromkeys([".oga", ".opus"], ".ogg"),
        **dict.fromkeys([".aif", ".aifc"], ".aiff"),
        **dict.fromkeys([".mp1", ".mp2", ".mpa", ".mpga"], ".mp3"),
        **dict.fromkeys([".wave", ".bwf"], ".wav"),
        ".snd": ".au",
    }
    assert {aliases.get(ending, ending) for ending in ENDINGS} <= known


@pytest.mark.parametrize("layer", ["I", "II"])
def test_other_layers_of_mpeg_audio_are_decoded(layer, tmp_path):
    """Silent frames, written by hand: 320 and 192 kbit/s at 44.1 kHz."""
    header, size = {"I": (b"\xff\xff\xa0\0", 348), "II": (b"\xff\xfd\xa0\0", 626)}[layer]
    (tmp_path / "x.mp2").write_bytes((header + bytes(size - 4)) * 100)
    decoded = decode(tmp_path / "x.mp2", 30)
    assert len(decoded.mono) == 100 * (384 if layer == "I" else 1152)


def test_an_excerpt_keeps_its_ending_where_its_wav_would_be_a_folder_of_others():
    files = ["a/x.mp3", "a/x.wav/y/1.flac", "a/y.mp3"]
    assert excerpt_names(files) == ["a/x.mp3", "a/x.wav/y/1", "a/y"]


def tracks_of(files):
    label = [file.split("/")[0] for file in files]
    return pd.DataFrame({"file": files, "label": label, "artist": "x", "fault": "none"})


def inspected(files, problems=None):
    """What inspection finds in files; ``problems`` by file."""
    rows = [
        {
            "excerpt": name,
            "file": file,
            "duration_s": 30.0,
            "sample_rate_hz": 22_050,
            "channels": 1,
            "decoder": "libsndfile",
            "sha256": "0",
            "tagged_artist": "",
            "problem": (problems or {}).get(file, ""),
            "note": "",
        }
        for name, file in zip(excerpt_names(files), files, strict=True)
    ]
    return pd.DataFrame(rows)


def test_a_manifest_has_a_row_for_every_file_in_order():
    files = ["b/two.one.wav", "a/é.flac"]
    manifest = make_manifest(tracks_of(files), inspected(files[::-1]))
    assert manifest.columns.tolist() == COLUMNS
    assert manifest.excerpt.tolist() == ["a/é", "b/two.one"]
    assert manifest.label.tolist() == ["a", "b"]
    assert manifest.file.tolist() == files[::-1]


def test_files_that_differ_in_their_ending_alone_keep_it_in_their_names():
    files = ["a/x.wav", "a/x.flac", "a/y.wav", "a/z.wav", "a/z.au", "a/z.wav.au"]
    names = excerpt_names(files)
    assert names[:3] == ["a/x.wav", "a/x.flac", "a/y"]
    assert len(set(names)) == len(names)


LISTED = Path("bad_audio.tsv")


def test_every_file_with_a_problem_is_named_at_once():
    files = [f"a/{name}.wav" for name in ("good", "short", "empty")]
    problems = {"a/short.wav": "too short", "a/empty.wav": "empty (0 bytes)"}
    manifest = make_manifest(tracks_of(files), inspected(files, problems))
    assert manifest.set_index("file").problem.to_dict() == {"a/good.wav": "", **problems}
    with pytest.raises(InputError) as refused:
        check_audio(manifest, LISTED)
    message = str(refused.value)
    assert message.startswith("2 audio file(s) cannot be used (1 empty, 1 too short)")
    assert "a/empty.wav: empty (0 bytes); a/short.wav: too short." in message
    assert "on_bad_audio: skip" in message and "good" not in message
    check_audio(manifest[manifest.problem == ""], LISTED)


def test_of_very_many_bad_files_the_first_are_named_and_all_are_counted_by_kind():
    files = [f"a/{number:03d}.wav" for number in range(725)]
    kinds = ["undecodable (Format not recognised)", "too short (1.20 s; at least 2.35 s)"]
    problems = {file: kinds[number < 25] for number, file in enumerate(files)}
    manifest = make_manifest(tracks_of(files), inspected(files, problems))
    with pytest.raises(InputError) as refused:
        check_audio(manifest, LISTED)
    message = str(refused.value)
    assert "725 audio file(s) cannot be used (700 undecodable, 25 too short)" in message
    assert "All are listed in bad_audio.tsv" in message and message.endswith("and 715 more.")
    assert "a/009.wav" in message and "a/010.wav" not in message
    assert len(message) < 1200


def test_what_is_left_out_noted_or_unknown_is_remarked_once_each():
    files = [f"a/{name}.wav" for name in ("good", "short", "odd", "nobody's")]
    tracks = tracks_of(files).assign(artist=["unknown (a/good)", "x", "", ""])
    found = inspected(files, {"a/short.wav": "too short (1.20 s; at least 2.35 s)"})
    found.loc[found.file == "a/odd.wav", "note"] = "reaches 3.0 times full scale"
    found.loc[found.file == "a/odd.wav", "tagged_artist"] = "somebody"
    manifest = make_manifest(tracks, found)
    assert remarks(manifest, "mine", LISTED) == [
        "1 of the 4 audio files of 'mine' cannot be used and are left out (1 too short):"
        " bad_audio.tsv lists them.",
        "The manifest's column `note` says what is odd about 1 (a/odd.wav) of the audio files"
        " of 'mine'.",
    ]
    assert tag_remarks(manifest, tracks, "mine") == [
        "The tags of 1 (a/nobody's.wav) of the 2 audio files of 'mine' name no artist: each"
        " counts as an artist of its own."
    ]
    tracks = tracks_of(files)
    manifest = make_manifest(tracks, inspected(files))
    assert remarks(manifest, "mine", LISTED) + tag_remarks(manifest, tracks, "mine") == []


def test_an_artist_that_is_not_known_is_the_tags_or_else_the_excerpts_own():
    files = ["a/1.mp3", "a/2.mp3", "a/3.mp3"]
    tracks = tracks_of(files).assign(artist=["known", "", ""])
    found = inspected(files).assign(tagged_artist=["", "tagged", ""])
    manifest = make_manifest(tracks, found)
    assert manifest.artist.tolist() == ["known", "tagged", "unknown (a/3)"]


@given(st.lists(st.text(min_size=1), unique=True), st.integers(1, 9), st.text(min_size=1))
def test_a_further_file_moves_no_other_to_another_shard(files, shards, further):
    before = {file: shard_of(file, shards) for file in files}
    after = {file: shard_of(file, shards) for file in [further, *files]}
    assert all(after[file] == shard for file, shard in before.items())
    assert all(0 <= shard < shards for shard in after.values())


def test_missing_numbers_come_back_missing(tmp_path):
    table = pd.DataFrame({"snr_db": [np.nan, 1.0, -np.inf]})
    write_table(table, tmp_path / "t.tsv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.tsv"), table)


def test_whole_levels_in_db_come_back_as_floats_that_merge_with_minus_infinity(tmp_path):
    limited = pd.DataFrame({"snr_limit_db": [15, 20], "frames": [1, 2]})
    unlimited = pd.DataFrame({"snr_limit_db": [-np.inf, 20], "frames": [1, 2]})
    for name, table in {"limited": limited, "unlimited": unlimited}.items():
        write_table(table, tmp_path / name)
    back = [read_table(tmp_path / name) for name in ("limited", "unlimited")]
    assert [table.snr_limit_db.dtype.kind for table in back] == ["f", "f"]
    with warnings.catch_warnings(action="error"):
        assert back[0].merge(back[1], on="snr_limit_db").frames_x.tolist() == [2]


def test_a_folder_that_is_not_written_leaves_the_old_one(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old/kept.txt").write_text("kept")
    with pytest.raises(FileNotFoundError), whole(tmp_path / "old"):
        pass
    assert (tmp_path / "old/kept.txt").read_text() == "kept"


def test_an_inventory_hashes_anew_only_what_changed(tmp_path):
    root = tmp_path / "music"
    make_folder(root, ["a/1.wav", "b/<odd> {name} 100%.wav"])
    files = ["a/1.wav", "b/<odd> {name} 100%.wav", "b/none.wav"]
    record = tmp_path / "record.json"
    first = take_inventory(root, files, record)
    assert first["b/none.wav"] == UNREADABLE
    digest = hashlib.sha256((root / "a/1.wav").read_bytes()).hexdigest()
    assert first["a/1.wav"] == (digest, "")
    (root / "a/1.wav").touch()
    assert take_inventory(root, files, record) == first
    (root / "a/1.wav").write_bytes(b"other")
    assert take_inventory(root, files, record)["a/1.wav"] != first["a/1.wav"]


@pytest.mark.parametrize("replace", ["written over", "put in its place"])
def test_other_content_of_the_same_size_and_time_is_other_content(replace, tmp_path):
    path, record = tmp_path / "a.wav", tmp_path / "record.json"
    path.write_bytes(b"one")
    first, times = take_inventory(tmp_path, ["a.wav"], record), path.stat()
    other = path if replace == "written over" else tmp_path / "b.wav"
    other.write_bytes(b"two")
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    assert path.stat().st_mtime_ns == times.st_mtime_ns
    assert take_inventory(tmp_path, ["a.wav"], record) != first


def test_audio_that_comes_while_the_dataset_is_read_is_named():
    tracks = tracks_of(["a/1.wav", "a/2.wav"])
    with pytest.raises(InputError, match=r"1 \(a/2\.wav\) came into the dataset while"):
        make_manifest(tracks, inspected(["a/1.wav"]))


def test_ffmpeg_is_asked_again_for_what_it_may_mend_and_for_nothing_else(tmp_path, monkeypatch):
    contents = {file: Content("1", "") for file in ("good", "holed", "mended", "other")}
    contents["foreign"] = Content("1", "AAC")
    rows = [
        {"file": "good", "sha256": "1", "ffmpeg": "", "problem": ""},
        {"file": "holed", "sha256": "1", "ffmpeg": "", "problem": f"undecodable ({REMEDY})"},
        {"file": "mended", "sha256": "1", "ffmpeg": "installed", "problem": ""},
        {"file": "other", "sha256": "0", "ffmpeg": "installed", "problem": ""},
    ]
    index = tmp_path / "shard0.tsv"
    write_table(pd.DataFrame(rows), index)
    for is_there in (False, True):
        monkeypatch.setattr(
            inventory, "ffmpeg_is_installed", lambda is_there=is_there: is_there
        )
        assert asked_of_ffmpeg(contents, [index, tmp_path / "none.tsv"]) == {
            "good": "",
            "holed": "installed" if is_there else "",
            "mended": "installed",
            "other": "",
            "foreign": "installed" if is_there else "missing",
        }


def test_an_inventory_says_what_only_ffmpeg_reads(tmp_path):
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x20ftypM4A ")
    found = take_inventory(tmp_path, ["a.m4a"], tmp_path / "record.json")
    assert found["a.m4a"].foreign == "MP4, as of AAC or ALAC"


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff"])
def test_a_damaged_record_of_an_inventory_is_made_anew(tmp_path, damage):
    make_folder(tmp_path, ["a/1.wav"])
    record = tmp_path / "record.json"
    record.write_bytes(damage)
    assert take_inventory(tmp_path, ["a/1.wav"], record)["a/1.wav"].sha256


def test_own_probes_that_share_a_name_stay_apart():
    assert probe_names(["a/x.y.mp3", "b/x.y.wav"]) == ["probe0/x.y", "probe1/x.y"]
