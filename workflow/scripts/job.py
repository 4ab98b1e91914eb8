"""What every script does around its work: log, threads, device, errors in one sentence."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import run_lock
from music_adversaries import configuration
from music_adversaries.datasets import loaders
from music_adversaries.datasets.manifest import read_manifest
from music_adversaries.errors import InputError
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.whole import clear_leftovers, unwritable

INTERRUPTED = 130
"""What shells say of a process that Ctrl-C ended."""


def run(work: Callable, snakemake) -> None:
    """Call ``work(snakemake)`` with its messages in the rule's log.

    What the same job, killed before, left half written beside its outputs is removed first.
    Bad input ends the job with its one sentence, anything else with its traceback. They
    stand in the log alone: `run_messages` tells them when the run ends. Only where the log
    cannot be written, that is told at once.
    """
    run_lock.hold()
    for output in snakemake.output:
        clear_leftovers(output)
    log_path = Path(snakemake.log[0])
    try:
        log_path.parent.mkdir(parents=True, exist_ok=True)
        # Line by line; and the names of files may be no valid Unicode.
        with log_path.open("w", 1, encoding="utf-8", errors="backslashreplace") as log:
            code = _exit_code(work, snakemake, log)
    except OSError as error:
        code = 1
        print(f"Error: {unwritable(log_path, error)}", file=sys.stderr)
    if code:
        sys.exit(code)


def _exit_code(work: Callable, snakemake, log: TextIO) -> int:
    try:
        with contextlib.redirect_stderr(log), contextlib.redirect_stdout(log):
            work(snakemake)
    except InputError as error:
        print(f"Error: {error}", file=log)
        return 1
    except Exception:
        traceback.print_exc(file=log)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=log)
        return INTERRUPTED
    return 0


def device(snakemake):
    """The torch device that the job may use; sets the number of torch's threads."""
    import torch

    torch.set_num_threads(snakemake.threads)
    wanted = int(snakemake.resources.get("gpu", 0)) > 0
    return torch.device("cuda" if wanted and torch.cuda.is_available() else "cpu")


def hardware(snakemake) -> dict[str, object]:
    """What a result was computed on, to be kept beside it."""
    import torch

    here = device(snakemake)
    name = torch.cuda.get_device_name(here) if here.type == "cuda" else os.uname().machine
    return {
        "device": here.type,
        "device_name": name,
        "threads": snakemake.threads,
        "torch": torch.__version__,
    }


def config(snakemake) -> dict:
    """The config of the run, with defaults."""
    return configuration.complete(snakemake.config)


def network_of(snakemake, architecture: str) -> str:
    """The network of an architecture, as the config names it."""
    return config(snakemake)["architectures"][architecture]["network"]


def dataset(snakemake) -> dict:
    """The config's entry for the job's dataset, with defaults.

    Not a param, since it says where the audio lies: moving it should rerun nothing. What
    a job's result depends on of it is among the params.
    """
    return config(snakemake)["datasets"][snakemake.wildcards.dataset]


def audio_folder(snakemake) -> Path:
    """The folder to which the manifest's files are relative."""
    return loaders.audio_folder(snakemake.wildcards.dataset, dataset(snakemake))


def audio_paths(snakemake) -> dict[str, Path]:
    """The audio file of each excerpt of the manifest."""
    return paths_in(audio_folder(snakemake), usable_manifest(snakemake))


def audio_paths_of(snakemake, name: str, manifest: str) -> dict[str, Path]:
    """The same for the dataset ``name``, in a job that is not of one dataset alone."""
    entry = configuration.complete(snakemake.config)["datasets"][name]
    return paths_in(loaders.audio_folder(name, entry), usable(manifest))


def paths_in(folder: Path, manifest) -> dict[str, Path]:
    """The audio file of each excerpt of a manifest whose files are relative to a folder."""
    return AudioPaths({row.excerpt: folder / row.file for row in manifest.itertuples()})


class AudioPaths(dict):
    """Audio files by excerpt; one that is not there is one that a table should not name."""

    def __missing__(self, excerpt: str) -> Path:
        raise InputError(
            f"The manifest has no usable excerpt {excerpt!r}, which a table names: correct the"
            " table, or delete it, and it is made anew."
        )


def usable_manifest(snakemake):
    """The manifest without the excerpts whose audio has a problem."""
    return usable(snakemake.input.manifest)


def usable(manifest: str):
    """The table of a manifest without the excerpts whose audio has a problem."""
    table = read_manifest(manifest)
    return table[table.problem == ""]


def columns_of(wildcards: dict) -> dict[str, object]:
    """Wildcards as a table's columns: the SNR limit is a number there."""
    columns = dict(wildcards)
    if "snr_limit" in columns:
        columns["snr_limit_db"] = snr_limit_db(columns.pop("snr_limit"))
    return columns


def as_list(files) -> list[str]:
    """Input files as a list, which Snakemake gives as a string where there is one."""
    return [files] if isinstance(files, str) else list(files)
