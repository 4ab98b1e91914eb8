"""Configs as people write them: defaults, refusals in one sentence, and the plan."""

import copy
import hashlib
import json
import re
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
import soundfile
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from nested import places, value_at

from music_adversaries.datasets import gtzan
from music_adversaries.errors import InputError
from music_adversaries.experiment.code_digests import PACKAGE
from music_adversaries.experiment.configuration import SCHEMA, check_keys, complete
from music_adversaries.experiment.plan import either, make_plan, partitions_of
from music_adversaries.snr_limits import snr_limit_db, snr_limit_name

RECIPE = {
    "optimiser": "sgd",
    "initialisation": "he",
    "batch": 8,
    "learning_rate": 0.1,
    "momentum": [0.5, 0.9],
    "ramp_epochs": 3,
    "least_epochs": 1,
    "most_epochs": 3,
    "patience": 2,
}
ADVERSARY = {
    "steps": {"frame_dnn": 0.1, "slice_cnn": 1},
    "most_iterations": 5,
    "stop_confidence": 0.5,
    "consistency": True,
    "gradient": "exact",
}


def config(**changes):
    return {"datasets": {"made": {"loader": "studio"}}} | changes


def rich_config():
    """A config with something at every level."""
    return config(
        datasets={
            "made": {"loader": "studio", "fault_shares": {"repeat": 0.1}},
            "mine": {"loader": "folder", "root": "somewhere"},
        },
        recipes={"own": dict(RECIPE)},
        architectures={
            "net": {"network": "frame_dnn", "recipe": "own"},
            "trees": {"network": "forest", "options": {"features_of": "net"}},
        },
        adversaries={
            "mild": copy.deepcopy(ADVERSARY),
            "least_snr": {"method": "waveform"},
            "small": {"method": "minimum"},
        },
        attacks=[{"adversary": "mild"}],
        probes={"excerpts": 3},
        low_pass={"cutoffs_hz": [1000]},
        curves={"adversaries": ["mild", "small"]},
        transfer={"adversaries": ["mild"]},
        gradients={"excerpts": 2},
        survival={"transformations": [{"mp3_kbps": 64}], "adversaries": ["mild"]},
        adversarial_training={"snr_db": 25},
    )


def refusal(given_config):
    with pytest.raises(InputError) as refused:
        complete(given_config)
    message = str(refused.value)
    assert "\n" not in message
    return message


def changed(path, value, base=None):
    """A rich config with ``value`` at a path: ``attacks.0.modes``, or a tuple of keys."""
    result = copy.deepcopy(rich_config() if base is None else base)
    keys = path.split(".") if isinstance(path, str) else path
    *parents, last = [int(key) if str(key).isdecimal() else key for key in keys]
    place = result
    for key in parents:
        place = place[key]
    place[last] = value
    return result


def test_a_config_of_one_dataset_is_completed_at_every_level():
    completed = complete(config())
    assert completed["fold_count"] == 4
    assert completed["datasets"]["made"]["seconds"] == 8
    assert completed["datasets"]["made"]["fault_shares"]["repeat"] == 0.04
    assert completed["architectures"]["dnn_small"]["options"]["hidden_units"] == [50, 50, 50]


def test_the_papers_settings_are_there_and_ones_own_stand_beside_them():
    completed = complete(rich_config())
    assert {"own", "paper_dnn", "quick_cnn"} <= set(completed["recipes"])
    paper = completed["recipes"]["paper_dnn"]
    assert (paper["batch"], paper["learning_rate"], paper["patience"]) == (1200, 0.1, 50)
    adversaries = completed["adversaries"]
    assert {"mild", "least_snr", "minimum", "pgd"} <= set(adversaries)
    published, corrected = adversaries["as_published"], adversaries["single_excerpts"]
    differ = {key for key in published if published[key] != corrected[key]}
    assert differ == {"gradient", "steps"}


def test_values_that_are_given_override_the_defaults():
    attack = {"adversary": "whole_datasets", "modes": ["perfect"], "excerpts": 3}
    completed = complete(config(folds=[2], recipes={"quick_dnn": RECIPE}, attacks=[attack]))
    assert completed["folds"] == [2]
    assert completed["recipes"]["quick_dnn"] == RECIPE
    assert completed["attacks"] == [{**attack, "snr_limits_db": [15]}]


def test_defaults_are_those_of_the_network_and_of_the_loader():
    completed = complete(rich_config())
    options = completed["architectures"]["net"]["options"]
    assert options == {"hidden_units": [500, 500, 500], "dropout": 0.25}
    folder = {"loader": "folder", "root": "somewhere", "on_bad_audio": "stop"}
    assert completed["datasets"]["mine"] == folder


def test_whole_numbers_are_integers_however_they_are_written():
    completed = complete({**rich_config(), "fold_count": 4.0, "folds": [0.0], "seeds": [1.0]})
    assert repr([completed[key] for key in ("fold_count", "folds", "seeds")]) == "[4, [0], [1]]"


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(number):
    assert "not a finite number" in refusal(changed("recipes.own.learning_rate", number))


@pytest.mark.parametrize("limit", [15.123, 1e-5, 1e6])
def test_snr_limits_that_no_folder_could_be_named_after_are_refused(limit):
    attacks = [{"adversary": "single_excerpts", "snr_limits_db": [limit]}]
    with pytest.raises(InputError, match="snr_limits_db"):
        make_plan(complete(config(attacks=attacks)))


def test_a_completed_config_is_complete():
    completed = complete(rich_config())
    assert complete(completed) == completed


def test_the_config_that_is_given_is_not_changed():
    given_config = rich_config()
    before = copy.deepcopy(given_config)
    completed = complete(given_config)
    assert given_config == before
    completed["recipes"]["own"]["momentum"].append("spoilt")
    assert given_config == before
    assert "spoilt" not in complete(before)["recipes"]["own"]["momentum"]


def test_defaults_are_no_objects_shared_between_entries():
    studio = {"loader": "studio"}
    datasets = complete(config(datasets={"one": dict(studio), "two": dict(studio)}))["datasets"]
    datasets["one"]["genres"].append("polka")
    assert "polka" not in datasets["two"]["genres"]


COMPLETED = complete(rich_config())
MAPPINGS = [path for path in places(COMPLETED) if isinstance(value_at(COMPLETED, path), dict)]


@pytest.mark.parametrize("path", [(), *MAPPINGS], ids=str)
def test_no_mapping_takes_an_unknown_key(path):
    message = refusal(changed((*path, "unknown_key"), 1, COMPLETED))
    assert "unknown_key" in message
    assert ".".join(map(str, path)) in message


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("foldcount", "fold_count"),
        ("datasets.made.fault_shares.wronglabel", "wrong_label"),
        ("datasets.mine.label", "labels"),
        ("architectures.net.options.hidden_unit", "hidden_units"),
        ("adversaries.small.step", "stop_confidence"),
        ("attacks.0.snr_limit_db", "snr_limits_db"),
    ],
)
def test_of_an_unknown_key_the_nearest_that_is_known_is_told(path, near):
    message = refusal(changed(path, 1, COMPLETED))
    where, _, unknown = path.rpartition(".")
    assert f"unknown key {unknown!r} at {where or 'the top level'}" in message
    assert f"did you mean {near!r}" in message


WRONG = [
    ("datasets", []),
    ("datasets", {}),
    ("datasets.made", "studio"),
    ("datasets.made.genres", ["blues", "polka"]),
    ("datasets.made.fault_shares.repeat", 0.5),
    ("datasets.mine.root", ""),
    ("datasets.mine.labels", ["one"]),
    ("fold_count", 2),
    ("fold_count", 4.5),
    ("fold_count", None),
    ("fold_count", True),
    ("folds", []),
    ("folds", [1, 1]),
    ("folds", [4]),
    ("seeds", [2**32]),
    ("trainings", ["adversarial"]),
    ("architectures.net.trainings", ["standard", "madry"]),
    ("recipes.own.momentum", 0.5),
    ("recipes.own.momentum", [0.5, 1]),
    ("recipes.own.learning_rate", "1e-3x"),
    ("recipes.own.initialisation", "xavier"),
    ("adversaries.mild.steps.frame_dnn", -1),
    ("adversaries.mild.method", "genetic"),
    ("adversaries.least_snr.masking_margin_db", "inaudible"),
    ("adversaries.small.stop_confidence", 1),
    ("attacks.0.modes", ["targeted"]),
    ("low_pass.cutoffs_hz", [11_025]),
    ("survival.transformations", [{"bits": 8}] * 2),
    ("survival.transformations.0", {"mp3_kbps": 64, "bits": 8}),
    ("survival.transformations.0", {}),
    ("survival.transformations.0.mp3_kbps", 320),
    ("architectures.trees.options.layers", [0]),
    ("architectures.trees.options.layers", [4]),
    ("architectures.trees.options.features_of", "trees"),
]
SCHEMAS_WORDS = (
    *("should not be valid", "any of the given", "non-unique", "does not match"),
    *("is too", "non-empty", "of type"),
)


@pytest.mark.parametrize(("path", "value"), WRONG, ids=str)
def test_a_wrong_value_is_refused_by_the_name_of_its_key_and_not_in_the_schemas_words(
    path, value
):
    message = refusal(changed(path, value))
    assert f" at {path}" in message
    assert not [words for words in SCHEMAS_WORDS if words in message]


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ((), "datasets"),
        (("datasets", "mine"), "loader"),
        (("datasets", "mine"), "root"),
        (("attacks", 0), "adversary"),
        (("adversaries", "mild", "steps"), "slice_cnn"),
        (("architectures", "trees", "options"), "features_of"),
    ],
)
def test_a_missing_key_is_named(path, missing):
    incomplete = rich_config()
    del value_at(incomplete, path)[missing]
    assert f"the key {missing!r} is missing" in refusal(incomplete)


READABLE = {
    "reserved": ("datasets", {"tables": {"loader": "studio"}}, "'tables' is reserved for"),
    "twice": ("folds", [1, 1], "1 is listed twice; list it once"),
    "too few": ("folds", [], "[] has a length of 0; at least 1 is needed"),
    "neither": ("attacks.0.snr_limits_db", ["15dB"], "'15dB' is neither a number from -80"),
    "nearest": ("datasets.made.loader", "Folders", "did you mean 'folder'?"),
    "in another case": ("attacks.0.adversary", "MILD", "did you mean 'mild'?"),
    "type": ("fold_count", "four", "'four' is not a whole number"),
    "form": ("datasets", {"a b": {"loader": "studio"}}, "Letters, digits, `_` and `-`"),
}


@pytest.mark.parametrize(("path", "value", "said"), READABLE.values(), ids=READABLE)
def test_what_is_wrong_is_said_in_plain_words(path, value, said):
    assert said in refusal(changed(path, value))


@pytest.mark.parametrize(
    "name", ["a b", "1st", "a/b", "", "tables", "figures", "listening", "é", ".."]
)
def test_a_name_that_cannot_be_a_folder_of_results_is_refused(name):
    assert "datasets" in refusal(config(datasets={name: {"loader": "studio"}}))


@pytest.mark.parametrize(
    ("path", "value", "near"),
    [
        ("architectures.net.recipe", "owl", "own"),
        ("architectures.trees.options.features_of", "nets", "net"),
        ("attacks.0.adversary", "mid", "mild"),
        ("attacks.0.architectures", ["nets"], "net"),
        ("probes.adversary", "mid", "mild"),
        ("low_pass.architectures", ["nets"], "net"),
        ("curves.adversaries", ["mid"], "mild"),
        ("curves.architectures", ["nets"], "net"),
        ("transfer.adversaries", ["mid"], "mild"),
        ("transfer.architectures", ["nets"], "net"),
        ("gradients.architectures", ["nets"], "net"),
        ("survival.adversaries", ["mid"], "mild"),
        ("survival.architectures", ["nets"], "net"),
        ("listening.adversaries", ["mid"], "mild"),
        ("listening.architectures", ["nets"], "net"),
    ],
)
def test_a_name_that_nothing_defines_is_refused_with_the_nearest(path, value, near):
    message = refusal(changed(path, value, COMPLETED))
    unknown = value if isinstance(value, str) else value[0]
    assert f"wrong at {path}: there is no " in message
    assert repr(unknown) in message and f"did you mean {near!r}?" in message


def test_a_fold_that_does_not_exist_is_refused():
    message = refusal(changed("folds", [0, 7]))
    assert "no fold 7" in message and "`fold_count` is 4" in message


def test_the_papers_adversary_only_goes_for_a_target():
    message = refusal(changed("attacks.0.modes", ["perfect", "untargeted"]))
    assert "attacks.0.modes" in message
    assert "untargeted" in message


def schema():
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))


def small_plan(**changes):
    return complete(
        config(
            datasets={
                "one": {"loader": "studio", "genres": ["rock", "blues"]},
                "two": {"loader": "studio", "partitions": ["random"]},
            },
            partitions=["artist_filtered", "random"],
            folds=[0, 2],
            seeds=[1, 5, 9],
            attacks=[
                {
                    "adversary": "single_excerpts",
                    "architectures": ["cnn"],
                    "snr_limits_db": [15, 7.5, "none"],
                    "modes": ["perfect", "random"],
                },
                {
                    "adversary": "whole_datasets",
                    "trainings": ["retrained"],
                    "modes": ["all_wrong"],
                },
            ],
            **changes,
        )
    )


def rows(dicts):
    return sorted(tuple(sorted(row.items())) for row in dicts)


def test_a_plan_is_the_product_of_the_configs_lists():
    plan = make_plan(small_plan())
    folds = [
        {"dataset": dataset, "partition": partition, "fold": fold}
        for dataset, partition in (
            ("one", "artist_filtered"),
            ("one", "random"),
            ("two", "random"),
        )
        for fold in (0, 2)
    ]
    assert rows(plan.folds) == rows(folds)
    systems = [
        {**fold, "architecture": architecture, "training": training, "seed": seed}
        for fold in folds
        for architecture, training, seed in product(
            ("dnn", "dnn_small", "cnn", "forest"), ("standard", "retrained"), (1, 5, 9)
        )
    ]
    assert rows(plan.systems) == rows(systems)
    attacks = [
        ("cnn", training, "single_excerpts", limit, mode)
        for training in ("standard", "retrained")
        for limit in ("15dB", "7.5dB", "none")
        for mode in ("perfect", "random")
    ] + [
        (name, "retrained", "whole_datasets", "15dB", "all_wrong")
        for name in ("dnn", "dnn_small", "cnn", "forest")
    ]
    test_sets = [
        {**system, "adversary": adversary, "snr_limit": limit, "mode": mode}
        for system in systems
        for architecture, training, adversary, limit, mode in attacks
        if (architecture, training) == (system["architecture"], system["training"])
    ]
    assert rows(plan.test_sets) == rows(test_sets)
    assert sorted(plan.attacks) == sorted(attacks)


def with_trainings(**trainings):
    """The default architectures, some with trainings of their own."""
    architectures = copy.deepcopy(schema()["properties"]["architectures"]["default"])
    for name, own in trainings.items():
        architectures[name]["trainings"] = own
    return architectures


def test_an_architecture_may_have_trainings_of_its_own():
    architectures = with_trainings(dnn=["standard", "pgd", "retrained"], cnn=["noise"])
    attacks = [
        {"adversary": "single_excerpts", "modes": ["all_wrong"]},
        {"adversary": "as_published", "trainings": ["pgd", "noise"], "modes": ["all_wrong"]},
    ]
    probes = {"trainings": ["pgd"]}
    plan = make_plan(
        complete(config(architectures=architectures, attacks=attacks, probes=probes))
    )
    assert {
        name: [
            system["training"]
            for system in plan.systems
            if system["architecture"] == name and system["partition"] == "random"
        ]
        for name in architectures
    } == {
        "dnn": ["standard", "pgd", "retrained"],
        "dnn_small": ["standard", "retrained"],
        "cnn": ["noise"],
        "forest": ["standard", "retrained"],
    }
    attacked = {key[:3] for key in plan.attacks if key[2] == "as_published"}
    assert attacked == {("dnn", "pgd", "as_published"), ("cnn", "noise", "as_published")}
    assert sum(key[2] == "single_excerpts" for key in plan.attacks) == 3 + 2 + 1 + 2
    assert len(plan.test_sets) == 2 * len(plan.attacks)
    assert {(each["architecture"], each["training"]) for each in plan.probed} == {
        ("dnn", "pgd")
    }


@pytest.mark.parametrize(
    ("trainings", "said"),
    [
        (
            {"dnn": ["standard"]},
            "no training 'retrained'; name some of its trainings: standard",
        ),
        ({"forest": ["standard", "pgd"]}, "no training 'pgd'"),
    ],
)
def test_a_forest_on_a_network_that_is_not_trained_as_it_is_is_refused(trainings, said):
    message = planning_refusal(complete(config(architectures=with_trainings(**trainings))))
    assert "architectures.forest.trainings" in message and "'dnn'" in message
    assert said in message


def test_a_forest_may_stand_on_an_arm():
    variants = ["standard", "pgd"]
    plan = make_plan(
        complete(config(architectures=with_trainings(dnn=variants, forest=["pgd"])))
    )
    assert {"pgd"} == {
        each["training"] for each in plan.systems if each["architecture"] == "forest"
    }


def test_an_attack_is_found_again_by_its_wildcards():
    completed = small_plan()
    plan = make_plan(completed)
    first, second = completed["attacks"]
    assert plan.attacks["cnn", "standard", "single_excerpts", "7.5dB", "random"] is first
    assert plan.attacks["dnn", "retrained", "whole_datasets", "15dB", "all_wrong"] is second


def test_labels_are_in_alphabetical_order():
    assert make_plan(small_plan()).labels["one"] == ["blues", "rock"]


def test_excerpts_are_drawn_of_the_first_fold_seed_and_mode():
    plan = make_plan(small_plan())
    expected = [
        row
        for row in plan.test_sets
        if row["fold"] == 0 and row["seed"] == 1 and row["mode"] in ("perfect", "all_wrong")
    ]
    assert plan.drawn == expected
    assert 0 < len(expected) < len(plan.test_sets)


def test_the_listening_page_has_what_is_meant_of_what_is_drawn_and_probed():
    listening = {"architectures": ["cnn"], "adversaries": ["single_excerpts"], "probes": 1}
    plan = make_plan(small_plan(listening=listening))
    meant = {"architecture": "cnn", "adversary": "single_excerpts"}
    for heard, known in ((plan.heard, plan.drawn), (plan.heard_probes, plan.probed)):
        assert heard == [row for row in known if meant.items() <= row.items()]
        assert 0 < len(heard) < len(known)
    none = make_plan(small_plan(listening={"excerpts": 0, "probes": 0}))
    assert none.heard == none.heard_probes == []


def test_probes_meet_the_first_run_of_the_systems_that_are_meant():
    probes = {"architectures": ["cnn"], "trainings": ["retrained"], "snr_limit_db": "none"}
    plan = make_plan(small_plan(probes=probes))
    system = {"architecture": "cnn", "training": "retrained", "fold": 0, "seed": 1}
    attack = {"adversary": "single_excerpts", "snr_limit": "none"}
    places = [("one", "artist_filtered"), ("one", "random"), ("two", "random")]
    assert rows(plan.probed) == rows(
        {"dataset": dataset, "partition": partition, **system, **attack}
        for dataset, partition in places
    )
    assert make_plan(small_plan(probes={"excerpts": 0})).probed == []


def test_probes_of_ones_own_are_known_by_their_content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    probes = {"files": [str(tmp_path / "song.mp3")]}
    assert str(tmp_path / "song.mp3") in planning_refusal(small_plan(probes=probes))
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 22050 * 3)
    soundfile.write(tmp_path / "song.mp3", noise, 22050)
    digest = hashlib.sha256((tmp_path / "song.mp3").read_bytes()).hexdigest()
    assert make_plan(small_plan(probes=probes)).probes == [(str(tmp_path / "song.mp3"), digest)]


def test_probes_that_cannot_be_used_are_all_named_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.mp3").write_text("no music")
    soundfile.write(tmp_path / "silent.wav", np.zeros(22050 * 3), 22050)
    said = planning_refusal(small_plan(probes={"files": ["text.mp3", "silent.wav"]}))
    assert "2 probe(s) cannot be used" in said and "`probes.files`" in said
    assert "text.mp3 (undecodable" in said and "silent.wav (silent" in said


def test_a_probe_is_decoded_once_and_again_when_it_changes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 22050 * 3)
    soundfile.write("song.wav", noise, 22050)
    config = small_plan(probes={"files": ["song.wav"]})
    make_plan(config)
    code = (
        "import json, sys; from music_adversaries.experiment import plan;"
        "plan.make_plan(json.loads(sys.argv[1]));"
        "assert not {'numpy', 'torch', 'soundfile'} & set(sys.modules)"
    )
    again = [sys.executable, "-c", code, json.dumps(config)]
    subprocess.run(again, check=True, env={"PYTHONPATH": str(PACKAGE.parent)})
    soundfile.write("song.wav", np.zeros(22050 * 3), 22050)
    assert "silent" in planning_refusal(config)


def test_the_filter_meets_the_test_sets_that_are_pushed_to_wrong_classes():
    low_pass = {"trainings": ["retrained", "standard"], "architectures": ["dnn", "cnn"]}
    plan = make_plan(small_plan(low_pass=low_pass))
    assert rows(plan.filtered) == rows(
        test_set
        for test_set in plan.test_sets
        if test_set["architecture"] in ("dnn", "cnn") and test_set["mode"] == "all_wrong"
    )
    assert len(plan.filtered) == 2 * 18
    assert make_plan(small_plan(low_pass={"cutoffs_hz": []})).filtered == []


def test_curves_are_the_product_of_what_is_meant():
    curves = {
        "adversaries": ["waveform", "minimum"],
        "architectures": ["cnn", "dnn"],
        "trainings": ["standard"],
        "partitions": ["random"],
    }
    plan = make_plan(small_plan(curves=curves))
    assert rows(plan.curved) == rows(
        {**system, "adversary": adversary}
        for system in plan.systems
        for adversary in ("waveform", "minimum")
        if system["architecture"] in ("dnn", "cnn")
        and (system["training"], system["partition"]) == ("standard", "random")
    )
    assert len(plan.curved) == 2 * 2 * 2 * 2 * 3
    everywhere = make_plan(small_plan(curves={"adversaries": ["minimum"]}))
    assert len(everywhere.curved) == len(everywhere.systems)
    assert make_plan(small_plan()).curved == []


def test_a_limit_of_a_curve_that_folders_cannot_tell_apart_is_refused():
    message = planning_refusal(small_plan(curves={"snr_limits_db": [15.125]}))
    assert "curves.snr_limits_db" in message and "15.125" in message


def test_what_is_transferred_and_who_judges_it():
    transfer = {"adversaries": ["whole_datasets"], "architectures": ["dnn", "cnn"]}
    transfer["trainings"] = ["retrained"]
    plan = make_plan(small_plan(transfer=transfer))
    meant = {("dnn", "retrained"), ("cnn", "retrained")}
    assert rows(plan.judges) == rows(
        system
        for system in plan.systems
        if (system["architecture"], system["training"]) in meant
    )
    assert rows(plan.transferred) == rows(
        test_set
        for test_set in plan.test_sets
        if (test_set["architecture"], test_set["training"]) in meant
        and (test_set["mode"], test_set["adversary"]) == ("all_wrong", "whole_datasets")
    )
    assert len(plan.transferred) > 0
    assert make_plan(small_plan()).transferred == []


@pytest.mark.parametrize("adversary", ["minimum", "single_excerpts"])
def test_an_adversary_without_wrong_targets_is_not_transferred(adversary):
    """One of them attacks nothing, the other in other modes."""
    message = planning_refusal(small_plan(transfer={"adversaries": [adversary]}))
    assert "transfer.adversaries" in message and repr(adversary) in message
    assert "all_wrong" in message


def test_gradients_are_those_of_the_systems_that_are_meant():
    gradients = {"architectures": ["dnn", "forest"], "trainings": ["retrained"]}
    plan = make_plan(small_plan(gradients=gradients))
    assert rows(plan.inspected) == rows(
        system
        for system in plan.systems
        if system["architecture"] in ("dnn", "forest") and system["training"] == "retrained"
    )
    assert len(plan.inspected) > 0
    assert make_plan(small_plan()).inspected == make_plan(small_plan()).systems
    assert make_plan(small_plan(gradients={"excerpts": 0})).inspected == []


def test_transformations_meet_the_test_sets_that_are_pushed_to_wrong_classes():
    survival = {"transformations": [{"bits": 8}], "adversaries": ["whole_datasets"]}
    survival |= {"trainings": ["retrained", "standard"]}
    plan = make_plan(small_plan(survival=survival))
    assert rows(plan.transformed) == rows(
        test_set
        for test_set in plan.test_sets
        if test_set["adversary"] == "whole_datasets" and test_set["mode"] == "all_wrong"
    )
    assert 0 < len(plan.transformed) < len(plan.test_sets)
    for none in ({"transformations": []}, {"adversaries": ["single_excerpts"]}):
        assert make_plan(small_plan(survival=survival | none)).transformed == []


def test_a_plan_without_attacks_has_no_test_sets():
    plan = make_plan(complete(config(attacks=[])))
    assert plan.test_sets == plan.drawn == []
    assert plan.systems


def test_the_plan_leaves_the_config_as_it_was():
    completed = small_plan()
    before = copy.deepcopy(completed)
    make_plan(completed)
    assert completed == before


def planning_refusal(completed):
    with pytest.raises(InputError) as refused:
        make_plan(completed)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_an_attack_that_is_there_twice_is_refused():
    attack = {"adversary": "single_excerpts", "modes": ["perfect"]}
    completed = complete(config(attacks=[attack, attack]))
    message = planning_refusal(completed)
    assert "attacks.1" in message
    assert "standard single_excerpts 15dB perfect" in message
    assert "twice" in message


def test_limits_that_differ_are_no_duplicates():
    attack = {"adversary": "single_excerpts", "modes": ["perfect"]}
    attacks = [attack | {"snr_limits_db": [limit]} for limit in (15, 15.5, "none")]
    assert len(make_plan(complete(config(attacks=attacks))).attacks) == 3 * 4 * 2


def test_a_target_that_a_dataset_lacks_is_refused_with_those_that_it_has():
    attack = {"adversary": "single_excerpts", "modes": ["all_same"], "same_label": "polka"}
    message = planning_refusal(complete(config(attacks=[attack])))
    assert "attacks.0.same_label" in message
    assert "'polka'" in message
    assert "blues" in message


def test_a_dataset_of_too_few_artists_is_refused_before_any_job():
    few_artists = {"loader": "studio", "artists_per_genre": 3, "tracks_per_artist": 5}
    completed = complete(config(datasets={"made": few_artists}))
    message = planning_refusal(completed)
    assert "'made'" in message
    assert "blues (3)" in message
    assert make_plan(complete(config(datasets={"made": few_artists}, partitions=["random"])))


def test_a_datasets_partitions_are_its_own_or_else_the_configs():
    completed = small_plan()
    assert partitions_of(completed, "one") == ["artist_filtered", "random"]
    assert partitions_of(completed, "two") == ["random"]


def test_tracks_of_a_folder_are_planned_from_its_files(tmp_path):
    for label, count in (("salsa", 5), ("axe", 4)):
        (tmp_path / label).mkdir()
        for number in range(count):
            (tmp_path / label / f"{number}.mp3").touch()
    datasets = {"mine": {"loader": "folder", "root": str(tmp_path)}}
    plan = make_plan(complete(config(datasets=datasets)))
    assert plan.labels["mine"] == ["axe", "salsa"]
    assert sum(map(len, plan.shards["mine"])) == 9
    assert {excerpt for shard in plan.shards["mine"] for excerpt, *_ in shard} == {
        *(f"salsa/{number}" for number in range(5)),
        *(f"axe/{number}" for number in range(4)),
    }


def test_the_published_partition_is_gtzans_alone():
    datasets = {"made": {"loader": "studio", "partitions": ["fault_filtered"]}}
    with pytest.raises(InputError, match="'made' has no published partition"):
        make_plan(complete(config(datasets=datasets)))


def test_an_incomplete_gtzan_says_what_it_lacks_and_loses(tmp_path):
    for excerpt in gtzan.EXCERPTS[1:]:
        path = tmp_path / "genres" / excerpt.split(".")[0] / f"{excerpt}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    settings = {"loader": "gtzan", "root": str(tmp_path), "partitions": ["fault_filtered"]}
    plan = make_plan(complete(config(datasets={"gtzan": settings}, folds=[0, 1])))
    assert [fold["fold"] for fold in plan.folds] == [0]
    assert plan.notices == [
        "The dataset 'gtzan' lacks 1 (blues.00000) of GTZAN's 1000 excerpts.",
        "The published partition of 'gtzan' loses, of its valid: 1 (blues.00000).",
    ]


@pytest.mark.parametrize("limit", ["none", 15, 0, -3, 7.5, 22.25])
def test_a_limits_name_says_the_limit(limit):
    expected = -float("inf") if limit == "none" else limit
    assert snr_limit_db(snr_limit_name(limit)) == expected


def test_either_matches_the_names_as_they_are_and_nothing_where_there_are_none():
    assert re.fullmatch(either(["a.b", "c"]), "a.b")
    assert not re.fullmatch(either(["a.b", "c"]), "axb")
    assert not re.fullmatch(either([]), "")


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(places(rich_config()))), junk)
def test_junk_in_any_place_is_accepted_or_refused_but_never_a_crash(path, value):
    try:
        complete(changed(path, value))
    except InputError as error:
        assert "\n" not in str(error)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(schema()["properties"])) | st.text(), junk))
def test_a_config_of_junk_is_accepted_or_refused_but_never_a_crash(given_config):
    try:
        complete(given_config)
    except InputError as error:
        assert str(error).startswith("The config")


def test_the_order_of_keys_changes_nothing():
    config = rich_config()
    turned = {key: config[key] for key in reversed(config)}
    turned["datasets"] = {key: turned["datasets"][key] for key in reversed(turned["datasets"])}
    assert repr(complete(turned)) == repr(complete(config))


def test_a_key_that_is_there_twice_is_refused_with_its_line(tmp_path):
    good, twice = tmp_path / "good.yaml", tmp_path / "twice.yaml"
    good.write_text("a: &a {b: 1}\nc: {<<: *a, b: 2}\nd: [{b: 1}, {b: 1}]\n? [1, 2]\n: 3\n")
    check_keys([good])
    twice.write_text("a:\n  - b: 1\n    c: 2\n    b: 3\n")
    with pytest.raises(InputError) as refused:
        check_keys([good, twice])
    assert str(refused.value).startswith(f"The config {twice} has the key 'b' twice")
    assert "line 4" in str(refused.value)


def test_keys_are_checked_once_however_often_yaml_refers_to_them(tmp_path):
    lines = ["a0: &a0 {b: 1}"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    bomb, cycle = tmp_path / "bomb.yaml", tmp_path / "cycle.yaml"
    bomb.write_text("\n".join(lines))
    cycle.write_text("a: &a {b: *a}")
    check_keys([bomb, cycle])


def test_a_class_in_another_case_is_offered_as_it_is_written():
    attack = {"adversary": "single_excerpts", "modes": ["all_same"], "same_label": "ROCK"}
    datasets = {"one": {"loader": "studio", "genres": ["rock", "blues", "jazz"]}}
    said = planning_refusal(complete({"datasets": datasets, "attacks": [attack]}))
    assert "attacks.0.same_label" in said and "did you mean 'rock'?" in said
