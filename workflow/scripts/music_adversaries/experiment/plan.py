"""The plan of an experiment: every trained system and every attacked test set.

Imports nothing heavy: the workflow builds its DAG from this.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from music_adversaries import plugins
from music_adversaries.datasets.class_sizes import check_classes
from music_adversaries.datasets.inventory import UNREADABLE, asked_of_ffmpeg, take_inventory
from music_adversaries.datasets.loaders import PUBLISHED, audio_folder, list_dataset
from music_adversaries.datasets.names import excerpt_names, shard_of
from music_adversaries.datasets.probes import check_probes
from music_adversaries.errors import InputError
from music_adversaries.nearest import did_you_mean
from music_adversaries.snr_limits import NO_LIMIT, snr_limit_name

SETTINGS_OF_TRAININGS = {
    "standard": (),
    "retrained": (),
    "pgd": ("snr_db", "steps"),
    "fast": ("snr_db", "steps"),
    "noise": ("snr_db",),
    "longer": ("steps",),
}
"""The entries of the config's ``adversarial_training`` on which each training depends."""

BUILT_WITH = ("bins", "classes")
"""Arguments with which a plugin's network is built, besides its options."""
ATTACKED_WITH = ("snr_limit_db", "goal")
"""Arguments with which the settings of a plugin's method are made, besides its options."""

INVENTORIES = Path(".snakemake/music_adversaries/inventories")
"""Where the hashes of audio files are kept, in the folder of Snakemake's own records."""


@dataclass(frozen=True)
class Plan:
    """The wildcards of everything that a config asks for, a dict each."""

    shards: dict[str, list[list[tuple[str, str, str, str]]]]
    """The excerpts of each shard of each dataset: name, file, SHA-256 of the file, and, if it
    needs ffmpeg, whether that is ``installed`` or ``missing``, else an empty string."""
    listings: dict[str, str]
    """A digest of each dataset's tracks, with labels and artists."""
    notices: list[str]
    """Sentences about the datasets, for the user to read before a run."""
    labels: dict[str, list[str]]
    """The labels of each dataset, in alphabetical order."""
    folds: list[dict]
    systems: list[dict]
    test_sets: list[dict]
    attacks: dict[tuple[str, ...], dict]
    """The config's attack by (architecture, training, adversary, snr_limit, mode)."""
    filtered: list[dict]
    """The test sets that are also judged after low-pass filters."""
    curved: list[dict]
    """The systems and adversaries of the curves: attacks at many SNR limits."""
    judged: list[dict]
    """The test sets of the mode ``all_wrong``, whose perceptual measures are computed."""
    transferred: list[dict]
    """The test sets whose written excerpts are also judged by other systems."""
    judges: list[dict]
    """The systems that judge the test sets of other systems of their dataset."""
    inspected: list[dict]
    """The systems whose gradients are checked."""
    transformed: list[dict]
    """The test sets that are also judged after transformations."""
    probed: list[dict]
    """The systems on which probes are attacked, with the adversary and the SNR limit."""
    probes: list[tuple[str, str]]
    """The user's own files for probes, with their SHA-256."""
    drawn: list[dict]
    """The test sets whose single excerpts are drawn in figures.

    They are those of the first fold and seed, and of the first mode that the config names for a
    system and adversary.
    """
    heard: list[dict]
    """Those test sets among ``drawn`` whose excerpts are on the listening page."""
    heard_probes: list[dict]
    """The systems whose probes are on the listening page, with adversary and SNR limit."""


def make_plan(config: dict) -> Plan:
    """Plan a completed config; raises `InputError` if datasets or plugins do not allow it."""
    datasets = config["datasets"]
    listings = {
        name: list_dataset(name, dataset, partitions_of(config, name))
        for name, dataset in datasets.items()
    }
    tracks = {name: listing.tracks for name, listing in listings.items()}
    labels = {name: sorted({track["label"] for track in tracks[name]}) for name in datasets}
    for name in datasets:
        _check_dataset(name, config, tracks[name])
    _check_forests(config)
    _check_plugins(config)
    attacks = _attacks(config, labels)
    folds = [
        {"dataset": name, "partition": partition, "fold": fold}
        for name in datasets
        for partition in partitions_of(config, name)
        for fold in ([0] if partition == PUBLISHED else config["folds"])
    ]
    systems = [
        {**fold, "architecture": architecture, "training": training, "seed": seed}
        for fold, architecture in product(folds, config["architectures"])
        for training, seed in product(trainings_of(config, architecture), config["seeds"])
    ]
    test_sets = [
        {**system, "adversary": adversary, "snr_limit": snr_limit, "mode": mode}
        for system in systems
        for (architecture, training, adversary, snr_limit, mode), attack in attacks.items()
        if (architecture, training) == (system["architecture"], system["training"])
        and system["partition"] in attack.get("partitions", [system["partition"]])
    ]
    drawn, probed = _drawn(test_sets), _probed(config, systems)
    low_pass, survival = config["low_pass"], config["survival"]
    gradients, listening = config["gradients"], config["listening"]
    return Plan(
        shards={name: _shards(name, config, tracks[name]) for name in datasets},
        listings={name: _digest(tracks[name]) for name in datasets},
        notices=[notice for listing in listings.values() for notice in listing.notices],
        labels=labels,
        folds=folds,
        systems=systems,
        test_sets=test_sets,
        attacks=attacks,
        filtered=_of_wrong_targets(low_pass, test_sets) if low_pass["cutoffs_hz"] else [],
        curved=_curved(config, systems),
        judged=_of_wrong_targets({}, test_sets),
        transferred=_transferred(config, test_sets),
        judges=_of_part(config["transfer"], systems),
        inspected=_of_part(gradients, systems) if gradients["excerpts"] else [],
        transformed=(
            _of_wrong_targets(survival, test_sets) if survival["transformations"] else []
        ),
        probed=probed,
        probes=_probe_files(config["probes"]["files"]),
        drawn=drawn,
        heard=_of_part(listening, drawn) if listening["excerpts"] else [],
        heard_probes=_of_part(listening, probed) if listening["probes"] else [],
    )


def partitions_of(config: dict, dataset: str) -> list[str]:
    """The partitions of a dataset: its own, or else the config's."""
    return config["datasets"][dataset].get("partitions", config["partitions"])


def trainings_of(config: dict, architecture: str) -> list[str]:
    """The trainings of an architecture: its own, or else the config's."""
    return config["architectures"][architecture].get("trainings", config["trainings"])


def either(names: Iterable[str]) -> str:
    """A regular expression that matches any of ``names``, or nothing if there are none."""
    return "|".join(re.escape(name) for name in names) or "(?!)"


def _shards(name: str, config: dict, tracks: list[dict[str, str]]) -> list[list[tuple]]:
    """The excerpts by shard; files that the run itself renders have no hash."""
    dataset = config["datasets"][name]
    files = [track["file"] for track in tracks]
    contents, asked = dict.fromkeys(files, UNREADABLE), dict.fromkeys(files, "")
    if dataset["loader"] != "studio":
        record = INVENTORIES / f"{name}.json"
        contents = take_inventory(audio_folder(name, dataset), files, record)
        magnitudes = Path("results") / name / "magnitudes"
        indexes = [magnitudes / f"shard{number}.tsv" for number in range(config["shards"])]
        asked = asked_of_ffmpeg(contents, indexes)
    shards: list[list[tuple]] = [[] for _ in range(config["shards"])]
    for excerpt, file in zip(excerpt_names(files), files, strict=True):
        shard = shards[shard_of(file, config["shards"])]
        shard.append((excerpt, file, contents[file].sha256, asked[file]))
    return shards


def _digest(tracks: list[dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps(tracks).encode()).hexdigest()


def _check_dataset(name: str, config: dict, tracks: list[dict[str, str]]) -> None:
    dataset = config["datasets"][name]
    members: list[tuple[str, Any]] = [(track["label"], track["artist"]) for track in tracks]
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


def _check_forests(config: dict) -> None:
    """Raise `InputError` for a forest on a network that is not trained as the forest is."""
    for name, architecture in config["architectures"].items():
        base = architecture["options"].get("features_of", name)
        lacking = [
            training
            for training in trainings_of(config, name)
            if training not in trainings_of(config, base)
        ]
        if lacking:
            raise InputError(
                f"The config is wrong at architectures.{name}.trainings: the forest takes the"
                f" activations of {base!r}, which has no training {lacking[0]!r}; name some of"
                f" its trainings: {', '.join(trainings_of(config, base))}."
            )


def _check_plugins(config: dict) -> None:
    """Raise `InputError` for plugins whose text shows that they cannot work."""
    for architecture in config["architectures"].values():
        file = architecture["network"]
        if plugins.is_plugin(file):
            network: Any = plugins.definitions(file, plugins.NETWORK)["Network"]
            for name in BUILT_WITH:
                plugins.check_takes(file, network, name, "every network is built with it")
            plugins.check_options(file, network, architecture["options"], BUILT_WITH)
    for adversary in config["adversaries"].values():
        file = adversary["method"]
        if plugins.is_plugin(file):
            settings: Any = plugins.definitions(file, plugins.METHOD)["Settings"]
            plugins.check_takes(file, settings, "snr_limit_db", "every attack has a limit")
            options = [name for name in adversary if name != "method"]
            plugins.check_options(file, settings, options, ATTACKED_WITH)
    for attack in config["attacks"]:
        file = config["adversaries"][attack["adversary"]]["method"]
        if plugins.is_plugin(file) and "untargeted" in attack["modes"]:
            settings = plugins.definitions(file, plugins.METHOD)["Settings"]
            plugins.check_takes(file, settings, "goal", "it cannot be `untargeted`")


def _attacks(config: dict, labels: dict[str, list[str]]) -> dict:
    attacks: dict[tuple[str, ...], dict] = {}
    for number, attack in enumerate(config["attacks"]):
        for limit in attack["snr_limits_db"]:
            _check_limit(limit, f"attacks.{number}.snr_limits_db")
        _check_same_label(attack, number, labels)
        limits = [snr_limit_name(limit) for limit in attack["snr_limits_db"]]
        lists = [*_meant(attack, config), [attack["adversary"]], limits, attack["modes"]]
        for key in product(*lists):
            architecture, training, *_ = key
            if training not in trainings_of(config, architecture):
                continue
            if key in attacks:
                raise InputError(
                    f"The config is wrong at attacks.{number}: {' '.join(key)} is there"
                    " twice; name it in one entry."
                )
            attacks[key] = attack
    return attacks


def _meant(part: dict, config: dict) -> tuple[list[str], list[str]]:
    """The architectures and trainings that a part of the config means: all by default."""
    return (
        part.get("architectures", list(config["architectures"])),
        part.get("trainings", list(SETTINGS_OF_TRAININGS)),
    )


def _of_wrong_targets(part: dict, test_sets: list[dict]) -> list[dict]:
    """The test sets of the mode ``all_wrong`` that a part of the config means."""
    meant = _of_part(part, test_sets)
    return [test_set for test_set in meant if test_set["mode"] == "all_wrong"]


def _curved(config: dict, systems: list[dict]) -> list[dict]:
    curves = config["curves"]
    for limit in curves["snr_limits_db"]:
        _check_limit(limit, "curves.snr_limits_db")
    return [
        {**system, "adversary": adversary}
        for system in _of_part(curves, systems)
        for adversary in curves["adversaries"]
    ]


NAMED_IN_PARTS = {
    "partition": "partitions",
    "architecture": "architectures",
    "training": "trainings",
    "adversary": "adversaries",
}


def _of_part(part: dict, runs: list[dict]) -> list[dict]:
    """The systems or test sets in ``runs`` with the names that a part of the config lists."""
    named = {one: part[many] for one, many in NAMED_IN_PARTS.items() if many in part}
    return [run for run in runs if all(run[one] in named[one] for one in named if one in run)]


def _transferred(config: dict, test_sets: list[dict]) -> list[dict]:
    wanted = config["transfer"]["adversaries"]
    found = _of_wrong_targets(config["transfer"], test_sets)
    for adversary in wanted:
        if all(test_set["adversary"] != adversary for test_set in found):
            raise InputError(
                f"The config is wrong at transfer.adversaries: {adversary!r} attacks none of"
                " the systems that `transfer` means; add it to `attacks` with the mode"
                " `all_wrong`."
            )
    return found


def _probed(config: dict, systems: list[dict]) -> list[dict]:
    probes = config["probes"]
    if not probes["excerpts"] and not probes["files"]:
        return []
    _check_limit(probes["snr_limit_db"], "probes.snr_limit_db")
    attack = {
        "adversary": probes["adversary"],
        "snr_limit": snr_limit_name(probes["snr_limit_db"]),
    }
    return [{**system, **attack} for system in _of_part(probes, _first_runs(systems))]


def _drawn(test_sets: list[dict]) -> list[dict]:
    by_attack: dict[tuple, dict] = {}
    for test_set in _first_runs(test_sets):
        attack = tuple(value for key, value in test_set.items() if key != "mode")
        by_attack.setdefault(attack, test_set)
    return list(by_attack.values())


def _first_runs(runs: list[dict]) -> list[dict]:
    """The ``runs`` with the same fold and seed as the first."""
    return [
        run for run in runs if (run["fold"], run["seed"]) == (runs[0]["fold"], runs[0]["seed"])
    ]


def _probe_files(files: list[str]) -> list[tuple[str, str]]:
    paths = [Path(file).expanduser() for file in files]
    contents = take_inventory(Path(), map(str, paths), INVENTORIES / "probes.json")
    for file, content in contents.items():
        if not content.sha256:
            raise InputError(
                f"The probe {file!r} is no file that can be read: correct the config's"
                " `probes.files`."
            )
    hashes = {file: content.sha256 for file, content in contents.items()}
    check_probes(hashes, INVENTORIES.with_name("good_probes.json"))
    return list(hashes.items())


def _check_limit(limit: float | str, where: str) -> None:
    if limit != NO_LIMIT and round(float(limit), 2) != limit:
        raise InputError(f"The config is wrong at {where}: {limit} has more than two decimals.")


def _check_same_label(attack: dict, number: int, labels: dict[str, list[str]]) -> None:
    wanted = attack.get("same_label")
    for dataset, known in labels.items():
        if wanted is not None and wanted not in known:
            raise InputError(
                f"The config is wrong at attacks.{number}.same_label: the dataset"
                f" {dataset!r} has no class {wanted!r}; {did_you_mean(wanted, known)}"
            )
