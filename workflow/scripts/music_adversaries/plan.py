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
from music_adversaries.datasets.folder import list_tracks
from music_adversaries.datasets.inventory import take_inventory
from music_adversaries.errors import InputError
from music_adversaries.snr_limits import NO_LIMIT, snr_limit_name

INVENTORIES = Path(".snakemake/music_adversaries/inventories")
"""Where the hashes of audio files are kept, in the folder of Snakemake's own records."""


@dataclass(frozen=True)
class Plan:
    """The wildcards of everything that a config asks for, a dict each."""

    tracks: dict[str, list[dict[str, str]]]
    """The files of each dataset that is a folder."""
    contents: dict[str, str]
    """A digest of the names and bytes of each of these datasets' files."""
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
    tracks = {
        name: list_tracks(dataset["root"], dataset.get("labels"))
        for name, dataset in datasets.items()
        if dataset["loader"] == "folder"
    }
    labels = {
        name: sorted({track["label"] for track in tracks[name]})
        if name in tracks
        else sorted(dataset["genres"])
        for name, dataset in datasets.items()
    }
    for name in datasets:
        _check_dataset(name, config, tracks)
    attacks = _attacks(config, labels)
    folds = [
        {"dataset": name, "partition": partition, "fold": fold}
        for name in datasets
        for partition in partitions_of(config, name)
        for fold in config["folds"]
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
    contents = {name: _content(name, datasets[name]["root"], tracks[name]) for name in tracks}
    return Plan(tracks, contents, labels, folds, systems, test_sets, attacks)


def partitions_of(config: dict, dataset: str) -> list[str]:
    """The partitions of a dataset: its own, or else the config's."""
    return config["datasets"][dataset].get("partitions", config["partitions"])


def either(names: Iterable[str]) -> str:
    """A regular expression of any of ``names``; of nothing where there are none."""
    return "|".join(re.escape(name) for name in names) or "(?!)"


def _content(dataset: str, root: str, tracks: list[dict[str, str]]) -> str:
    """Digest of what a folder's files are called and hold."""
    inventory = take_inventory(
        Path(root).expanduser(),
        [track["file"] for track in tracks],
        INVENTORIES / f"{dataset}.json",
    )
    return hashlib.sha256(json.dumps([inventory, tracks]).encode()).hexdigest()


def _check_dataset(name: str, config: dict, tracks: dict) -> None:
    dataset = config["datasets"][name]
    if name in tracks:
        members = [(track["label"], track["artist"]) for track in tracks[name]]
    else:
        members = [
            (genre, f"{genre} {artist}")
            for genre in dataset["genres"]
            for artist in range(dataset["artists_per_genre"])
            for _ in range(dataset["tracks_per_artist"])
        ]
    for partition in partitions_of(config, name):
        try:
            check_classes(members, partition, config["fold_count"])
        except InputError as error:
            raise InputError(f"The dataset {name!r}: {error}") from error


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
