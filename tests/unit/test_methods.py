"""What the config calls an adversary, and what is called for it."""

from dataclasses import fields

import numpy as np
import pytest
import torch
import yaml
from linear_victims import LABELS, loud_waveforms, magnitude_system

from music_adversaries import spectra
from music_adversaries.adversaries import (
    black_box,
    expectation,
    minimum,
    noise,
    plain_gradient,
    projected_gradient,
    single_step,
    waveform,
)
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import METHODS, attack_of, settings_of
from music_adversaries.configuration import SCHEMA, complete

MODULES = {
    "projected_gradient": projected_gradient,
    "waveform": waveform,
    "expectation": expectation,
    "minimum": minimum,
    "single_step": single_step,
    "plain_gradient": plain_gradient,
    "black_box": black_box,
    "noise": noise,
}


def schema():
    return yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["$defs"]


def named_adversaries():
    """The config's own entries, as a rule passes them on: with one step."""
    entries = complete({"datasets": {"made": {"loader": "studio"}}})["adversaries"]
    return {name: _with_one_step(entry) for name, entry in entries.items()}


def _with_one_step(entry):
    steps = entry.pop("steps", None)
    return entry if steps is None else {**entry, "step": steps["frame_dnn"]}


def test_the_schema_names_the_methods_that_there_are():
    assert schema()["adversary"]["properties"]["method"]["else"]["enum"] == list(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_settings_are_what_the_schema_says_and_the_limit(method):
    keys = set(schema()[method]["properties"]) - {"method", "steps"}
    keys |= {"snr_limit_db", "step"} if method == "projected_gradient" else {"snr_limit_db"}
    # The goal is the mode's, not the config's.
    assert {field.name for field in fields(METHODS[method].settings)} - {"goal"} == keys


@pytest.mark.parametrize("name", named_adversaries())
def test_every_named_adversary_attacks_by_its_method(name):
    entry = named_adversaries()[name]
    settings = settings_of(entry, 15.0)
    module = MODULES[entry["method"]]
    assert type(settings) is module.Settings
    assert settings.snr_limit_db == 15.0
    assert attack_of(settings) is module.attack


@pytest.mark.parametrize("name", named_adversaries())
def test_the_mode_says_whether_a_class_is_reached_or_left(name):
    entry = named_adversaries()[name]
    for mode, goal in (("all_wrong", "reach"), ("untargeted", "leave")):
        settings = settings_of(entry, 15.0, mode)
        assert getattr(settings, "goal", goal) == goal
    aimless = entry["method"] in ("noise", "projected_gradient")
    assert hasattr(settings, "goal") is not aimless


def least_likely(system, waveform):
    magnitudes = spectra.magnitudes(torch.from_numpy(waveform))
    return LABELS[int(system.posterior(magnitudes[None])[0].argmin())]


@pytest.mark.parametrize("method", ["waveform", "expectation", "minimum", "plain_gradient"])
def test_files_of_unequal_length_are_attacked_by_any_method(method):
    system = magnitude_system(2)
    originals = [loud_waveforms(9, 1)[0, :samples].numpy() for samples in (2500, 3000, 2500)]
    targets = [least_likely(system, original) for original in originals]
    settings = settings_of(named_adversaries()[method] | {"most_iterations": 20}, 15.0)
    found = {
        number: (row, changed)
        for number, row, changed in attack_excerpts(system, originals, targets, settings)
    }
    assert sorted(found) == [0, 1, 2]
    for number, original in enumerate(originals):
        row, changed = found[number]
        clean, after = (
            system.posterior(spectra.magnitudes(torch.from_numpy(each)[None]))[0]
            for each in (original, changed)
        )
        assert row["predicted_clean"] == LABELS[int(clean.argmax())]
        assert row["predicted"] == LABELS[int(after.argmax())] == targets[number]
        aimed = LABELS.index(targets[number])
        assert row["confidence"] == pytest.approx(float(after[aimed]), abs=1e-5)
        noise = np.linalg.norm((changed - original)[1024:-1024].astype(np.float64))
        level = np.linalg.norm(original[1024:-1024].astype(np.float64))
        assert row["snr_db"] == pytest.approx(20 * np.log10(level / noise), abs=1e-3)
        assert row["snr_db"] >= 15
