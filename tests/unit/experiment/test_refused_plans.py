"""Configs that no plan can follow, each refused in one sentence before any job runs."""

import pytest

from music_adversaries.errors import InputError
from music_adversaries.experiment.configuration import complete
from music_adversaries.experiment.plan import make_plan

STUDIO = {
    "loader": "studio",
    "genres": ["blues", "classical", "disco"],
    "artists_per_genre": 3,
    "tracks_per_artist": 1,
    "seconds": 3,
}


@pytest.fixture
def music(tmp_path):
    """A folder dataset of two classes of three files each, which planning does not read."""
    for label in ("rock", "jazz"):
        (tmp_path / label).mkdir()
        for number in range(3):
            (tmp_path / label / f"{number}.wav").touch()
    return tmp_path


def refused(**config):
    with pytest.raises(InputError) as error:
        make_plan(complete({"fold_count": 3, **config}))
    return str(error.value)


def refused_folder(root):
    return refused(datasets={"mine": {"loader": "folder", "root": str(root)}})


def test_a_missing_folder(tmp_path):
    assert f"There is no folder {tmp_path}/none" in refused_folder(tmp_path / "none")


def test_an_empty_class(music):
    (music / "pop").mkdir()
    assert "The class 'pop' of" in refused_folder(music)


def test_a_table_of_artists_of_other_files(music):
    (music / "artists.csv").write_text("file,artist\n0.wav,X\n")
    assert "gives none of the 6 excerpts an artist" in refused_folder(music)


def test_classes_with_fewer_artists_than_folds(music):
    rows = "".join(f"rock/{number}.wav,The Same\n" for number in range(3))
    (music / "artists.csv").write_text("file,artist\n" + rows)
    assert "3 artists or more in every class, and these have fewer: rock (1)" in refused_folder(
        music
    )


def test_a_target_class_that_does_not_exist():
    attack = {"adversary": "single_excerpts", "modes": ["all_same"], "same_label": "polka"}
    said = refused(datasets={"studio": STUDIO}, attacks=[attack])
    assert "no class 'polka'" in said and "blues, classical, disco" in said


def test_a_fold_that_does_not_exist():
    assert "there is no fold 3" in refused(datasets={"studio": STUDIO}, folds=[3])
