"""What the config calls an adversary, and what is called for it."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_victims import LABELS, judged_by_another, loud_waveforms, magnitude_system

from music_adversaries.adversaries import (
    black_box,
    expectation,
    minimum,
    noise,
    paper,
    pgd,
    single_step,
    waveform,
)
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import attack_of, module_of, settings_of
from music_adversaries.audio import stft
from music_adversaries.audio.files import read_excerpt, write_wav
from music_adversaries.experiment.configuration import SCHEMA, complete

MODULES = {
    "paper": paper,
    "waveform": waveform,
    "expectation": expectation,
    "minimum": minimum,
    "single_step": single_step,
    "pgd": pgd,
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


@pytest.mark.parametrize(
    "method", schema()["adversary"]["properties"]["method"]["else"]["enum"]
)
def test_settings_are_what_the_schema_says_and_the_limit(method):
    keys = set(schema()[method]["properties"]) - {"method", "steps"}
    keys |= {"snr_limit_db", "step"} if method == "paper" else {"snr_limit_db"}
    # The goal is the mode's, not the config's.
    assert {field.name for field in fields(module_of(method).Settings)} - {"goal"} == keys


@pytest.mark.parametrize("name", named_adversaries())
def test_every_named_adversary_attacks_by_its_method(name):
    entry = named_adversaries()[name]
    settings_ = settings_of(entry, 15.0)
    module = MODULES[entry["method"]]
    assert type(settings_) is module.Settings
    assert settings_.snr_limit_db == 15.0
    assert attack_of(settings_) is module.attack


@pytest.mark.parametrize("name", named_adversaries())
def test_the_mode_says_whether_a_class_is_reached_or_left(name):
    entry = named_adversaries()[name]
    for mode, goal in (("all_wrong", "reach"), ("untargeted", "leave")):
        settings_ = settings_of(entry, 15.0, mode)
        assert getattr(settings_, "goal", goal) == goal
    aimless = entry["method"] in ("noise", "paper")
    assert hasattr(settings_, "goal") is not aimless


def least_likely(system, waveform):
    magnitudes = stft.magnitudes(torch.from_numpy(waveform))
    return LABELS[int(system.posterior(magnitudes[None])[0].argmin())]


@pytest.mark.parametrize("method", ["waveform", "expectation", "minimum", "pgd"])
def test_files_of_unequal_length_are_attacked_by_any_method(method):
    system = magnitude_system(2)
    originals = [loud_waveforms(9, 1)[0, :samples].numpy() for samples in (2500, 3000, 2500)]
    targets = [least_likely(system, original) for original in originals]
    settings_ = settings_of(named_adversaries()[method] | {"most_iterations": 20}, 15.0)
    found = {
        number: (row, changed)
        for number, row, changed in attack_excerpts(system, originals, targets, settings_)
    }
    assert sorted(found) == [0, 1, 2]
    for number, original in enumerate(originals):
        row, changed = found[number]
        clean, after = (
            system.posterior(stft.magnitudes(torch.from_numpy(each)[None]))[0]
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


SEARCHES = {
    "waveform": {"step": 0.2, "most_iterations": 60},
    "expectation": {
        "step": 0.2,
        "most_iterations": 60,
        "transformations": [{"shift_samples": 40}, {"bits": 8}, {"noise_snr_db": 20}],
        "draws": 2,
    },
    "minimum": {"most_iterations": 60},
    "pgd": {"step": 0.1, "most_iterations": 60, "random_start": True, "seed": 1},
    "black_box": {"step": 0.3, "most_queries": 60, "seed": 1},
}
"""Methods on the waveform that stop when the goal is met, or need no change to begin with."""
searches = pytest.mark.parametrize("method", SEARCHES)
seeds = st.integers(0, 2**32 - 1)
FIELDS = {
    "step": st.floats(0.01, 3),
    "most_iterations": st.integers(1, 8),
    "most_queries": st.integers(2, 9),
    "random_start": st.booleans(),
    "seed": st.integers(0, 9),
}


def search(method, **changes):
    return module_of(method).Settings(**SEARCHES[method] | {"stop_confidence": 0.0} | changes)


def plans(method):
    """Any settings of a method."""
    own = {name: FIELDS[name] for name in SEARCHES[method] if name in FIELDS}
    return st.builds(
        search,
        st.just(method),
        **own,
        stop_confidence=st.sampled_from([0.0, 0.5, 0.9]),
        goal=st.sampled_from(["reach", "leave"]),
        snr_limit_db=st.floats(-10, 65) | st.just(-np.inf),
    )


def most_iterations(settings_):
    """Those of an excerpt that is given up; a black box's first judgement is of no change."""
    if hasattr(settings_, "most_queries"):
        return settings_.most_queries - 1
    return settings_.most_iterations


@searches
@settings(max_examples=12, deadline=None)
@given(
    st.data(), st.integers(0, 2**32 - 1), st.lists(st.integers(0, 2), min_size=1, max_size=3)
)
def test_what_is_returned_keeps_the_limit_and_is_judged_the_same_when_it_is_read_back(
    tmp_path_factory, method, data, seed, targets
):
    system, originals = magnitude_system(2, seed % 5), loud_waveforms(seed, len(targets))
    settings_ = data.draw(plans(method))
    found = module_of(method).attack(system, originals, torch.tensor(targets), settings_)
    path = tmp_path_factory.mktemp("written") / "excerpt.wav"
    assert len(found) == len(targets)
    for original, target, each in zip(originals, targets, found, strict=True):
        write_wav(path, each.waveform)
        np.testing.assert_array_equal(read_excerpt(path), each.waveform)
        snr_db = stft.waveform_snr_db(original.numpy(), each.waveform)
        assert snr_db >= settings_.snr_limit_db
        magnitudes = stft.magnitudes(torch.from_numpy(each.waveform))
        np.testing.assert_allclose(each.magnitudes, magnitudes, atol=1e-6)
        posterior = system.posterior(magnitudes[None])[0]
        assert each.confidence == pytest.approx(float(posterior[target]), abs=1e-5)
        best = int(posterior.argmax())
        met = (best == target) is (settings_.goal == "reach")
        met = met and float(posterior[best]) > settings_.stop_confidence
        assert met or each.iterations == most_iterations(settings_)


@searches
def test_what_is_judged_as_wanted_already_comes_back_bit_for_bit(method):
    system, originals = magnitude_system(), loud_waveforms(4, 6)
    targets = system.posterior(stft.magnitudes(originals)).argmax(dim=-1)
    # Nothing that an excerpt might not survive is drawn.
    changes = {"transformations": [{"bits": 15}]} if method == "expectation" else {}
    found = module_of(method).attack(system, originals, targets, search(method, **changes))
    for original, each in zip(originals, found, strict=True):
        np.testing.assert_array_equal(each.waveform, original)
        assert each.iterations == 0


@pytest.mark.parametrize("method", ["waveform", "pgd", "minimum"])
def test_without_a_limit_every_excerpt_is_reached(method):
    system, originals = magnitude_system(2), loud_waveforms(2, 6)
    targets, settings_ = torch.tensor([0, 1, 2, 0, 1, 2]), search(method, stop_confidence=0.9)
    found = module_of(method).attack(system, originals, targets, settings_)
    assert all(each.confidence > 0.9 for each in found)


@pytest.mark.parametrize(
    "method, changes",
    [
        ("waveform", {"step": 0.05, "stop_confidence": 0.6}),
        ("expectation", {"step": 0.05}),
        ("pgd", {"step": 0.05, "stop_confidence": 0.6, "random_start": False}),
        ("pgd", {"step": 0.05, "stop_confidence": 0.6}),
        ("black_box", {"most_queries": 25}),
    ],
)
def test_an_excerpts_result_does_not_depend_on_its_batch(method, changes):
    """That of the smallest change holds less exactly: `test_minimum`."""
    system, originals = magnitude_system(2), loud_waveforms(5, 5)
    targets, settings_ = torch.tensor([0, 1, 2, 0, 1]), search(method, **changes)
    settings_ = replace(settings_, snr_limit_db=20.0)
    told, attack = [], module_of(method).attack
    together = attack(system, originals, targets, settings_, told.append)
    assert len({each.iterations for each in together}) > 1
    assert sum(told) == 5
    for number, each in enumerate(together):
        one = slice(number, number + 1)
        (alone,) = attack(system, originals[one], targets[one], settings_)
        assert alone.iterations == each.iterations
        # Where a sample lies between two steps of 16 bits, rounding may go either way.
        np.testing.assert_allclose(alone.waveform, each.waveform, atol=1.1 / 2**15)


@pytest.mark.parametrize(
    "method, changes",
    [("waveform", {}), ("pgd", {}), ("black_box", {"most_queries": 400})],
)
def test_the_systems_own_judgement_decides_where_its_scores_say_otherwise(method, changes):
    system, originals = judged_by_another(magnitude_system(2)), loud_waveforms(8, 2)
    settings_ = search(method, snr_limit_db=0.0, **changes)
    for each in module_of(method).attack(system, originals, torch.tensor([2, 2]), settings_):
        posterior = system.posterior(stft.magnitudes(torch.from_numpy(each.waveform))[None])
        assert int(posterior[0].argmax()) == 2
        assert each.confidence == pytest.approx(float(posterior[0, 2]), abs=1e-5)
        assert each.iterations > 0
