"""Partitions of random manifests: what every fold promises."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_adversaries.datasets.partitions import make_folds
from music_adversaries.datasets.repeats import find_repeats
from music_adversaries.errors import InputError

LABELS = ["blues", "NA", "001", "forró", "x y"]
PARTITIONS = ["random", "artist_filtered"]
seeds = st.integers(0, 2**32 - 1)
fold_counts = st.integers(3, 5)
few = settings(max_examples=30, deadline=None)


def manifest_of(rows):
    manifest = pd.DataFrame(rows, columns=["label", "artist", "fault"])
    names = [f"{label}/{number:03}" for number, label in enumerate(manifest.label)]
    return manifest.assign(excerpt=names, path="somewhere.wav")


NO_REPEATS = find_repeats(
    pd.DataFrame(columns=["excerpt", "label", "samples_hash", "fingerprint"])
)


def even_manifest(labels=4, artists=8, tracks=2, faults=()):
    rows = [
        (label, f"{label} {artist}", "none")
        for label in LABELS[:labels]
        for artist in range(artists)
        for _ in range(tracks)
    ]
    manifest = manifest_of(rows)
    manifest.loc[list(faults), "fault"] = "repeat"
    return manifest


@st.composite
def manifests(draw, most_artists=9, faulty=True):
    """Classes of unequal size, artists of unequal diligence, faults here and there."""
    rng = np.random.default_rng(draw(seeds))
    rows = []
    for label in LABELS[: draw(st.integers(2, 4))]:
        for artist in range(draw(st.integers(6, most_artists))):
            rows.append((label, f"{label} {artist}", "none"))
            for _ in range(rng.integers(0, 4)):
                fault = "clipping" if faulty and rng.uniform() < 0.2 else "none"
                rows.append((label, f"{label} {artist}", fault))
    return manifest_of(rows)


def splits(fold):
    return {split: set(fold.excerpt[fold.split == split]) for split in fold.split.unique()}


@pytest.mark.parametrize("partition", PARTITIONS)
@few
@given(manifest=manifests(), fold_count=fold_counts, seed=seeds)
def test_every_fold_puts_every_excerpt_into_one_split(partition, manifest, fold_count, seed):
    kept = manifest if partition == "random" else manifest[manifest.fault == "none"]
    for fold in make_folds(manifest, NO_REPEATS, partition, fold_count, seed):
        assert list(fold.columns) == ["excerpt", "label", "artist", "split"]
        assert fold.excerpt.is_unique
        assert set(fold.excerpt) == set(kept.excerpt)
        assert set(fold.split) == {"train", "valid", "test"}
        joined = fold.merge(manifest, on="excerpt", suffixes=("", "_in_manifest"))
        assert (joined.label == joined.label_in_manifest).all()
        assert (joined.artist == joined.artist_in_manifest).all()


@pytest.mark.parametrize("partition", PARTITIONS)
@few
@given(manifest=manifests(), fold_count=fold_counts, seed=seeds)
def test_over_the_folds_every_excerpt_is_tested_once_and_validates_once(
    partition, manifest, fold_count, seed
):
    folds = make_folds(manifest, NO_REPEATS, partition, fold_count, seed)
    assert len(folds) == fold_count
    for split in ("test", "valid"):
        seen = [name for fold in folds for name in fold.excerpt[fold.split == split]]
        assert len(seen) == len(set(seen))
        assert set(seen) == set(folds[0].excerpt)


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_fold_validates_on_what_the_next_one_tests_on(partition):
    folds = make_folds(even_manifest(), NO_REPEATS, partition, 4, 1)
    for fold, following in zip(folds, folds[1:] + folds[:1], strict=True):
        assert splits(fold)["valid"] == splits(following)["test"]


@few
@given(manifests(), fold_counts, seeds)
def test_no_artist_is_on_two_sides_of_an_artist_filtered_fold(manifest, fold_count, seed):
    for fold in make_folds(manifest, NO_REPEATS, "artist_filtered", fold_count, seed):
        assert (fold.groupby("artist").split.nunique() == 1).all()


@few
@given(manifests(), fold_counts, seeds)
def test_an_artist_filtered_fold_has_no_faulty_excerpt(manifest, fold_count, seed):
    faulty = set(manifest.excerpt[manifest.fault != "none"])
    for fold in make_folds(manifest, NO_REPEATS, "artist_filtered", fold_count, seed):
        assert not faulty & set(fold.excerpt)


def test_a_random_fold_mixes_artists_and_keeps_faulty_excerpts():
    manifest = even_manifest(faults=[0, 5, 9])
    (fold, *_) = make_folds(manifest, NO_REPEATS, "random", 4, 1)
    assert set(fold.excerpt) == set(manifest.excerpt)
    assert (fold.groupby("artist").split.nunique() > 1).any()


@few
@given(manifests(), fold_counts, seeds)
def test_random_parts_differ_by_at_most_one_excerpt_of_a_class(manifest, fold_count, seed):
    folds = make_folds(manifest, NO_REPEATS, "random", fold_count, seed)
    for label in manifest.label.unique():
        sizes = [int(((f.label == label) & (f.split == "test")).sum()) for f in folds]
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("partition", PARTITIONS)
def test_four_folds_are_half_train_a_quarter_valid_a_quarter_test(partition):
    for fold in make_folds(even_manifest(artists=8, tracks=2), NO_REPEATS, partition, 4, 3):
        shares = fold.groupby("label").split.value_counts(normalize=True).unstack()
        np.testing.assert_allclose(shares["train"], 0.5)
        np.testing.assert_allclose(shares["valid"], 0.25)
        np.testing.assert_allclose(shares["test"], 0.25)


@pytest.mark.parametrize("partition", PARTITIONS)
def test_every_split_has_every_class(partition):
    for fold in make_folds(even_manifest(artists=4, tracks=1), NO_REPEATS, partition, 4, 1):
        assert (fold.groupby("split").label.nunique() == 4).all()


@pytest.mark.parametrize("partition", PARTITIONS)
def test_the_same_seed_gives_the_same_folds_and_another_others(partition):
    manifest = even_manifest()
    first, again, other = (
        pd.concat(make_folds(manifest, NO_REPEATS, partition, 4, seed)) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert (first.split != other.split).any()


@pytest.mark.parametrize("partition", PARTITIONS)
def test_the_names_of_rows_do_not_matter(partition):
    manifest = even_manifest(faults=[2])
    renamed = manifest.set_index(manifest.index[::-1] * 10)
    for fold, other in zip(
        make_folds(manifest, NO_REPEATS, partition, 4, 1),
        make_folds(renamed, NO_REPEATS, partition, 4, 1),
        strict=True,
    ):
        assert fold.excerpt.tolist() == other.excerpt.tolist()
        assert fold.split.tolist() == other.split.tolist()


def test_making_folds_leaves_the_manifest_as_it_was():
    manifest = even_manifest(faults=[1])
    before = manifest.copy()
    make_folds(manifest, NO_REPEATS, "artist_filtered", 4, 1)
    pd.testing.assert_frame_equal(manifest, before)


def refusal(manifest, partition, fold_count=4):
    with pytest.raises(InputError) as refused:
        make_folds(manifest, NO_REPEATS, partition, fold_count, 1)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_a_class_of_too_few_excerpts_is_named_with_its_count_and_a_remedy():
    manifest = pd.concat(
        [even_manifest(labels=2), manifest_of([("forró", f"f{i}", "none") for i in range(3)])],
        ignore_index=True,
    )
    message = refusal(manifest, "random")
    assert "forró (3)" in message
    assert "blues" not in message
    assert "excerpts" in message
    assert "fold_count" in message


def test_a_class_of_too_few_artists_is_named_with_its_count_and_a_remedy():
    crowd = manifest_of([("forró", f"f{i % 3}", "none") for i in range(30)])
    manifest = pd.concat([even_manifest(labels=2), crowd], ignore_index=True)
    message = refusal(manifest, "artist_filtered")
    assert "forró (3)" in message
    assert "artists" in message
    assert "fold_count" in message
    make_folds(manifest.assign(excerpt=range(len(manifest))), NO_REPEATS, "random", 4, 1)


def test_artists_whose_excerpts_are_all_faulty_do_not_count():
    manifest = even_manifest(labels=2, artists=4, tracks=2, faults=[0, 1])
    assert "blues (3)" in refusal(manifest, "artist_filtered")


def test_artists_shared_by_classes_stay_on_one_side():
    rows = [
        (label, f"both {artist}", "none")
        for label in LABELS[:2]
        for artist in range(12)
        for _ in range(2)
    ]
    for fold in make_folds(manifest_of(rows), NO_REPEATS, "artist_filtered", 4, 1):
        assert (fold.groupby("artist").split.nunique() == 1).all()
        assert (fold.groupby("split").label.nunique() == 2).all()


def test_a_split_without_a_class_is_refused_by_name():
    """Two classes of one artist's quarter each cannot be spread over four parts."""
    rows = [("blues", f"b{i}", "none") for i in range(8)]
    rows += [("x y", artist, "none") for artist in ("b0", "b1", "b2", "b3")]
    rows += [("001", f"b{i % 4}", "none") for i in range(40)]
    try:
        folds = make_folds(manifest_of(rows), NO_REPEATS, "artist_filtered", 4, 1)
    except InputError as error:
        assert "partition has no" in str(error)
    else:
        for fold in folds:
            assert (fold.groupby("split").label.nunique() == 3).all()
