"""GTZAN in all the forms in which it circulates, complete or not."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from music_adversaries.datasets import gtzan
from music_adversaries.errors import InputError

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"


def make_copy(root, ending=".au", leave_out=()):
    """An empty file for each of the 1000 excerpts but ``leave_out``."""
    for excerpt in gtzan.EXCERPTS:
        folder = root / excerpt.split(".")[0]
        folder.mkdir(parents=True, exist_ok=True)
        if excerpt not in leave_out:
            (folder / f"{excerpt}{ending}").touch()
    return root


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A complete copy; leave it as it is."""
    return make_copy(tmp_path_factory.mktemp("copy") / "genres")


@pytest.mark.parametrize("place", gtzan.PLACES)
@pytest.mark.parametrize("ending", [".au", ".wav", ".WAV"])
def test_every_layout_is_found(place, ending, tmp_path):
    make_copy(tmp_path / place, ending)
    assert gtzan.find_genres(tmp_path) == tmp_path / place
    tracks = gtzan.list_tracks(tmp_path)
    assert len(tracks) == 1000
    assert gtzan.missing(tracks) == []
    assert all((tmp_path / place / track["file"]).is_file() for track in tracks)


def test_the_root_may_be_the_folder_of_genres_itself(copy):
    assert gtzan.find_genres(copy) == copy
    assert gtzan.find_genres(copy.parent) == copy


def test_tracks_are_in_order_of_name_with_their_genre(copy):
    tracks = gtzan.list_tracks(copy)
    files = [track["file"] for track in tracks]
    assert files == sorted(files)
    assert tracks[102] == {
        "file": "classical/classical.00002.au",
        "label": "classical",
        "artist": "unknown (classical.00002)",
        "fault": "none",
    }
    assert Counter(track["label"] for track in tracks) == dict.fromkeys(gtzan.GENRES, 100)


def test_the_fullest_folder_is_taken_where_there_are_several(tmp_path):
    (tmp_path / "jazz").mkdir()
    make_copy(tmp_path / "genres_original", ".wav")
    assert gtzan.find_genres(tmp_path) == tmp_path / "genres_original"


def test_the_original_is_taken_where_an_excerpt_is_there_twice(tmp_path):
    make_copy(tmp_path, ".WAV")
    make_copy(tmp_path, ".au", leave_out=["rock.00003"])
    files = {track["file"] for track in gtzan.list_tracks(tmp_path)}
    assert len(files) == 1000
    assert {file for file in files if not file.endswith(".au")} == {"rock/rock.00003.WAV"}


def test_what_is_no_excerpt_is_passed_over(tmp_path):
    make_copy(tmp_path)
    (tmp_path / "rock" / "jazz.00001.au").touch()
    for name in (
        ".DS_Store",
        "._rock.00000.au",
        "rock.00100.au",
        "rock.00001.mf",
        "rock.0001.au",
    ):
        (tmp_path / "rock" / name).touch()
    (tmp_path / "images_original").mkdir()
    assert len(gtzan.list_tracks(tmp_path)) == 1000


def test_missing_excerpts_are_named(tmp_path):
    make_copy(tmp_path, leave_out=["jazz.00054", "blues.00000"])
    tracks = gtzan.list_tracks(tmp_path)
    assert len(tracks) == 998
    assert gtzan.missing(tracks) == ["blues.00000", "jazz.00054"]
    assert gtzan.lost(tracks) == {"train": ["jazz.00054"], "valid": ["blues.00000"], "test": []}


def test_a_missing_genre_is_a_hundred_missing_excerpts(tmp_path):
    make_copy(tmp_path)
    for file in (tmp_path / "pop").iterdir():
        file.unlink()
    (tmp_path / "pop").rmdir()
    tracks = gtzan.list_tracks(tmp_path)
    assert gtzan.missing(tracks) == [f"pop.{number:05d}" for number in range(100)]
    assert sum(map(len, gtzan.lost(tracks).values())) == 41 + 13 + 30


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "Rock").mkdir()
    with pytest.raises(
        InputError, match=r"no copy of GTZAN: .*genres_original.* folders blues, "
    ):
        gtzan.list_tracks(tmp_path)


def test_empty_genre_folders_are_refused(tmp_path):
    (tmp_path / "rock").mkdir()
    with pytest.raises(InputError, match=r"hold no excerpts: .*blues\.00000\.wav"):
        gtzan.list_tracks(tmp_path)


def test_a_missing_root_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no folder"):
        gtzan.list_tracks(tmp_path / "nowhere")


# Artists
@pytest.mark.parametrize(
    "table",
    [
        "excerpt,artist,title\nblues.00000,John Lee Hooker,Boogie\nblues.00001,,\n",
        "file,artist\nblues/blues.00000.wav,John Lee Hooker\n",
        "\ufefffile,artist\ngenres/blues/blues.00000.au,  John Lee Hooker \nno.00000.au,X\n",
        "file,artist\nblues\\blues.00000.wav,John Lee Hooker\n",
    ],
)
def test_artists_are_taken_from_a_table(table, copy, tmp_path):
    (tmp_path / "artists.csv").write_text(table, encoding="utf-8")
    tracks = gtzan.list_tracks(copy, tmp_path / "artists.csv")
    assert tracks[0]["artist"] == "John Lee Hooker"
    assert tracks[1]["artist"] == "unknown (blues.00001)"
    assert len({track["artist"] for track in tracks}) == 1000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"excerpt,title\nblues.00000,x\n", "lacks a column"),
        (b"name,artist\nblues.00000,x\n", "lacks a column"),
        (b"", "lacks a column"),
        ("excerpt,artist\nblues.00000,Beyonc\u00e9\n".encode("latin-1"), "no CSV in UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(data, message, copy, tmp_path):
    (tmp_path / "artists.csv").write_bytes(data)
    with pytest.raises(InputError, match=message):
        gtzan.list_tracks(copy, tmp_path / "artists.csv")


def test_a_missing_table_is_refused(copy, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        gtzan.list_tracks(copy, tmp_path / "artists.csv")


# The published partition
def test_the_published_partition_has_its_published_sizes():
    splits = gtzan.fault_filtered_splits()
    assert Counter(splits.values()) == {"train": 443, "valid": 197, "test": 290}
    assert set(splits) < set(gtzan.EXCERPTS)


def test_the_published_ranges_do_not_overlap():
    rows = gtzan.FAULT_FILTERED.read_text(encoding="utf-8").splitlines()[1:]
    ranges = [
        (int(last) - int(first)) for _, _, first, last in (row.split("\t") for row in rows)
    ]
    assert min(ranges) >= 0
    assert sum(ranges) + len(ranges) == len(gtzan.fault_filtered_splits()) == 930


def test_a_complete_copy_loses_nothing(copy):
    assert gtzan.lost(gtzan.list_tracks(copy)) == {"train": [], "valid": [], "test": []}


def test_what_the_published_partition_leaves_out_is_not_lost(tmp_path):
    make_copy(tmp_path, leave_out=["blues.00099", "pop.00021"])
    lost = gtzan.lost(gtzan.list_tracks(tmp_path))
    assert lost == {"train": [], "valid": [], "test": ["blues.00099"]}


def test_planning_imports_nothing_heavy():
    code = (
        "import sys, json, music_adversaries.datasets.gtzan, music_adversaries.datasets.lmd;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, check=True, text=True
    ).stdout
    heavy = {"numpy", "pandas", "torch", "soundfile", "mutagen", "scipy"}
    assert not heavy & set(json.loads(out))
