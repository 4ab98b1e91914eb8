"""The Latin Music Database: spellings of its folders, and artists in tags or a table."""

import io
import unicodedata

import mutagen.id3
import numpy as np
import pytest
import soundfile

from music_adversaries.datasets import lmd
from music_adversaries.datasets.artists import plain
from music_adversaries.errors import InputError

ACCENTED = dict(zip(lmd.CLASSES, lmd.CLASSES, strict=True)) | {
    "axe": "Ax\u00e9",
    "forro": "Forr\u00f3",
    "gaucha": "Ga\u00facha",
}
SPELLINGS = {
    "plain": lambda name: plain(name),
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "capitals": str.upper,
    "decomposed capitals": lambda name: unicodedata.normalize("NFD", name.upper()),
    "titles with blanks": lambda name: f" {name.title()} ",
}


def make_copy(root, spell=SPELLINGS["composed"]):
    """Two empty files a class, one in an album's folder."""
    for name in ACCENTED.values():
        folder = root / spell(name)
        (folder / "\u00c1lbum").mkdir(parents=True)
        (folder / "01 Can\u00e7\u00e3o.mp3").touch()
        (folder / "\u00c1lbum" / "02.MP3").touch()
    return root


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_the_folders_is_found(spelling, tmp_path):
    make_copy(tmp_path, SPELLINGS[spelling])
    tracks = lmd.list_tracks(tmp_path).tracks
    assert [track["label"] for track in tracks] == [c for c in lmd.CLASSES for _ in "12"]
    assert all((tmp_path / track["file"]).is_file() for track in tracks)
    assert {track["artist"] for track in tracks} == {""}
    assert {track["fault"] for track in tracks} == {"none"}


def test_other_names_of_classes_are_known(tmp_path):
    make_copy(tmp_path)
    (tmp_path / "Ga\u00facha").rename(tmp_path / "Ga\u00facho")
    (tmp_path / "sertaneja").rename(tmp_path / "Sertanejo")
    labels = {track["label"] for track in lmd.list_tracks(tmp_path).tracks}
    assert labels == set(lmd.CLASSES)


def test_two_spellings_side_by_side_are_one_class(tmp_path):
    make_copy(tmp_path)
    (tmp_path / "axe").mkdir()
    (tmp_path / "axe" / "03.mp3").touch()
    files = [
        track["file"] for track in lmd.list_tracks(tmp_path).tracks if track["label"] == "axe"
    ]
    assert len(files) == 3
    assert files == sorted(files)


def test_files_are_taken_at_any_depth(tmp_path):
    make_copy(tmp_path)
    deep = tmp_path / "tango" / "a" / "b"
    deep.mkdir(parents=True)
    for name in ("tango/cover.jpg", "tango/._x.mp3", "tango/a/b/deep.mp3", "loose.mp3"):
        (tmp_path / name).touch()
    (tmp_path / "tango" / ".hidden").mkdir()
    (tmp_path / "tango" / ".hidden" / "x.mp3").touch()
    tracks = lmd.list_tracks(tmp_path).tracks
    assert [track["file"] for track in tracks if track["label"] == "tango"] == [
        "tango/01 Can\u00e7\u00e3o.mp3",
        "tango/a/b/deep.mp3",
        "tango/\u00c1lbum/02.MP3",
    ]


def test_what_lies_outside_of_the_classes_is_named(tmp_path):
    make_copy(tmp_path)
    for name in ("loose.mp3", "Samba/a/x.mp3", "Scans/x.png", "__MACOSX/tango/x.mp3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    loose, beside = lmd.list_tracks(tmp_path).notices
    assert "1 audio file (loose.mp3) in no label's folder" in loose
    assert "1 folder (Samba), named after no label" in beside


def test_missing_classes_are_named_with_what_is_there(tmp_path):
    make_copy(tmp_path)
    (tmp_path / "tango").rename(tmp_path / "tangos")
    with pytest.raises(InputError, match=r"class\(es\) tango; the folders in it are .*tangos"):
        lmd.list_tracks(tmp_path)


def test_an_empty_class_is_refused(tmp_path):
    make_copy(tmp_path)
    for file in (tmp_path / "salsa").rglob("*.[mM]*3"):
        file.unlink()
    with pytest.raises(InputError, match=r"'salsa' .* is empty"):
        lmd.list_tracks(tmp_path)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.touch()])
def test_a_root_that_is_no_folder_is_refused(make, tmp_path):
    make(tmp_path / "lmd")
    with pytest.raises(InputError, match="There is no folder"):
        lmd.list_tracks(tmp_path / "lmd")


# Artists
def test_a_table_gives_artists_whatever_the_spelling_of_its_files(tmp_path):
    make_copy(tmp_path, SPELLINGS["decomposed"])
    table = tmp_path / "artists.csv"
    table.write_text(
        "file,artist\nAXE/01 Can\u00e7\u00e3o.mp3,Ivete\nforr\u00f3/\u00c1lbum/02.mp3,\n",
        encoding="utf-8",
    )
    tracks = lmd.list_tracks(tmp_path, table).tracks
    assert [track["artist"] for track in tracks].count("Ivete") == 1
    assert tracks[0]["artist"] == "Ivete"
    unknown = [track["artist"] for track in tracks[1:]]
    assert len(set(unknown)) == len(tracks) - 1
    assert all(artist.startswith("unknown (") for artist in unknown)


def mp3(path, **tags):
    """A short MP3 with ID3 text frames such as ``TPE1``."""
    data = io.BytesIO()
    noise = np.random.default_rng(0).normal(0, 0.1, 4000)
    soundfile.write(data, noise, 22_050, format="MP3")
    path.write_bytes(data.getvalue())
    frames = mutagen.id3.ID3()
    for name, text in tags.items():
        frames.add(getattr(mutagen.id3, name)(encoding=3, text=text))
    if tags:
        frames.save(path)
    return path


@pytest.mark.parametrize(
    ("tags", "artist"),
    [
        ({}, ""),
        ({"TIT2": "a title"}, ""),
        ({"TPE1": "Luiz Gonzaga"}, "Luiz Gonzaga"),
        ({"TPE1": "  Z\u00e9  Ramalho\n"}, "Z\u00e9 Ramalho"),
        ({"TPE1": "", "TPE2": "Banda Eva"}, "Banda Eva"),
        ({"TPE1": "Unknown Artist", "TPE2": "Banda Eva"}, "Banda Eva"),
        ({"TPE1": "V\u00e1rios Artistas"}, ""),
        ({"TPE1": ["Chit\u00e3ozinho", "Xoror\u00f3"]}, "Chit\u00e3ozinho / Xoror\u00f3"),
    ],
)
def test_the_artist_is_read_from_tags(tags, artist, tmp_path):
    assert lmd.artist_of(mp3(tmp_path / "x.mp3", **tags)) == artist


def test_old_tags_at_the_end_are_read(tmp_path):
    path = mp3(tmp_path / "x.mp3")
    tag = b"TAG" + b"a title".ljust(30, b"\0") + b"Carlos Gardel".ljust(30, b"\0") + b"\0" * 65
    path.write_bytes(path.read_bytes() + tag)
    assert lmd.artist_of(path) == "Carlos Gardel"


@pytest.mark.parametrize(
    "data",
    [b"", b"text", b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"ID3\x02\0\xff\0\0\0\x10" + b"\xff" * 16],
)
def test_tags_that_cannot_be_read_are_none(data, tmp_path):
    (tmp_path / "x.mp3").write_bytes(data)
    assert lmd.artist_of(tmp_path / "x.mp3") == ""
    assert lmd.artist_of(tmp_path / "missing.mp3") == ""


def test_damaged_tags_are_never_an_exception(tmp_path):
    whole = mp3(tmp_path / "x.mp3", TPE1="Luiz Gonzaga", TIT2="Asa Branca").read_bytes()
    generator = np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for place in generator.integers(0, 120, 4):
            damaged[place] = generator.integers(256)
        (tmp_path / "x.mp3").write_bytes(bytes(damaged))
        assert isinstance(lmd.artist_of(tmp_path / "x.mp3"), str)
