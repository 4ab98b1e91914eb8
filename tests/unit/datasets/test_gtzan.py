"""GTZAN in all the forms in which it circulates, complete or not."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from music_adversaries.datasets import gtzan
from music_adversaries.datasets.names import excerpt_names
from music_adversaries.datasets.partitions import apply_splits
from music_adversaries.errors import InputError

SCRIPTS = Path(__file__).parents[3] / "workflow" / "scripts"


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
    tracks = gtzan.list_tracks(tmp_path).tracks
    assert len(tracks) == 1000
    assert gtzan.missing(tracks) == []
    assert all((tmp_path / place / track["file"]).is_file() for track in tracks)


def test_the_root_may_be_the_folder_of_genres_itself(copy):
    assert gtzan.find_genres(copy) == copy
    assert gtzan.find_genres(copy.parent) == copy


def test_tracks_are_in_order_of_name_with_their_genre(copy):
    tracks = gtzan.list_tracks(copy).tracks
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
    files = {track["file"] for track in gtzan.list_tracks(tmp_path).tracks}
    assert len(files) == 1000
    assert {file for file in files if not file.endswith(".au")} == {"rock/rock.00003.WAV"}


@pytest.mark.parametrize("spell", [str.upper, str.title])
@pytest.mark.parametrize("place", gtzan.PLACES)
def test_folders_and_files_are_found_in_any_case(spell, place, tmp_path):
    for excerpt in gtzan.EXCERPTS:
        path = tmp_path / spell(place) / spell(excerpt.split(".")[0]) / spell(f"{excerpt}.au")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert gtzan.find_genres(tmp_path) == tmp_path / spell(place)
    listing = gtzan.list_tracks(tmp_path)
    assert listing.notices == []
    assert Counter(track["label"] for track in listing.tracks) == dict.fromkeys(
        gtzan.GENRES, 100
    )
    assert all((tmp_path / spell(place) / track["file"]).is_file() for track in listing.tracks)
    assert gtzan.missing(listing.tracks) == []
    manifest = pd.DataFrame(listing.tracks)
    manifest["excerpt"] = excerpt_names(list(manifest.file))
    fold = apply_splits(manifest, gtzan.fault_filtered_splits())
    assert Counter(fold.split) == {"train": 443, "valid": 197, "test": 290}


def test_folders_that_differ_in_case_are_one_genre(tmp_path):
    make_copy(tmp_path)
    (tmp_path / "ROCK").mkdir()
    (tmp_path / "ROCK" / "rock.00003.wav").touch()
    (tmp_path / "rock" / "rock.00007.au").rename(tmp_path / "ROCK" / "rock.00007.wav")
    listing = gtzan.list_tracks(tmp_path)
    files = [track["file"] for track in listing.tracks]
    assert len(files) == 1000
    assert "ROCK/rock.00007.wav" in files and "rock/rock.00003.au" in files
    (notice,) = listing.notices
    assert "leaves out 1 further file (ROCK/rock.00003.wav)" in notice


@pytest.mark.parametrize("ending", [".mp3", ".FLAC", ".m4a"])
def test_a_converted_copy_is_known_by_its_names(ending, tmp_path):
    make_copy(tmp_path, ending)
    assert len(gtzan.list_tracks(tmp_path).tracks) == 1000


def test_audio_that_is_no_excerpt_is_named(tmp_path):
    make_copy(tmp_path / "Data" / "genres_original")
    for name in (
        "Data/genres_original/rock/jazz.00001.au",
        "Data/genres_original/rock/deeper/rock.00001.au",
        "Data/genres_original/mixes/a.mp3",
        "Data/genres_original/pictures/a.png",
        "Data/loose.wav",
        "genres/blues/blues.00000.au",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    strays, loose, beside = gtzan.list_tracks(tmp_path).notices
    assert "2 audio files (rock/deeper/rock.00001.au, rock/jazz.00001.au)" in strays
    assert "1 audio file (Data/loose.wav) in no label's folder" in loose
    assert "2 folders (Data/genres_original/mixes, genres)" in beside


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
    assert len(gtzan.list_tracks(tmp_path).tracks) == 1000


def test_missing_excerpts_are_named(tmp_path):
    make_copy(tmp_path, leave_out=["jazz.00054", "blues.00000"])
    tracks = gtzan.list_tracks(tmp_path).tracks
    assert len(tracks) == 998
    assert gtzan.missing(tracks) == ["blues.00000", "jazz.00054"]
    assert gtzan.lost(tracks) == {"train": ["jazz.00054"], "valid": ["blues.00000"], "test": []}


def test_a_missing_genre_is_a_hundred_missing_excerpts(tmp_path):
    make_copy(tmp_path)
    for file in (tmp_path / "pop").iterdir():
        file.unlink()
    (tmp_path / "pop").rmdir()
    tracks = gtzan.list_tracks(tmp_path).tracks
    assert gtzan.missing(tracks) == [f"pop.{number:05d}" for number in range(100)]
    assert sum(map(len, gtzan.lost(tracks).values())) == 41 + 13 + 30


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "polka").mkdir()
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
    tracks = gtzan.list_tracks(copy, tmp_path / "artists.csv").tracks
    assert tracks[0]["artist"] == "John Lee Hooker"
    assert tracks[1]["artist"] == "unknown (blues.00001)"
    assert len({track["artist"] for track in tracks}) == 1000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"excerpt,title\nblues.00000,x\n", "needs one column `artist`"),
        (b"name,artist\nblues.00000,x\n", "needs one column `artist`"),
        (b"", "needs one column `artist`"),
        (b"excerpt,artist\nno.00000,x\n", "none of the 1000 excerpts an artist"),
        (
            "excerpt,artist\nblues.00000,Beyonc\u00e9\n".encode("latin-1"),
            "it has to be a CSV in UTF-8",
        ),
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
    assert gtzan.lost(gtzan.list_tracks(copy).tracks) == {"train": [], "valid": [], "test": []}


def test_what_the_published_partition_leaves_out_is_not_lost(tmp_path):
    make_copy(tmp_path, leave_out=["blues.00099", "pop.00021"])
    lost = gtzan.lost(gtzan.list_tracks(tmp_path).tracks)
    assert lost == {"train": [], "valid": [], "test": ["blues.00099"]}


def test_planning_imports_nothing_heavy():
    code = (
        "import sys, json\n"
        "from music_adversaries.datasets import class_sizes, inventory, loaders\n"
        "from music_adversaries.datasets import names, probes\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, check=True, text=True
    ).stdout
    heavy = {"numpy", "pandas", "torch", "soundfile", "mutagen", "scipy"}
    assert not heavy & set(json.loads(out))
