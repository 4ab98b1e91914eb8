"""Results as an RO-Crate: content and size of each file, its origin, and what to cite.

RO-Crate (https://www.researchobject.org/ro-crate/) describes a folder by one JSON file in
it, which archives such as Zenodo and WorkflowHub read. No file is moved.
"""

import hashlib
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from music_adversaries.atomic_writes import whole

METADATA = "ro-crate-metadata.json"
CONTENT = {
    "README.md": "Guide to the folders and files",
    "runs/*.json": "Record of a run: config, versions, commit, devices, cost of its jobs",
    "benchmarks/*": "Time and memory of a job",
    "tables/*": "Table of results; units are in the names of its columns",
    "figures/*": "Figure",
    "listening/*": "Page for listening to adversarial excerpts, or a part of it",
    "*/manifest.tsv": "Excerpts of a dataset: file, hash, label, artist, duration, faults",
    "*/repeats.tsv": "Exact and near repeats in a dataset",
    "*/magnitudes/*.tsv": "Index of a shard of magnitudes, with hashes of files and samples",
    "*/fold.tsv": "Training, validation and test excerpts",
    "*/model.safetensors": "Parameters of a trained system",
    "*/model.json": "Training settings and data of a system",
    "*/forest.skops": "Trees of a forest",
    "*/history.tsv": "Loss and errors during training, a row per epoch",
    "*/clean.tsv": "Judgements of the clean test set",
    "*/adversarial.tsv": "Attacked excerpts: target, iterations, judgement, SNR",
    "*/resynthesised.tsv": "Attacked excerpts as read back from 16-bit WAV files",
    "*/audio/*.wav": "Audio, rendered or adversarial",
    "*/*.tsv": "Judgements, a row per excerpt",
}
"""Descriptions of the files in the crate, by pattern; the first that matches counts.

The crate leaves out logs, and magnitudes, which are large and follow from the audio.
"""
TYPES = MimeTypes()  # of Python itself, the same on every machine
STATUS = {
    "succeeded": "http://schema.org/CompletedActionStatus",
    "failed": "http://schema.org/FailedActionStatus",
}
RIGHTS = (
    "The licence is that of the software and of what it computes. Audio made from recordings"
    " remains subject to their rights."
)


def write_crate(results: Path, citation: Path) -> None:
    """Describe the folder ``results`` in its `METADATA`; ``citation`` is the CITATION.cff."""
    about = yaml.safe_load(citation.read_text(encoding="utf-8"))
    crate = ROCrate()
    crate.name = f"Results of {about['title']}"
    crate.description = f"{' '.join(about['abstract'].split())} {RIGHTS}"
    licence = f"https://spdx.org/licenses/{about['license']}"
    crate.license = _add(crate, licence, "CreativeWork", name=about["license"], url=licence)
    paper = _paper(crate, about["references"][0])
    software = _software(crate, about, paper)
    crate.isBasedOn = software
    crate.root_dataset["citation"] = paper
    for file, content in contents(results):
        place = file.relative_to(results)
        crate.add_file(dest_path=place, properties=_properties(file, content))
    records = sorted((results / "runs").glob("*.json"))
    crate.root_dataset["mentions"] = [_action(crate, software, record) for record in records]
    with whole(results / METADATA) as partial:
        text = json.dumps(crate.metadata.generate(), indent=2, ensure_ascii=False)
        partial.write_text(text + "\n", encoding="utf-8")


def contents(results: Path) -> Iterator[tuple[Path, str]]:
    """The files of a crate, sorted, each with a description of its content."""
    for file in sorted(results.rglob("*")):
        place = file.relative_to(results)
        hidden = any(part.startswith(".") for part in place.parts)
        if file.is_file() and not hidden and place.parts[0] != "logs":
            matching = (
                what for pattern, what in CONTENT.items() if fnmatch(str(place), pattern)
            )
            if what := next(matching, None):
                yield file, what


def _properties(file: Path, content: str) -> dict[str, str]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    kind, _ = TYPES.guess_type(file.name)
    return {
        "name": file.name,
        "description": content,
        "contentSize": str(file.stat().st_size),
        "sha256": digest,
        **({"encodingFormat": kind} if kind else {}),
    }


def _add(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))


def _paper(crate: ROCrate, about: dict) -> ContextEntity:
    return _add(
        crate,
        f"https://doi.org/{about['doi']}",
        "ScholarlyArticle",
        name=about["title"],
        author=[f"{each['given-names']} {each['family-names']}" for each in about["authors"]],
        isPartOf=about["journal"],
        datePublished=str(about["year"]),
    )


def _software(crate: ROCrate, about: dict, paper: ContextEntity) -> ContextEntity:
    return _add(
        crate,
        "#software",
        "SoftwareSourceCode",
        name=about["title"],
        author=[each["name"] for each in about["authors"]],
        license=about["license"],
        keywords=about["keywords"],
        programmingLanguage="Snakemake",
        citation={"@id": paper.id},
    )


def _action(crate: ROCrate, software: ContextEntity, record: Path) -> ContextEntity:
    """A run, from its record."""
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
