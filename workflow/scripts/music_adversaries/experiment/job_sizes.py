"""The memory and time that a job asks for: the config's ``resources``, scaled by its audio.

Imports nothing heavy: the workflow calls this for every job that it plans.
"""

import math
from collections.abc import Mapping

from music_adversaries.experiment.plan import SETTINGS_OF_TRAININGS, Plan

LONGEST_EXCERPT_S = 30
CNN_PASS = 3
"""The cost of a pass through the CNN, in passes through the DNN (benchmarks/README.md)."""
PERCEPTION_PASSES = 6
"""The cost of the perceptual metrics of an excerpt, in judgements of it."""


def mem_mb(rule: str, wildcards: Mapping[str, str], config: dict, plan: Plan) -> int:
    """The memory that a job asks for in MB, at its first attempt."""
    asked = asked_of(rule, config)
    held_h = audio_h(rule, wildcards, config, plan)
    return math.ceil(asked["mem_mb"] + asked["mem_mb_per_audio_h"] * held_h)


def runtime_min(rule: str, wildcards: Mapping[str, str], config: dict, plan: Plan) -> int:
    """The time that a job asks for in minutes, at its first attempt."""
    asked = asked_of(rule, config)
    heard_h = audio_h(rule, wildcards, config, plan)
    if heard_h:
        heard_h *= passes(rule, wildcards, config, plan)
    return math.ceil(asked["runtime_min"] + asked["runtime_min_per_audio_h"] * heard_h)


def asked_of(rule: str, config: dict) -> dict:
    """The config's entry for a rule: its own, or that of ``other`` rules."""
    resources = config["resources"]
    return resources.get(rule, resources["other"])


def audio_h(rule: str, wildcards: Mapping[str, str], config: dict, plan: Plan) -> float:
    """The audio of a job in hours, if all its excerpts have the greatest length."""
    if "dataset" not in wildcards:
        return 0.0
    dataset = config["datasets"][wildcards["dataset"]]
    excerpt_s = dataset.get("seconds", LONGEST_EXCERPT_S)
    return _excerpts(rule, wildcards, config, plan) * excerpt_s / 3600


def passes(rule: str, wildcards: Mapping[str, str], config: dict, plan: Plan) -> int:
    """The most times that a job processes its audio, in passes through the DNN."""
    match rule:
        case "train_system":
            return _passes_of_training(wildcards, config)
        case "attack_test_set":
            return _passes_of_attack(wildcards, config)
        case "attack_probes":
            return _passes_of_attack(wildcards, config) * len(plan.labels[wildcards["dataset"]])
        case "attack_curve":
            limits = config["curves"]["snr_limits_db"]
            return _passes_of_attack(wildcards, config) * len(limits)
        case "judge_test_set":
            changes = config["low_pass"]["cutoffs_hz"] + config["survival"]["transformations"]
            judges = sum(judge["dataset"] == wildcards["dataset"] for judge in plan.judges)
            return PERCEPTION_PASSES + 2 + len(changes) + judges
    return 1


def _excerpts(rule: str, wildcards: Mapping[str, str], config: dict, plan: Plan) -> int:
    shards = [len(shard) for shard in plan.shards[wildcards["dataset"]]]
    if rule == "extract_shard":
        return shards[int(wildcards["shard"])]
    if rule in ("attack_test_set", "verify_resynthesis", "judge_test_set"):
        keys = ("architecture", "training", "adversary", "snr_limit", "mode")
        attack = plan.attacks[tuple(wildcards[key] for key in keys)]
        return min(attack["excerpts"], sum(shards))
    if rule == "attack_probes":
        return config["probes"]["excerpts"] + len(plan.probes)
    part = {"attack_curve": "curves", "check_gradients": "gradients"}.get(rule)
    return config[part]["excerpts"] if part else sum(shards)


def _passes_of_training(wildcards: Mapping[str, str], config: dict) -> int:
    architecture = config["architectures"][wildcards["architecture"]]
    epochs = config["recipes"][architecture["recipe"]]["most_epochs"]
    perturbs = "steps" in SETTINGS_OF_TRAININGS[wildcards["training"]]
    steps = config["adversarial_training"]["steps"] if perturbs else 0
    return epochs * (1 + steps) * _cost_of_pass(architecture)


def _passes_of_attack(wildcards: Mapping[str, str], config: dict) -> int:
    architecture = config["architectures"][wildcards["architecture"]]
    adversary = config["adversaries"][wildcards["adversary"]]
    iterations = adversary.get("most_iterations", adversary.get("most_queries", 1))
    return iterations * (1 + adversary.get("draws", 0)) * _cost_of_pass(architecture)


def _cost_of_pass(architecture: dict) -> int:
    return CNN_PASS if architecture["network"] == "slice_cnn" else 1
