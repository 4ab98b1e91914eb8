"""What an experiment consists of: every system and every attacked test set.

Imports nothing heavy: the workflow builds its DAG from this.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from music_adversaries.datasets.classes import check_classes
from music_adversaries.datasets.inventory import take_inventory
from music_adversaries.datasets.loaders import PUBLISHED, audio_folder, list_tracks, notices
from music_adversaries.datasets.names import excerpt_names, shard_of
from music_adversaries.errors import InputError
from music_adversaries.snr_limits import NO_LIMIT, snr_limit_name

INVENTORIES = Path(".snakemake/music_adversaries/inventories")
"""Where the hashes of audio files are kept, in the folder of Snakemake's own records."""


@dataclass(frozen=True)
class Plan:
    """The wildcards of everything that a config asks for, a dict each."""

    shards: dict[str, list[list[tuple[str, str, str]]]]
    """The excerpts of each shard of each dataset: name, file and SHA-256 of the file."""
    listings: dict[str, str]
    """A digest of each dataset's tracks, with labels and artists."""
    notices: list[str]
    """What a person should know of the datasets before a run."""
    labels: dict[str, list[str]]
    """The labels of each dataset, in alphabetical order."""
    folds: list[dict]
    systems: list[dict]
    test_sets: list[dict]
    attacks: dict[tuple[str, str, str, str], dict]
    """The config's attack by (architecture, adversary, snr_limit, mode)."""

    @property
    def first_runs(self) -> list[dict]:
        """The test sets of the first fold and seed, of which single excerpts are drawn."""
        first = self.test_sets[0] if self.test_sets else {}
        return [
            test_set
            for test_set in self.test_sets
            if (test_set["fold"], test_set["seed"]) == (first["fold"], first["seed"])
        ]


def make_plan(config: dict) -> Plan:
    """Plan a completed config; raises `InputError` where its datasets do not bear it."""
    datasets = config["datasets"]
    tracks = {name: list_tracks(dataset) for name, dataset in datasets.items()}
    labels = {name: sorted({track["label"] for track in tracks[name]}) for name in datasets}
    for name in datasets:
        _check_dataset(name, config, tracks[name])
    attacks = _attacks(config, labels)
    folds = [
        {"dataset": name, "partition": partition, "fold": fold}
        for name in datasets
        for partition in partitions_of(config, name)
        for fold in ([0] if partition == PUBLISHED else config["folds"])
    ]
    systems = [
        {**fold, "architecture": architecture, "training": training, "seed": seed}
        for fold, architecture, training, seed in product(
            folds, config["architectures"], config["trainings"], config["seeds"]
        )
    ]
    test_sets = [
        {**system, "adversary": adversary, "snr_limit": snr_limit, "mode": mode}
        for system in systems
        for architecture, adversary, snr_limit, mode in attacks
        if architecture == system["architecture"]
    ]
    return Plan(
        shards={name: _shards(name, config, tracks[name]) for name in datasets},
        listings={name: _digest(tracks[name]) for name in datasets},
        notices=[
            notice
            for name, dataset in datasets.items()
            for notice in notices(name, dataset, partitions_of(config, name))
        ],
        labels=labels,
        folds=folds,
        systems=systems,
        test_sets=test_sets,
        attacks=attacks,
    )


def partitions_of(config: dict, dataset: str) -> list[str]:
    """The partitions of a dataset: its own, or else the config's."""
    return config["datasets"][dataset].get("partitions", config["partitions"])


def either(names: Iterable[str]) -> str:
    """A regular expression of any of ``names``; of nothing where there are none."""
    return "|".join(re.escape(name) for name in names) or "(?!)"


def _shards(name: str, config: dict, tracks: list[dict[str, str]]) -> list[list[tuple]]:
    """The excerpts by shard; the files of what is rendered in the run have no hash yet."""
    dataset = config["datasets"][name]
    files = [track["file"] for track in tracks]
    hashes = dict.fromkeys(files, "")
    if dataset["loader"] != "studio":
        record = INVENTORIES / f"{name}.json"
        hashes = take_inventory(audio_folder(name, dataset), files, record)
    shards: list[list[tuple]] = [[] for _ in range(config["shards"])]
    for excerpt, file in zip(excerpt_names(files), files, strict=True):
        shards[shard_of(file, config["shards"])].append((excerpt, file, hashes[file]))
    return shards


def _digest(tracks: list[dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps(tracks).encode()).hexdigest()


def _check_dataset(name: str, config: dict, tracks: list[dict[str, str]]) -> None:
    dataset = config["datasets"][name]
    members = [(track["label"], track["artist"]) for track in tracks]
    if dataset["loader"] == "studio":
        artists = range(dataset["artists_per_genre"])
        tracks_of_each = range(dataset["tracks_per_artist"])
        members = [pair[:2] for pair in product(dataset["genres"], artists, tracks_of_each)]
    artists_known = all(artist != "" for _, artist in members)
    for partition in partitions_of(config, name):
        if partition == PUBLISHED:
            _check_published(name, dataset)
        elif partition == "random" or artists_known:
            _check_classes(name, members, partition, config["fold_count"])


def _check_classes(name: str, members: list, partition: str, fold_count: int) -> None:
    try:
        check_classes(members, partition, fold_count)
    except InputError as error:
        raise InputError(f"The dataset {name!r}: {error}") from error


def _check_published(name: str, dataset: dict) -> None:
    if dataset["loader"] != "gtzan":
        raise InputError(
            f"The dataset {name!r} has no published partition: {PUBLISHED} is one of the"
            " loader `gtzan`; take it out of the dataset's `partitions`."
        )


def _attacks(config: dict, labels: dict[str, list[str]]) -> dict:
    attacks: dict[tuple[str, str, str, str], dict] = {}
    for number, attack in enumerate(config["attacks"]):
        _check_limits(attack, number)
        _check_same_label(attack, number, labels)
        limits = [snr_limit_name(limit) for limit in attack["snr_limits_db"]]
        architectures = attack.get("architectures", list(config["architectures"]))
        for key in product(architectures, [attack["adversary"]], limits, attack["modes"]):
            if key in attacks:
                raise InputError(
                    f"The config is wrong at attacks.{number}: {' '.join(key)} is there"
                    " twice; name it in one entry."
                )
            attacks[key] = attack
    return attacks


def _check_limits(attack: dict, number: int) -> None:
    for limit in attack["snr_limits_db"]:
        if limit != NO_LIMIT and round(limit, 2) != limit:
            raise InputError(
                f"The config is wrong at attacks.{number}.snr_limits_db: {limit} has more"
                " than two decimals."
            )


def _check_same_label(attack: dict, number: int, labels: dict[str, list[str]]) -> None:
    wanted = attack.get("same_label")
    for dataset, known in labels.items():
        if wanted is not None and wanted not in known:
            raise InputError(
                f"The config is wrong at attacks.{number}.same_label: the dataset"
                f" {dataset!r} has no class {wanted!r}; its classes are {', '.join(known)}."
            )
