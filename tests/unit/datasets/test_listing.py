"""Files of every dataset: at any depth, of any kind, and none left out without a word."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nobody import as_nobody, open_folder

from music_adversaries.datasets import ENDINGS, OTHER_ENDINGS, gtzan, lmd
from music_adversaries.datasets.listing import (
    SYSTEM_FOLDERS,
    audio_below,
    read_folder,
    some,
)
from music_adversaries.datasets.loaders import list_dataset
from music_adversaries.errors import InputError

LEAST = {
    "folder": ["axe/1.mp3", "tango/1.mp3"],
    "gtzan": ["blues/blues.00000.au", "jazz/jazz.00000.au"],
    "lmd": [f"{label}/1.mp3" for label in lmd.CLASSES],
}
"""The least that each loader takes."""


def make(root, files):
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


def take(loader, root, partitions=("random",), **more):
    return list_dataset("mine", {"loader": loader, "root": str(root), **more}, partitions)


def files_of(listing):
    return [track["file"] for track in listing.tracks]


def refusal(loader, root, **more):
    with pytest.raises(InputError) as refused:
        take(loader, root, **more)
    message = str(refused.value)
    assert "\n" not in message
    return message


def said_of(listing, name):
    """The one notice in which ``name`` stands."""
    (notice,) = [notice for notice in listing.notices if name in notice]
    assert notice.startswith("The dataset 'mine' ") and notice.endswith(".")
    assert "\n" not in notice
    return notice


# Depth
@pytest.mark.parametrize("loader", ["folder", "lmd"])
def test_audio_is_taken_at_any_depth(loader, tmp_path):
    deep = ["axe/a/1.wav", "axe/a/b/c/d/2.wav", "axe/\u00c1lbum/disc 1/03.ogg", "axe/b.wav"]
    make(tmp_path, [*LEAST[loader], *deep])
    listing = take(loader, tmp_path)
    assert [file for file in files_of(listing) if file.startswith("axe/")] == sorted(
        ["axe/1.mp3", *deep]
    )
    assert listing.notices == []


@pytest.mark.parametrize("loader", ["folder", "lmd"])
def test_a_label_of_folders_alone_is_not_empty(loader, tmp_path):
    make(tmp_path, [*LEAST[loader], "axe/artist/album/1.mp3"])
    (tmp_path / "axe/1.mp3").unlink()
    assert "axe/artist/album/1.mp3" in files_of(take(loader, tmp_path))


names = st.text("ab\u00e9 .#'", min_size=1, max_size=3).filter(
    lambda name: not name.startswith(".")
)


@settings(max_examples=50, deadline=None)
@given(trees=st.sets(st.lists(names, min_size=1, max_size=4).map("/".join), max_size=8))
def test_every_file_of_any_tree_is_found_once(trees, tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    expected = {f"label/{tree}/x.wav" for tree in trees} | {"label/x.wav"}
    make(root, expected)
    assert audio_below(root, "label")[0] == sorted(expected)


# Links
def test_linked_folders_and_files_are_followed(tmp_path):
    make(tmp_path / "root", LEAST["folder"])
    make(tmp_path / "elsewhere", ["album/1.wav", "one.wav"])
    (tmp_path / "root/axe/more").symlink_to(tmp_path / "elsewhere/album")
    (tmp_path / "root/axe/one.wav").symlink_to(tmp_path / "elsewhere/one.wav")
    (tmp_path / "root/salsa").symlink_to(tmp_path / "elsewhere")
    assert files_of(take("folder", tmp_path / "root")) == [
        "axe/1.mp3",
        "axe/more/1.wav",
        "axe/one.wav",
        "salsa/album/1.wav",
        "salsa/one.wav",
        "tango/1.mp3",
    ]


def test_links_in_circles_end_and_nothing_is_taken_twice(tmp_path):
    make(tmp_path, [*LEAST["folder"], "axe/z/1.wav", "axe/y/1.wav"])
    for link, target in {
        "axe/a": "axe",
        "axe/y/up": ".",
        "axe/y/z": "axe/z",
        "axe/z/y": "axe/y",
        "axe/b": "axe/z",
    }.items():
        (tmp_path / link).symlink_to(tmp_path / target)
    listing = take("folder", tmp_path)
    assert files_of(listing) == ["axe/1.mp3", "axe/y/1.wav", "axe/z/1.wav", "tango/1.mp3"]
    assert "5 links (axe/a, axe/b, axe/y/up, axe/y/z, axe/z/y)" in said_of(listing, "link")


@pytest.mark.parametrize("loader", LEAST)
def test_links_to_nothing_are_named(loader, tmp_path):
    make(tmp_path, LEAST[loader])
    folder = LEAST[loader][0].split("/")[0]
    for link in ("gone", f"{folder}/album"):
        (tmp_path / link).symlink_to(tmp_path / "unplugged")
    said = [notice for notice in take(loader, tmp_path).notices if "to nothing" in notice]
    assert any("gone" in notice for notice in said)
    assert any(f"{folder}/album" in notice for notice in said)


def test_a_link_named_as_audio_is_left_to_inspection(tmp_path):
    make(tmp_path, LEAST["folder"])
    (tmp_path / "axe/gone.wav").symlink_to(tmp_path / "nowhere")
    (tmp_path / "axe/self.wav").symlink_to(tmp_path / "axe/self.wav")
    assert {"axe/gone.wav", "axe/self.wav"} <= set(files_of(take("folder", tmp_path)))


# Kinds
@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_every_ending_of_audio_is_taken_in_any_case(spell, tmp_path):
    files = [f"axe/x{spell(ending)}" for ending in ENDINGS | OTHER_ENDINGS]
    make(tmp_path, [*LEAST["folder"], *files])
    assert set(files) <= set(files_of(take("folder", tmp_path)))


def test_endings_are_of_one_kind_and_in_lower_case():
    assert not ENDINGS & OTHER_ENDINGS
    assert all(ending == ending.lower() and ending[0] == "." for ending in OTHER_ENDINGS)


@pytest.mark.parametrize(
    "name",
    "cover.jpg notes.txt x.wav.txt list.m3u x.mid clip.mkv .DS_Store ._x.mp3 .x.wav".split(),
)
@pytest.mark.parametrize("loader", LEAST)
def test_what_is_no_audio_is_passed_over(loader, name, tmp_path):
    folder = LEAST[loader][0].split("/")[0]
    make(tmp_path, [*LEAST[loader], name, f"{folder}/{name}", f"{folder}/a/{name}"])
    expected = files_of(take(loader, tmp_path))
    assert expected == sorted(LEAST[loader])


def test_a_folder_with_the_ending_of_audio_is_a_folder(tmp_path):
    make(tmp_path, [*LEAST["folder"], "axe/live.wav/1.wav"])
    assert "axe/live.wav/1.wav" in files_of(take("folder", tmp_path))


@pytest.mark.parametrize("name", [".cache", *sorted(SYSTEM_FOLDERS)])
@pytest.mark.parametrize("spell", [str, str.upper])
def test_folders_of_systems_are_passed_over_at_every_level(spell, name, tmp_path):
    for loader, least in LEAST.items():
        root, first = tmp_path / loader, least[0].split("/")[0]
        make(root, least)
        plain = take(loader, root)
        make(root, [f"{spell(name)}/x.wav", f"{first}/{spell(name)}/blues/blues.00001.au"])
        assert take(loader, root) == plain
    assert read_folder(tmp_path / "folder").folders == ["axe", "tango"]


# What is outside
@pytest.mark.parametrize("loader", LEAST)
def test_audio_in_the_root_itself_is_named(loader, tmp_path):
    make(tmp_path, [*LEAST[loader], *(f"{number}.wav" for number in range(7)), "notes.txt"])
    listing = take(loader, tmp_path)
    notice = said_of(listing, "0.wav")
    assert "leaves out 7 audio files (0.wav, 1.wav, 2.wav, 3.wav, 4.wav and 2 more)" in notice
    assert len(files_of(listing)) == len(LEAST[loader])


def test_too_few_labels_are_told_of_loose_audio(tmp_path):
    make(tmp_path, ["a.wav", "b.wav"])
    assert "2 audio files (a.wav, b.wav) in no folder" in refusal("folder", tmp_path)


def test_notices_are_one_line_whatever_the_names(tmp_path):
    make(tmp_path, [*LEAST["folder"], "a\nb.wav", os.fsdecode(b"Ax\xe9.wav")])
    assert repr("a\nb.wav") in said_of(take("folder", tmp_path), "leaves out 2 audio files")


def test_some_counts_and_names():
    assert some(["a"], "file") == "1 file (a)"
    assert some(list("abc"), "file", most=2) == "3 files (a, b and 1 more)"


@pytest.mark.parametrize("loader", ["folder", "gtzan"])
def test_an_artist_filter_without_artists_is_told(loader, tmp_path):
    make(tmp_path, LEAST[loader])
    (notice,) = [
        notice
        for notice in take(loader, tmp_path, ("artist_filtered",)).notices
        if "artist_filtered" in notice
    ]
    assert "does not know the artists of 2 excerpts" in notice


# Rights
@pytest.mark.parametrize("loader", LEAST)
@pytest.mark.parametrize("where", ["", "label", "below"])
def test_a_folder_that_may_not_be_read_is_named(loader, where, tmp_path):
    with open_folder() as root:
        make(root, LEAST[loader])
        label = root / LEAST[loader][0].split("/")[0]
        make(label, ["deeper/x.wav"])
        closed = {"": root, "label": label, "below": label / "deeper"}[where]
        closed.chmod(0)
        try:
            with as_nobody():
                message = refusal(loader, root)
        finally:
            closed.chmod(0o755)
    assert f"The folder {closed} cannot be read (Permission denied)" in message


@pytest.mark.parametrize("loader", LEAST)
def test_a_root_below_a_folder_that_may_not_be_read_is_named(loader):
    with open_folder() as parent:
        make(parent / "closed/root", LEAST[loader])
        (parent / "closed").chmod(0)
        with as_nobody():
            assert "cannot be read (Permission denied)" in refusal(
                loader, parent / "closed/root"
            )
            with pytest.raises(InputError, match="Permission denied"):
                gtzan.find_genres(parent / "closed/root")
            with pytest.raises(InputError, match="Permission denied"):
                lmd.find_classes(parent / "closed/root")
        (parent / "closed").chmod(0o755)


def test_a_link_below_a_folder_that_may_not_be_read_is_named():
    with open_folder() as parent:
        make(parent / "closed/album", ["x.wav"])
        make(parent / "music", LEAST["folder"])
        (parent / "music/axe/album").symlink_to(parent / "closed/album")
        (parent / "closed").chmod(0)
        with as_nobody():
            assert f"{parent}/music/axe/album cannot be read" in refusal(
                "folder", parent / "music"
            )
        (parent / "closed").chmod(0o755)


@pytest.mark.parametrize("root", ["~nobody-of-this-name/x", "a\0b", "x" * 300])
@pytest.mark.parametrize("loader", LEAST)
def test_a_root_that_can_be_no_folder_is_refused(loader, root):
    assert "folder" in refusal(loader, root)
