"""Configs, models and tables that people or disks have spoiled: a sentence, or they work."""

import copy
import json
import resource
import shutil
import zipfile
from datetime import date
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
import soundfile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from nested import places
from sklearn.ensemble import RandomForestClassifier

from music_adversaries.audio.stft import BINS
from music_adversaries.datasets.folds import read_fold
from music_adversaries.datasets.magnitude_shards import Magnitudes, write_shard
from music_adversaries.datasets.manifest import COLUMNS, read_manifest
from music_adversaries.errors import InputError
from music_adversaries.experiment.configuration import complete
from music_adversaries.experiment.plan import make_plan
from music_adversaries.judged_tables import read_attacked, read_collected
from music_adversaries.systems.forest import ForestSystem, save_forest
from music_adversaries.systems.loading import load_system
from music_adversaries.systems.system import build_system, save_system
from music_adversaries.tidy_tables import read_table, write_table

often = settings(max_examples=200, deadline=None)


def sentence_of(call, *arguments):
    """What `InputError` says, one line of bearable length; None where all goes well."""
    try:
        call(*arguments)
    except InputError as error:
        said = str(error)
        assert "\n" not in said and len(said) < 1500
        return said
    return None


# Configs

HELD = TemporaryDirectory()
PROBE = f"{HELD.name}/probe.wav"
soundfile.write(PROBE, np.random.default_rng(0).uniform(-0.5, 0.5, 22050 * 3), 22050)
SMALL = {
    "datasets": {"studio": {"loader": "studio", "artists_per_genre": 4}},
    "architectures": {
        "dnn": {"network": "frame_dnn", "recipe": "quick_dnn"},
        "forest": {"network": "forest", "options": {"features_of": "dnn"}},
    },
    "curves": {"adversaries": ["minimum"]},
    "transfer": {"adversaries": ["single_excerpts"]},
    "survival": {"transformations": [{"mp3_kbps": 64}]},
    "probes": {"files": [PROBE]},
}
ODD = [
    *(None, True, False, 0, -1, 1, 0.5, 10**12, -(10**12), 10**400, 1e308, 1e-320),
    *(float("nan"), float("inf"), "", "no", "none", "1", "ünïcode", "a\nb", "\x00", "\ud800"),
    *("a" * 10_000, "../..", "x.py", "\x00.py", "(?P<", "{a}", date(2020, 1, 1), b"bytes"),
    *([], {}, [[]], [None], [1, True], (1, 2), {1, 2}, [10**400], [1e308, 1e308]),
    *({1: 2}, {None: 1, "a": 2}, {(1, 2): 3}, {"": {}}, {"a/b": {}}, {True: 1}),
    *({"loader": "studio"}, {"network": "frame_dnn"}, {"method": "waveform"}),
]


EVERYWHERE = list(places(complete(SMALL)))
"""Every key that the schema fills in, and what `SMALL` gives."""
KEYS = [odd for odd in ODD if not isinstance(odd, list | dict | set)]


@st.composite
def spoilt_configs(draw):
    """A completed config in which something is replaced, taken out, or added."""
    config = copy.deepcopy(complete(SMALL))
    *parents, last = draw(st.sampled_from(EVERYWHERE))
    place = config
    for key in parents:
        place = place[key]
    change = draw(st.sampled_from(["replace", "remove", "add"]))
    odd = copy.deepcopy(draw(st.sampled_from(ODD)))
    if change == "replace":
        place[last] = odd
    elif change == "remove":
        del place[last]
    elif isinstance(place, dict):
        place[draw(st.sampled_from(KEYS))] = odd
    else:
        place.append(odd)
    return config


@often
@given(spoilt_configs())
def test_a_spoilt_config_is_refused_in_a_sentence_or_is_planned(tmp_path_factory, config):
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        sentence_of(lambda: make_plan(complete(config)))
    assert {entry.name for entry in folder.iterdir()} <= {".snakemake"}  # hashes of probes


@pytest.mark.parametrize("key", ["a" * 10_000, "a\nb", "\x00", "\ud800"], ids=ascii)
def test_an_odd_name_is_repeated_on_one_line_and_in_part(key):
    of_datasets, of_adversaries = {key: {"loader": "studio"}}, {key: None}
    assert sentence_of(complete, SMALL | {"datasets": of_datasets})
    assert sentence_of(complete, SMALL | {"adversaries": of_adversaries})


HUGE = {
    "network": "frame_dnn",
    "options": {"hidden_units": [10**9]},
    "recipe": "quick_dnn",
}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ({"shards": 10**9}, "shards"),
        ({"seeds": [10**400]}, str(2**53)),
        ({"adversarial_training": {"steps": 10**30}}, str(2**53)),
        ({"architectures": {**SMALL["architectures"], "dnn": HUGE}}, "hidden_units"),
        ({"probes": {"files": ["\x00"]}}, "probes.files"),
    ],
    ids=str,
)
def test_what_no_machine_could_do_is_refused_before_it_is_tried(
    tmp_path, monkeypatch, part, value
):
    monkeypatch.chdir(tmp_path)
    assert value in sentence_of(lambda: make_plan(complete(SMALL | part)))


# Models

THREE = ["a", "b", "c"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Folders of a small DNN and of a forest on its activations."""
    root = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    network = {"network": "frame_dnn", "options": {"hidden_units": [4]}}
    system = build_system(**network, labels=THREE)
    rng = np.random.default_rng(0)
    forest = RandomForestClassifier(3, random_state=0).fit(
        rng.random((30, 8)), rng.integers(0, 3, 30)
    )
    save_system(system, root / "dnn/model.safetensors", network)
    about = {"network": "forest", "options": {"layers": [1]}, "features_of": network}
    on_system = ForestSystem(system, forest, [1])
    save_system(on_system, root / "forest/model.safetensors", about)
    save_forest(forest, root / "forest/forest.skops")
    return root


def spoil_bytes(data, content):
    """``content`` with some bytes replaced, most of them near the start, or cut short."""
    content = bytearray(content)
    near = st.one_of(
        st.integers(0, min(200, len(content) - 1)), st.integers(0, len(content) - 1)
    )
    for place in data.draw(st.lists(near, min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    return bytes(content[: data.draw(st.one_of(st.just(len(content)), near))])


def spoil_json(data, text):
    """A description in which something is replaced, or taken out."""
    description = json.loads(text)
    *parents, last = data.draw(st.sampled_from(list(places(description))))
    place = description
    for key in parents:
        place = place[key]
    plain = [odd for odd in ODD if isinstance(odd, str | int | float | list | None)]
    large = [[10**9], [30_000, 30_000], [1] * 1000, ["a", "a", "b"], ["a", "", "b"], [0], [-1]]
    place[last] = data.draw(st.sampled_from(plain + large))
    return json.dumps(description)


def load_and_judge(path):
    system = load_system(path)
    assert sorted(set(map(str, system.labels))) == sorted(system.labels)
    with torch.no_grad():
        assert system.posterior(torch.ones(1, 250, BINS)).isfinite().all()


@often
@given(st.data())
def test_a_spoilt_model_is_refused_in_a_sentence_or_judges(models, tmp_path_factory, data):
    kind = data.draw(st.sampled_from(["dnn", "forest"]))
    folder = tmp_path_factory.mktemp("spoilt") / kind
    shutil.copytree(models / kind, folder)
    file = data.draw(st.sampled_from(sorted(folder.iterdir())))
    if file.suffix == ".json" and data.draw(st.booleans()):
        file.write_text(spoil_json(data, file.read_text()))
    else:
        file.write_bytes(spoil_bytes(data, file.read_bytes()))
    sentence_of(load_and_judge, folder / "model.safetensors")
    shutil.rmtree(folder.parent)


def changed_model(models, tmp_path, kind="dnn", **changes):
    """The model of a copy whose description has ``changes``."""
    folder = tmp_path / kind
    shutil.copytree(models / kind, folder)
    file = folder / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    return folder / "model.safetensors"


@pytest.mark.parametrize(
    "labels", [["a", "a", "b"], ["a", "", "b"], ["a", 1, "b"], "abc"], ids=str
)
def test_labels_are_different_names(models, tmp_path, labels):
    path = changed_model(models, tmp_path, labels=labels)
    assert "labels" in sentence_of(load_system, path)


@pytest.mark.parametrize("layers", [[0], [-1], [1, 1], []], ids=str)
def test_a_forest_has_layers_that_there_are(models, tmp_path, layers):
    path = changed_model(models, tmp_path, "forest", options={"layers": layers})
    assert "cannot be loaded" in sentence_of(load_system, path)


def test_a_description_of_a_huge_network_takes_no_memory(models, tmp_path):
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = changed_model(models, tmp_path, options={"hidden_units": [30_000, 30_000]})
    assert "parameters are not those" in sentence_of(load_system, path)
    # Its weights would be 3.6 GB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 500_000


def test_parameters_that_are_no_numbers_are_refused(models, tmp_path):
    path = changed_model(models, tmp_path)
    system = build_system("frame_dnn", {"hidden_units": [4]}, THREE)
    with torch.no_grad():
        system.network.layers[0].bias[0] = torch.nan
    save_system(system, path, {"network": "frame_dnn", "options": {"hidden_units": [4]}})
    assert "network.layers.0.bias is not finite" in sentence_of(load_system, path)


def test_parameters_of_another_kind_of_number_are_refused(models, tmp_path):
    path = changed_model(models, tmp_path)
    system = build_system("frame_dnn", {"hidden_units": [4]}, THREE).half()
    save_system(system, path, {"network": "frame_dnn", "options": {"hidden_units": [4]}})
    assert "parameters are not those" in sentence_of(load_system, path)


def test_a_forest_that_would_fill_the_memory_is_not_unpacked(models, tmp_path):
    path = changed_model(models, tmp_path, "forest")
    with zipfile.ZipFile(path.with_name("forest.skops"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", bytes(10**7))
    assert "would unpack to 10000000 bytes" in sentence_of(load_system, path)


# Tables

FOLD = pd.DataFrame(
    {
        "excerpt": [f"{label}/{number}" for label in THREE for number in range(3)],
        "label": np.repeat(THREE, 3),
        "artist": "one",
        "split": ["train", "valid", "test"] * 3,
    }
)
MANIFEST = pd.DataFrame(
    {column: ["1", "2"] for column in COLUMNS}
    | {"excerpt": ["a/1", "b/2"], "file": ["a/1.wav", "b/2.wav"], "problem": ""}
)
ATTACKED = pd.DataFrame(
    {
        "excerpt": ["a/1", "b/2"],
        "artist": "",
        "true": ["a", "b"],
        "target": ["b", "a"],
        "snr_db": [15.25, np.inf],
    }
)


def open_magnitudes(index):
    return Magnitudes([index.with_suffix(".npy")])


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One file of each kind of table, by what reads it."""
    root = tmp_path_factory.mktemp("tables")
    write_table(FOLD, root / "fold.tsv")
    write_table(MANIFEST, root / "manifest.tsv")
    write_table(ATTACKED, root / "adversarial.tsv")
    rows = [({"excerpt": name}, np.ones((3, BINS), np.float32)) for name in THREE]
    write_shard(rows, root / "shard.npy")
    return {
        read_fold: root / "fold.tsv",
        read_manifest: root / "manifest.tsv",
        read_attacked: root / "adversarial.tsv",
        open_magnitudes: root / "shard.tsv",
    }


@often
@given(st.data())
def test_a_spoilt_table_is_refused_in_a_sentence_or_read(written, tmp_path_factory, data):
    read = data.draw(st.sampled_from(list(written)))
    folder = tmp_path_factory.mktemp("spoilt") / "tables"
    shutil.copytree(written[read].parent, folder)
    table = folder / written[read].name
    spoilt = (
        folder / "shard.npy" if read is open_magnitudes and data.draw(st.booleans()) else table
    )
    spoilt.write_bytes(spoil_bytes(data, spoilt.read_bytes()))
    sentence_of(read, table)
    shutil.rmtree(folder.parent)


def edited(written, tmp_path, read, change):
    """What is said of a table whose text was edited."""
    folder = tmp_path / "tables"
    shutil.copytree(written[read].parent, folder)
    file = folder / written[read].name
    file.write_bytes(change(file.read_text()).encode())
    return sentence_of(read, file)


def first(old, new):
    """Replace what a text has first."""
    return lambda text: text.replace(old, new, 1)


EDITS = {
    "cut in a line": (read_fold, lambda text: text[:-3], "ends in the middle of a line"),
    "empty": (read_fold, lambda text: "", "cannot be read"),
    "an entry too few": (read_fold, first("\ttest\n", "\n"), "3 entries in a line"),
    "an entry too many": (read_fold, first("\ttest\n", "\ttest\tx\n"), "cannot be read"),
    "too many in the first": (read_fold, first("\ttrain\n", "\ttrain\tx\n"), "5 entries"),
    "no column": (read_fold, first("split", "part"), "no column 'split'"),
    "an excerpt twice": (read_fold, first("a/1", "a/0"), "'a/0' twice"),
    "no excerpt": (read_fold, first("a/1", ""), "without an excerpt"),
    "another split": (read_fold, first("valid", "val"), "split 'val'"),
    "no test set": (read_fold, lambda text: text.replace("test", "train"), "no excerpt of"),
    "a file outside": (read_manifest, first("a/1.wav", "../1.wav"), "outside of its folder"),
    "an excerpt outside": (read_manifest, first("a/1", "/a/1"), "outside of its folder"),
    "attacked twice": (read_attacked, first("b/2", "a/1"), "'a/1' twice"),
    "text for a number": (read_attacked, first("15.25", "15,25"), "the column 'snr_db'"),
    "frames beyond": (open_magnitudes, first("\t6\t3", "\t6\t4"), "beyond the 9"),
    "frames before": (open_magnitudes, first("\t0\t3", "\t-1\t3"), "beyond the 9"),
}


@pytest.mark.parametrize(("read", "change", "said"), EDITS.values(), ids=EDITS)
def test_an_edit_that_spoils_a_table_is_named_with_a_remedy(
    written, tmp_path, read, change, said
):
    sentence = edited(written, tmp_path, read, change)
    assert said in sentence and str(tmp_path) in sentence
    assert sentence.endswith("delete it, and it is made anew.")


def test_a_shard_that_was_cut_short_is_refused(written, tmp_path):
    shard = tmp_path / "shard.npy"
    shutil.copy(written[open_magnitudes], tmp_path)
    shard.write_bytes(written[open_magnitudes].with_suffix(".npy").read_bytes()[:-4])
    assert str(shard) in sentence_of(Magnitudes, [shard])


def test_an_excerpt_without_magnitudes_is_named(written):
    magnitudes = open_magnitudes(written[open_magnitudes])
    assert "'gone'" in sentence_of(magnitudes.excerpt, "gone")
    assert "'gone'" in sentence_of(magnitudes.units, ["a", "gone"], 1)


def test_a_collected_table_without_one_of_its_columns_is_named(tmp_path):
    write_table(FOLD.assign(dataset="d", partition="p"), tmp_path / "folds.tsv")
    assert "no column 'fold'" in sentence_of(read_collected, tmp_path / "folds.tsv")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_table_may_end_as_editors_end_lines(tmp_path, ending):
    (tmp_path / "table.tsv").write_bytes(f"a\tb{ending}1\t2{ending}".encode())
    assert read_table(tmp_path / "table.tsv").to_dict("list") == {"a": [1], "b": [2]}
