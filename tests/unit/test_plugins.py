"""Networks, methods and loaders from files of people: what runs, what is refused, and when."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from extending import examples_config, write_examples
from linear_victims import LABELS, loud_waveforms, magnitude_system
from torch import nn

from music_adversaries import plugins
from music_adversaries.adversaries.batches import attack_excerpts
from music_adversaries.adversaries.methods import settings_of
from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.loaders import audio_folder, list_dataset, list_tracks
from music_adversaries.errors import InputError
from music_adversaries.experiment import code_digests
from music_adversaries.experiment.configuration import complete
from music_adversaries.experiment.plan import make_plan
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import build_system, save_system
from music_adversaries.training.loop import initialise

THREE = ["a", "b", "c"]
NETWORK = """
from torch import nn

class Network(nn.Module):
    unit_frames = 2

    def __init__(self, bins, classes, {options}):
        super().__init__()
        self.scores = nn.Linear(2 * bins, classes)

    def forward(self, units):
        {body}
"""
METHOD = """
from dataclasses import dataclass

@dataclass(frozen=True)
class Settings:
    {fields}

def attack(system, waveforms, targets, settings, progress):
    {body}
"""


def network(options="width=3", body="return self.scores(units.flatten(1))"):
    return NETWORK.format(options=options, body=body)


def method(fields="snr_limit_db: float", body="return []"):
    return METHOD.format(fields=fields, body=body)


def write(folder, text, name="mine.py"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def planned(**changes):
    config = {"datasets": {"made": {"loader": "studio"}}, "attacks": []} | changes
    return make_plan(complete(config))


def plan_of_network(file, **options):
    architecture = {"network": file, "options": options, "recipe": "quick_dnn"}
    return planned(architectures={"mine": architecture})


def plan_of_method(file, modes=("all_wrong",), **options):
    attacks = [{"adversary": "mine", "modes": list(modes)}]
    return planned(adversaries={"mine": {"method": file, **options}}, attacks=attacks)


def sentence(refused, file):
    """The one sentence of a refusal, which names the file."""
    said = str(refused.value)
    assert file in said and "\n" not in said
    return said


UNREADABLE = {
    "a syntax error": ("def (:\n", "is not Python (invalid syntax (mine.py, line 1))"),
    "no UTF-8": (b"# \xff\xfe", "is not Python"),
    "bytes of 0": (b"x = 1\0", "is not Python"),
    "nothing": ("", "defines no `Network` at its top level"),
    "another name": ("class Net: ...", "defines no `Network`"),
    "only imported": ("from torch.nn import Linear as Network", "defines no `Network`"),
    "a neighbour": ("from . import other", "has a relative import in line 1"),
}


@pytest.mark.parametrize(("text", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_network_is_refused_before_any_job(tmp_path, text, said):
    file = write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        plan_of_network(file)
    assert said in sentence(refused, file)


@pytest.mark.parametrize("there", ["nothing", "folder"])
def test_a_file_that_is_not_there_is_refused_before_any_job(tmp_path, there):
    file = tmp_path / "mine.py"
    if there == "folder":
        file.mkdir()
    with pytest.raises(InputError) as refused:
        plan_of_network(str(file))
    assert "cannot be read" in sentence(refused, str(file))


@pytest.mark.parametrize(
    ("parameters", "options", "said"),
    [
        ("width=3", {"widht": 2}, "no option 'widht': did you mean 'width'?"),
        ("*, width=3", {"bins": 2}, "no option 'bins': did you mean"),
        ("width", {}, "an option 'width' without a default"),
        ("*, width", {}, "an option 'width' without a default"),
    ],
)
def test_options_that_a_network_does_not_take_are_refused_before_any_job(
    tmp_path, parameters, options, said
):
    file = write(tmp_path, network(parameters))
    with pytest.raises(InputError) as refused:
        plan_of_network(file, **options)
    assert said in sentence(refused, file)


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ("width=3", {}),
        ("width", {"width": 4}),
        ("*, width", {"width": 4}),
        ("**more", {"x": 1}),
    ],
)
def test_options_that_a_network_takes_are_planned_without_running_it(
    tmp_path, parameters, options
):
    file = write(tmp_path, network(parameters) + "\nraise RuntimeError('run')\n")
    assert {each["architecture"] for each in plan_of_network(file, **options).systems} == {
        "mine"
    }


def test_a_network_that_is_not_built_with_classes_is_refused_before_any_job(tmp_path):
    file = write(tmp_path, network().replace("classes, ", "outputs, "))
    with pytest.raises(InputError) as refused:
        plan_of_network(file)
    assert "takes no `classes`" in sentence(refused, file)


TIED = """
        self.again = nn.Linear(2 * bins, classes)
        self.again.weight = self.scores.weight
"""
FAULTY = {
    "fails as it is imported": ("1 / 0\n" + network(), "division by zero in line 1"),
    "cannot be built": (
        network().replace("super().__init__()", "raise ValueError('no width')"),
        "cannot be built (ValueError: no width in line 8)",
    ),
    "is no module": (
        "class Network:\n    def __init__(self, bins, classes): pass",
        "is no torch.nn.Module",
    ),
    "has no unit_frames": (network().replace("unit_frames", "frames"), "`unit_frames`"),
    "takes units of no length": (network().replace("= 2", "= 0"), "`unit_frames`"),
    "takes longer units than excerpts": (network().replace("= 2", "= 101"), "`unit_frames`"),
    "expects other units": (network(body="return self.scores(units)"), "fails on units"),
    "scores frames": (
        network(body="return units[..., :3]"),
        "to (2, 2, 3), not to scores (2, 3)",
    ),
    "returns no tensor": (network(body="return [1]"), "to list, not to scores"),
    "gives NaN": (network(body="return self.scores(units.flatten(1)) / 0 * 0"), "not finite"),
    "detaches": (
        network(body="return self.scores(units.flatten(1)).detach()"),
        "without a gradient",
    ),
    "has no gradient at its units": (
        network(body="return self.scores(units.flatten(1).detach())"),
        "no gradient at its units",
    ),
    "ties weights": (
        network().replace("\n    def forward", TIED + "\n    def forward"),
        "one tensor under two names",
    ),
}


@pytest.mark.parametrize(("text", "said"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_network_is_refused_before_it_is_trained(tmp_path, text, said):
    file = write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        build_system(file, {}, THREE)
    assert said in sentence(refused, file)


def documented_system(folder):
    return build_system(str(write_examples(folder)["temporal"]), {"channels": 4}, THREE)


def test_the_documented_network_judges_units_of_20_frames(tmp_path):
    system = documented_system(tmp_path)
    values = torch.rand(2, 65, BINS, generator=torch.Generator().manual_seed(1))
    scores = system(values)
    assert scores.shape == (2, 3, 3)
    np.testing.assert_allclose(
        scores[1, 2].detach(), system.network(values[1, None, 40:60])[0].detach(), atol=1e-6
    )
    assert system.training


def save(system, folder, name):
    path = folder / "model.safetensors"
    save_system(system, path, {"network": name, "options": {"channels": 4}})
    return path


def test_a_system_of_a_plugin_comes_back_where_its_file_is_named(tmp_path):
    system = documented_system(tmp_path)
    path = save(system, tmp_path, "temporal.py")
    loaded = load_system(path, tmp_path / "plugins/temporal.py")
    assert not loaded.training
    values = torch.rand(1, 40, BINS, generator=torch.Generator().manual_seed(1))
    assert torch.equal(loaded(values), system.eval()(values))


def test_a_description_never_says_which_file_is_run(tmp_path):
    """One that names a file of somebody else is refused, or passed over for the named one."""
    ran = tmp_path / "ran"
    evil = write(tmp_path, network() + f"\nopen({str(ran)!r}, 'w')\n", "evil.py")
    path = save(documented_system(tmp_path), tmp_path, evil)
    with pytest.raises(InputError) as refused:
        load_system(path)
    assert f"a network of {evil!r}, a plugin, which is run only where it is named" in str(
        refused.value
    )
    load_system(path, tmp_path / "plugins/temporal.py")
    assert not ran.exists()
    description = path.with_suffix(".json")
    description.write_text(json.dumps({"network": [evil], "options": {}, "labels": THREE}))
    with pytest.raises(InputError, match="cannot be loaded"):
        load_system(path)
    assert not ran.exists()


def test_gains_of_a_normalisation_stay_and_weights_are_drawn():
    made = nn.Sequential(nn.Linear(20, 10), nn.LayerNorm(10), nn.Linear(10, 2))
    before = made[0].weight.clone()
    initialise(made, "he")
    assert torch.equal(made[1].weight, torch.ones(10)) and not made[1].bias.any()
    assert not torch.equal(made[0].weight, before) and not made[0].bias.any()


UNFIT = {
    "no attack": (method().replace("def attack", "def atack"), {}, "defines no `attack`"),
    "no settings": ("def attack(): ...", {}, "defines no `Settings`"),
    "an unknown option": (
        method("share: float = 1\n    snr_limit_db: float = 0"),
        {"shape": 1},
        "no option 'shape': did you mean 'share'?",
    ),
    "no options at all": (method(), {"shape": 1}, "no option 'shape': there are none."),
    "the mode's own": (
        method("goal: str = 'reach'\n    snr_limit_db: float = 0"),
        {"goal": "leave"},
        "no option 'goal'",
    ),
    "no limit": (method("share: float = 1"), {}, "takes no `snr_limit_db`"),
    "a missing option": (
        method("share: float\n    snr_limit_db: float = 0"),
        {},
        "an option 'share' without a default",
    ),
}


@pytest.mark.parametrize(("text", "options", "said"), UNFIT.values(), ids=UNFIT)
def test_a_method_that_is_none_is_refused_before_any_job(tmp_path, text, options, said):
    file = write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        plan_of_method(file, **options)
    assert said in sentence(refused, file)


def test_a_method_that_only_reaches_is_not_asked_to_leave(tmp_path):
    file = write(tmp_path, method())
    assert plan_of_method(file).test_sets
    with pytest.raises(InputError) as refused:
        plan_of_method(file, modes=["untargeted"])
    assert "takes no `goal`: it cannot be `untargeted`" in sentence(refused, file)
    with pytest.raises(InputError) as refused:
        settings_of({"method": file}, 15.0, "untargeted")
    assert "`Settings` that cannot be made" in sentence(refused, file)


@pytest.mark.parametrize(
    "body",
    [
        "return []",
        "return [type('Found', (), {'waveform': waveforms[0, 1:].numpy()})]",
        "return [type('Found', (), {'waveform': waveforms[0].numpy() / 0})]",
    ],
)
def test_an_attack_that_returns_no_waveforms_is_refused(tmp_path, body):
    file = write(tmp_path, method(body=body))
    settings = settings_of({"method": file}, 15.0)
    original = loud_waveforms(3, 1)[0].numpy()
    with np.errstate(divide="ignore"), pytest.raises(InputError) as refused:
        list(attack_excerpts(magnitude_system(), [original], ["a"], settings))
    assert "returned waveforms of shapes" in sentence(refused, file)


@pytest.mark.parametrize("limit_db", [10.0, 30.0])
def test_the_documented_method_keeps_its_limit_and_goes_where_it_should(tmp_path, limit_db):
    file, system = str(write_examples(tmp_path)["one_step"]), magnitude_system()
    original = loud_waveforms(4, 1)[0].numpy()
    confidence = {}
    for mode in ("all_wrong", "untargeted"):
        settings = settings_of({"method": file, "share": 0.5}, limit_db, mode)
        ((_, row, changed),) = attack_excerpts(system, [original], [LABELS[1]], settings)
        largest = np.linalg.norm(original[1024:-1024]) * 10 ** (-limit_db / 20)
        # Half the largest change, but for the 16-bit grid.
        assert np.linalg.norm(changed - original) == pytest.approx(0.5 * largest, rel=1e-3)
        assert row["snr_db"] >= limit_db
        confidence[mode] = row["confidence"]
    assert confidence["all_wrong"] > confidence["untargeted"]


LOADER = "def list_tracks(dataset):\n    return {}\n"
TRACK = {"file": "x/1.wav", "label": "x", "artist": "somebody"}
OTHER = {"file": "y/1.wav", "label": "y"}


def tracks_of(folder, tracks):
    loader = write(folder, LOADER.format(tracks))
    return loader, {"loader": loader, "root": str(folder), "options": {}}


def test_what_a_loader_lists_is_completed_and_ordered(tmp_path):
    _, dataset = tracks_of(tmp_path, [OTHER, TRACK | {"fault": "clipping", "year": 1999}])
    assert list_tracks(dataset) == [
        {"file": "x/1.wav", "label": "x", "artist": "somebody", "fault": "clipping"},
        {"file": "y/1.wav", "label": "y", "artist": "unknown (y/1.wav)", "fault": "none"},
    ]
    assert audio_folder("mine", dataset) == tmp_path


def test_tracks_without_artists_are_told_where_artists_are_to_be_kept_apart(tmp_path):
    _, dataset = tracks_of(tmp_path, [OTHER, TRACK])
    assert list_dataset("mine", dataset, ["random"]).notices == []
    assert list_dataset("mine", dataset, ["artist_filtered"]).notices == [
        "The artist_filtered partition of 'mine' does not know the artists of 1 excerpt"
        " (y/1.wav), of 2: each counts as an artist of its own."
    ]


WRONG_TRACKS = {
    "no list": ("None", "`list_tracks` that fails (TypeError"),
    "no dicts": ("[1]", "`list_tracks` that fails (TypeError"),
    "it raises": ("dataset['rot']", "(KeyError: 'rot' in line 2)"),
    "no file": ([{"label": "x"}], "which has no text as its `file`"),
    "a number for a label": ([TRACK | {"label": 3}], "which has no text as its `label`"),
    "a number for an artist": ([TRACK | {"artist": 3}], "whose `artist` is no text"),
    "outside": ([TRACK | {"file": "../1.wav"}], "not relative to the dataset's `root`"),
    "absolute": ([TRACK | {"file": "/1.wav"}], "not relative to the dataset's `root`"),
    "a label that is a path": ([TRACK | {"label": "x/y"}], "whose `label` could name no file"),
    "twice": ([TRACK, TRACK], "lists 'x/1.wav' twice"),
    "one label": ([TRACK], "fewer than two labels"),
}


@pytest.mark.parametrize(("tracks", "said"), WRONG_TRACKS.values(), ids=WRONG_TRACKS)
def test_a_loader_that_lists_no_tracks_is_refused_before_any_job(tmp_path, tracks, said):
    loader, dataset = tracks_of(tmp_path, tracks)
    with pytest.raises(InputError) as refused:
        planned(datasets={"mine": dataset})
    assert said in sentence(refused, loader)


def test_the_documented_loader_reads_a_table(tmp_path):
    paths = write_examples(tmp_path)
    (tmp_path / "tracks.csv").write_text(
        'path,genre,performer\n"a, b/1.wav",R&B,Someone\nc.wav,ロック,\n', encoding="utf-8"
    )
    dataset = examples_config()["datasets"]["listed"]
    dataset |= {"loader": str(paths["listed"]), "root": str(tmp_path)}
    tracks = list_tracks(dataset)
    assert [track["file"] for track in tracks] == ["a, b/1.wav", "c.wav"]
    assert [track["label"] for track in tracks] == ["R&B", "ロック"]
    assert [track["artist"] for track in tracks] == ["Someone", "unknown (c.wav)"]


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        ("architectures", {"network": "mine.txt", "recipe": "quick_dnn"}),
        ("adversaries", {"method": "mine"}),
        ("datasets", {"loader": "mine.pyc", "root": "."}),
    ],
)
def test_what_is_neither_built_in_nor_a_python_file_is_told_of_both(part, entry):
    config = {"datasets": {"made": {"loader": "studio"}}}
    with pytest.raises(InputError, match=r"there is no .*Or a plugin"):
        complete(config | {part: {"mine": entry}})


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        ("architectures", {"network": "mine.py"}),
        ("architectures", {"network": "mine.py", "recipe": "quick_dnn", "width": 3}),
        ("datasets", {"loader": "mine.py"}),
        ("datasets", {"loader": "mine.py", "root": ".", "table": "x"}),
    ],
)
def test_entries_of_plugins_are_as_strict_as_others(part, entry):
    config = {"datasets": {"made": {"loader": "studio"}}}
    with pytest.raises(InputError, match=f"{part}.mine"):
        complete(config | {part: {"mine": entry}})


def test_what_counts_of_a_plugin_is_its_code_and_the_package_behind_it(tmp_path):
    """Digests, each in a process of its own, as that of a run."""

    def digest(text):
        code = (
            "import sys; from pathlib import Path;"
            "from music_adversaries.experiment import code_digests;"
            "print(code_digests.code_digest(Path(sys.argv[1])))"
        )
        file = write(tmp_path, text)
        command = [sys.executable, "-c", code, file]
        done = subprocess.run(
            command, cwd=code_digests.SCRIPTS, capture_output=True, check=True, text=True
        )
        return done.stdout

    first = digest("x = 1\n")
    assert digest('"""Why."""\n\nx = 1  # one\n') == first
    assert digest("x = 2\n") != first
    behind = code_digests.imported_files(write_examples(tmp_path)["one_step"])
    adversaries = code_digests.PACKAGE / "adversaries"
    assert {adversaries / "goals.py", adversaries / "constraints.py"} <= behind


def test_a_network_that_a_function_makes_is_no_reason_to_stop_planning(tmp_path):
    text = "def Network(bins, classes): ...\n"
    (definition,) = plugins.definitions(write(tmp_path, text), ("Network",)).values()
    assert plugins.parameters(definition) is None


def test_planning_with_plugins_imports_nothing_heavy(tmp_path):
    paths = write_examples(tmp_path)
    rows = [f"{label}{number}.wav,{label},{number}\n" for label in "xy" for number in range(4)]
    (tmp_path / "tracks.csv").write_text("path,genre,performer\n" + "".join(rows))
    config = examples_config()
    config["architectures"]["temporal"]["network"] = str(paths["temporal"])
    config["adversaries"]["one_step"]["method"] = str(paths["one_step"])
    config["datasets"]["listed"] |= {"loader": str(paths["listed"]), "root": str(tmp_path)}
    code = (
        "import json, sys; from music_adversaries.experiment import configuration, plan;"
        "plan.make_plan(configuration.complete(json.loads(sys.argv[1])));"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(config)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(code_digests.SCRIPTS)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert not {"numpy", "pandas", "torch", "scipy"} & set(json.loads(done.stdout))


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path, network(), "at_home.py")
    assert build_system("~/at_home.py", {}, THREE).unit_frames == 2
    assert plugins.short_name("~/at_home.py") == "at_home.py"
    assert plugins.short_name("frame_dnn") == "frame_dnn"
