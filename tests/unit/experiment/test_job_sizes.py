"""What jobs ask of the machine, by the audio they go through."""

import re

import pytest

from music_adversaries.experiment import job_sizes
from music_adversaries.experiment.code_digests import PACKAGE
from music_adversaries.experiment.configuration import complete
from music_adversaries.experiment.plan import make_plan

ROOT = PACKAGE.parents[2]
# 2 genres × 3 artists × 5 tracks × 12 s, so a tenth of an hour.
CONFIG = {
    "datasets": {
        "studio": {
            "loader": "studio",
            "genres": ["blues", "disco"],
            "artists_per_genre": 3,
            "tracks_per_artist": 5,
            "seconds": 12,
        }
    },
    "fold_count": 3,
    "shards": 3,
    "architectures": {
        "dnn": {"network": "frame_dnn", "recipe": "quick_dnn"},
        "cnn": {
            "network": "slice_cnn",
            "recipe": "quick_cnn",
            "trainings": ["standard", "pgd"],
        },
    },
    "adversarial_training": {"steps": 4},
    "attacks": [
        {"adversary": "single_excerpts", "modes": ["all_wrong"], "excerpts": 6},
        {"adversary": "expectation", "modes": ["all_wrong"], "excerpts": 1000},
    ],
    "curves": {"adversaries": ["black_box"], "snr_limits_db": [10, 20], "excerpts": 3},
    "low_pass": {"cutoffs_hz": [1000, 2000, 4000]},
    "transfer": {"adversaries": ["single_excerpts"]},
}
SYSTEM = {"dataset": "studio", "partition": "random", "fold": "0", "seed": "1"}
DNN = {**SYSTEM, "architecture": "dnn", "training": "standard"}
CNN = {**SYSTEM, "architecture": "cnn", "training": "standard"}
SINGLE = {"adversary": "single_excerpts", "snr_limit": "15dB", "mode": "all_wrong"}


@pytest.fixture(scope="module")
def planned():
    config = complete(CONFIG)
    return config, make_plan(config)


@pytest.mark.parametrize(
    ("rule", "wildcards", "seconds"),
    [
        ("train_system", DNN, 360),
        ("extract_shard", {"dataset": "studio", "shard": "0"}, None),
        ("attack_test_set", {**DNN, **SINGLE}, 6 * 12),
        ("verify_resynthesis", {**DNN, **SINGLE}, 6 * 12),
        ("attack_test_set", {**DNN, **SINGLE, "adversary": "expectation"}, 360),
        ("attack_curve", {**DNN, "adversary": "black_box"}, 3 * 12),
        ("attack_probes", {**DNN, "adversary": "single_excerpts"}, 10 * 12),
        ("check_gradients", DNN, 10 * 12),
        ("make_tables", {}, 0),
    ],
)
def test_a_job_holds_the_audio_that_it_reads(planned, rule, wildcards, seconds):
    config, plan = planned
    if seconds is None:
        seconds = 12 * len(plan.shards["studio"][0])
    assert job_sizes.audio_h(rule, wildcards, config, plan) == pytest.approx(seconds / 3600)


def test_shards_hold_the_dataset_between_them(planned):
    shards = [{"dataset": "studio", "shard": str(n)} for n in range(3)]
    held = [job_sizes.audio_h("extract_shard", shard, *planned) for shard in shards]
    assert sum(held) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("rule", "wildcards", "passes"),
    [
        ("train_system", DNN, 10),
        ("train_system", CNN, 3 * 10),
        ("train_system", {**CNN, "training": "pgd"}, 3 * 10 * 5),
        ("attack_test_set", {**DNN, **SINGLE}, 100),
        ("attack_test_set", {**CNN, **SINGLE}, 3 * 100),
        ("attack_test_set", {**DNN, **SINGLE, "adversary": "expectation"}, 100 * 4),
        ("attack_curve", {**DNN, "adversary": "black_box"}, 500 * 2),
        ("attack_probes", {**DNN, "adversary": "single_excerpts"}, 100 * 2),
        ("judge_test_set", {**DNN, **SINGLE}, 6 + 2 + 3 + 2 * 4),
        ("classify_test_set", DNN, 1),
    ],
)
def test_a_job_goes_through_its_audio_as_often_as_its_settings_say(
    planned, rule, wildcards, passes
):
    assert job_sizes.passes(rule, wildcards, *planned) == passes


def test_memory_grows_with_the_audio_and_time_with_the_passes():
    asked = {"mem_mb": 100, "mem_mb_per_audio_h": 50, "runtime_min": 7}
    asked["runtime_min_per_audio_h"] = 2
    config = complete({**CONFIG, "resources": {"train_system": asked}})
    plan = make_plan(config)
    assert job_sizes.mem_mb("train_system", DNN, config, plan) == 105
    # A tenth of an hour, ten epochs.
    assert job_sizes.runtime_min("train_system", DNN, config, plan) == 9


def test_a_key_of_a_rule_leaves_its_others_as_they_are():
    config = complete({**CONFIG, "resources": {"train_system": {"threads": 4}}})
    default = complete(CONFIG)["resources"]["train_system"]
    assert config["resources"]["train_system"] == {**default, "threads": 4}


def test_rules_without_an_entry_ask_for_what_others_do():
    config = complete(CONFIG)
    assert job_sizes.asked_of("make_folds", config) == config["resources"]["other"]
    assert job_sizes.asked_of("make_tables", config)["runtime_min"] == 90


def test_every_rule_that_the_config_names_is_there_and_asks_through_it():
    """No rule has numbers of its own, which the config could not change."""
    rules = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    named = set(complete(CONFIG)["resources"]) - {"other"}
    parts = re.split(r"^rule (\w+):$", rules, flags=re.MULTILINE)[1:]
    bodies = dict(zip(parts[::2], parts[1::2], strict=True))
    assert named <= set(bodies)
    for rule, body in bodies.items():
        assert ("script:" in body) == (f'threads: threads_of("{rule}")' in body)
        assert ("script:" in body) == (f'**resources_of("{rule}")' in body)
