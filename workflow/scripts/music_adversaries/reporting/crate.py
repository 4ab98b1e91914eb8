"""Results as an RO-Crate: what each file is, how large, what made it, and whom to cite.

RO-Crate (https://www.researchobject.org/ro-crate/) describes a folder by one JSON file in
it, which archives such as Zenodo and WorkflowHub read. Files stay where they are.
"""

import hashlib
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from music_adversaries.atomic_writes import whole

METADATA = "ro-crate-metadata.json"
CONTENT = {
    "README.md": "What lies where",
    "runs/*.json": "Record of a run: config, versions, commit, devices, cost of its jobs",
    "benchmarks/*": "Time and memory of a job",
    "tables/*": "Table over all that was judged; units in the names of its columns",
    "figures/*": "Figure",
    "listening/*": "Page on which adversaries are heard, or a part of it",
    "*/manifest.tsv": "Excerpts of a dataset: file, hash, label, artist, duration, faults",
    "*/repeats.tsv": "Exact and near repeats in a dataset",
    "*/magnitudes/*.tsv": "Index of a shard of magnitudes, with hashes of files and samples",
    "*/fold.tsv": "Which excerpts are in train, valid and test",
    "*/model.safetensors": "Parameters of a trained system",
    "*/model.json": "How a system was trained, and on what",
    "*/forest.skops": "Trees of a forest",
    "*/history.tsv": "Loss and errors of a training, a row per epoch",
    "*/clean.tsv": "Judgements of the test set as it is",
    "*/adversarial.tsv": "Attacked excerpts: target, iterations, judgement, SNR",
    "*/resynthesised.tsv": "Attacked excerpts after the round trip through a 16-bit WAV",
    "*/audio/*.wav": "Audio, rendered or adversarial",
    "*/*.tsv": "Judgements, a row per excerpt",
}
"""What the files are that the crate holds, by patterns of which the first that fits counts.

Logs, and magnitudes, which are large and follow from the audio, are left out.
"""
TYPES = {
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tex": "text/x-tex",
    ".tsv": "text/tab-separated-values",
    ".wav": "audio/wav",
}
STATUS = {
    "succeeded": "http://schema.org/CompletedActionStatus",
    "failed": "http://schema.org/FailedActionStatus",
}
RIGHTS = (
    "The licence is that of the software and of what it computes. Audio that was made from"
    " recordings keeps their rights."
)


def write_crate(results: Path, citation: Path) -> None:
    """Describe the folder ``results`` in its `METADATA`; ``citation`` is the CITATION.cff."""
    about = yaml.safe_load(citation.read_text(encoding="utf-8"))
    crate = ROCrate()
    crate.name = f"Results of {about['title']}"
    crate.description = f"{' '.join(about['abstract'].split())} {RIGHTS}"
    crate.license = _licence(crate, about["license"])
    paper = _paper(crate, about["references"][0])
    software = _software(crate, about, paper)
    crate.isBasedOn = software
    crate.root_dataset["citation"] = paper
    for file, content in contents(results):
        crate.add_file(
            dest_path=file.relative_to(results), properties=_properties(file, content)
        )
    crate.root_dataset["mentions"] = [
        _action(crate, software, record) for record in sorted((results / "runs").glob("*.json"))
    ]
    with whole(results / METADATA) as partial:
        text = json.dumps(crate.metadata.generate(), indent=2, ensure_ascii=False)
        partial.write_text(text + "\n", encoding="utf-8")


def contents(results: Path) -> Iterator[tuple[Path, str]]:
    """The files of a crate, in order, each with what it is."""
    for file in sorted(results.rglob("*")):
        place = file.relative_to(results).as_posix()
        hidden = any(part.startswith(".") for part in file.relative_to(results).parts)
        if file.is_file() and not hidden and not place.startswith("logs/"):
            found = [what for pattern, what in CONTENT.items() if fnmatch(place, pattern)]
            yield from [(file, what) for what in found[:1]]


def _properties(file: Path, content: str) -> dict[str, str]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    about = {
        "name": file.name,
        "description": content,
        "contentSize": str(file.stat().st_size),
        "sha256": digest,
    }
    kind = TYPES.get(file.suffix)
    return {**about, "encodingFormat": kind} if kind else about


def _licence(crate: ROCrate, name: str) -> ContextEntity:
    url = f"https://spdx.org/licenses/{name}"
    about = {"@type": "CreativeWork", "name": name, "url": url}
    return crate.add(ContextEntity(crate, url, properties=about))


def _paper(crate: ROCrate, about: dict) -> ContextEntity:
    authors = [f"{each['given-names']} {each['family-names']}" for each in about["authors"]]
    properties = {
        "@type": "ScholarlyArticle",
        "name": about["title"],
        "author": authors,
        "isPartOf": about["journal"],
        "datePublished": str(about["year"]),
    }
    return crate.add(
        ContextEntity(crate, f"https://doi.org/{about['doi']}", properties=properties)
    )


def _software(crate: ROCrate, about: dict, paper: ContextEntity) -> ContextEntity:
    properties = {
        "@type": "SoftwareSourceCode",
        "name": about["title"],
        "author": [each["name"] for each in about["authors"]],
        "license": about["license"],
        "keywords": about["keywords"],
        "programmingLanguage": "Snakemake",
    }
    software = crate.add(ContextEntity(crate, "#software", properties=properties))
    software["citation"] = paper
    return software


def _action(crate: ROCrate, software: ContextEntity, record: Path) -> ContextEntity:
    """A run, as its record has it."""
    run = json.loads(record.read_text(encoding="utf-8"))
    properties = {
        "name": f"Run of {run['started']}",
        "description": f"snakemake {run['arguments']}",
        "startTime": run["started"],
        "endTime": run["ended"],
        "actionStatus": STATUS[run["outcome"]],
    }
    file = crate.get(f"runs/{record.name}")
    return crate.add_action(software, f"#{record.stem}", result=file, properties=properties)
