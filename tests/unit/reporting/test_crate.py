"""Results as an RO-Crate, read back with the library."""

import hashlib
import json

import pytest
from rocrate.rocrate import ROCrate

from music_adversaries.experiment.code_digests import PACKAGE
from music_adversaries.reporting.crate import METADATA, contents, write_crate

CITATION = PACKAGE.parents[2] / "CITATION.cff"
SYSTEM = "studio/random/fold0/dnn/standard/seed1"
FILES = {
    "tables/claims.tsv": "Table of results",
    f"{SYSTEM}/model.safetensors": "Parameters",
    f"{SYSTEM}/brief/15dB/all_wrong/audio/jazz <1> {{é}} 100%.wav": "Audio",
    f"{SYSTEM}/brief/15dB/all_wrong/filtered.tsv": "Judgements",
    "studio/magnitudes/shard0.tsv": "Index of a shard",
}
LEFT_OUT = ["logs/tables/claims.tsv", "studio/magnitudes/shard0.npy", ".hidden/a.tsv", METADATA]
RUNS = {
    "2026-01-01T10-00-00": ("failed", "FailedActionStatus"),
    "2026-01-01T12-00-00": ("succeeded", "CompletedActionStatus"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    for name in [*FILES, *LEFT_OUT]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"content of {name}\n", encoding="utf-8")
    for start, (outcome, _) in RUNS.items():
        record = {
            "outcome": outcome,
            "arguments": "--cores 1",
            "started": start,
            "ended": start,
        }
        (folder / "runs").mkdir(exist_ok=True)
        (folder / f"runs/{start}.json").write_text(json.dumps(record), encoding="utf-8")
    write_crate(folder, CITATION)
    return folder


@pytest.fixture(scope="module")
def crate(results):
    return ROCrate(results)


def test_every_file_that_the_crate_lists_is_there_with_its_size_and_digest(results, crate):
    files = crate.get_by_type("File")
    assert len(files) == len(FILES) + len(RUNS)
    for file in files:
        content = file.source.read_bytes()
        assert int(file["contentSize"]) == len(content) > 0
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    placed = {file.source.relative_to(results).as_posix(): file for file in files}
    for name, what in FILES.items():
        assert placed[name]["description"].startswith(what)


def test_runs_stand_in_it_as_actions_with_their_records(crate):
    actions = {each.id: each for each in crate.root_dataset["mentions"]}
    assert set(actions) == {f"#{start}" for start in RUNS}
    for start, (_, status) in RUNS.items():
        action = actions[f"#{start}"]
        assert action["actionStatus"].endswith(status)
        assert action["result"].id == f"runs/{start}.json"
        assert action["instrument"]["@type"] == "SoftwareSourceCode"


def test_it_says_under_what_licence_and_whom_to_cite(crate):
    assert crate.license["name"] == "MIT"
    paper = crate.root_dataset["citation"]
    assert paper.id == "https://doi.org/10.1109/TMM.2015.2478068"
    assert paper["author"] == ["Corey Kereliuk", "Bob L. Sturm", "Jan Larsen"]
    assert crate.isBasedOn["citation"] is paper


def test_what_rocrate_requires_of_its_root_is_there(results):
    """RO-Crate, "Root Data Entity": name, description, datePublished and license."""
    graph = json.loads((results / METADATA).read_text(encoding="utf-8"))["@graph"]
    (root,) = [each for each in graph if each["@id"] == "./"]
    assert {"name", "description", "datePublished", "license"} <= set(root)
    (about,) = [each for each in graph if each["@id"] == METADATA]
    assert about["about"] == {"@id": "./"}
    assert about["conformsTo"]["@id"].startswith("https://w3id.org/ro/crate/1.")


def test_a_second_crate_describes_no_first(results):
    before = list(contents(results))
    write_crate(results, CITATION)
    assert list(contents(results)) == before
