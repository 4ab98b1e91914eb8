"""What all scripts share: their log, threads and device, the config, and paths of audio.

Scripts import this module first. From then until its work begins, Ctrl-C ends a job silently.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

# By default, Python prints the traceback of an unfinished import. A process that ignores Ctrl-C
# goes on ignoring it, and a process that is not a job stays as it is.
IS_SCRIPT = hasattr(sys.modules["__main__"], "snakemake")
if IS_SCRIPT and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
from music_adversaries.atomic_writes import clear_leftovers, unwritable
from music_adversaries.datasets import loaders
from music_adversaries.datasets.manifest import read_manifest
from music_adversaries.errors import InputError
from music_adversaries.experiment import configuration
from music_adversaries.snr_limits import snr_limit_db

STANDARD_ERROR = 2
"""The file descriptor to which C libraries write messages."""
INTERRUPTED = 130
"""The exit code that shells report for a process ended by Ctrl-C."""


def run(work: Callable, snakemake) -> None:
    """Call ``work(snakemake)`` with its messages in the rule's log.

    Unfinished outputs of an earlier, killed job are removed first. Bad input ends the job with
    one sentence in the log, any other error with its traceback; the run shows the end of the
    log. If the log cannot be written, a message on standard error says so.
    """
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
        with _messages_to(log), _interruptible():
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


@contextlib.contextmanager
def _messages_to(log: TextIO):
    """Write all messages to the log, including those of C libraries."""
    screen = os.dup(STANDARD_ERROR)
    os.dup2(log.fileno(), STANDARD_ERROR)
    try:
        with contextlib.redirect_stderr(log), contextlib.redirect_stdout(log):
            yield
    finally:
        os.dup2(screen, STANDARD_ERROR)
        os.close(screen)


@contextlib.contextmanager
def _interruptible():
    """Let Ctrl-C raise `KeyboardInterrupt`, unless it is ignored, so that work can clean up."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def device(snakemake):
    """The torch device that the job may use; sets the number of torch's threads."""
    import torch

    torch.set_num_threads(snakemake.threads)
    wanted = int(snakemake.resources.get("gpu", 0)) > 0
    return torch.device("cuda" if wanted and torch.cuda.is_available() else "cpu")


def hardware(snakemake) -> dict[str, object]:
    """The device, threads and version of torch with which a result is computed."""
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

    It is not a param because it holds the path of the audio, and moving audio should rerun
    nothing. The entries on which results depend are params.
    """
    return config(snakemake)["datasets"][snakemake.wildcards.dataset]


def audio_folder(snakemake) -> Path:
    """The folder of the audio of a job that writes a shard of magnitudes."""
    results = Path(snakemake.output.index).parents[1]
    return _audio_folder(snakemake.wildcards.dataset, config(snakemake), results)


def _audio_folder(name: str, config: dict, results: Path) -> Path:
    """The folder of a dataset's audio; rendered audio is in its folder of ``results``.

    That folder comes from the job's files, since a module's results may have a prefix.
    """
    entry = config["datasets"][name]
    is_rendered = entry["loader"] == "studio"
    return results / "audio" if is_rendered else loaders.audio_folder(name, entry)


def audio_paths(snakemake) -> dict[str, Path]:
    """The audio file of each excerpt of the manifest."""
    return audio_paths_of(snakemake, snakemake.wildcards.dataset, snakemake.input.manifest)


def audio_paths_of(snakemake, name: str, manifest: str) -> dict[str, Path]:
    """The audio file of each excerpt of the dataset ``name``, from its manifest."""
    folder = _audio_folder(name, config(snakemake), Path(manifest).parent)
    table = usable_manifest(manifest)
    return AudioPaths({row.excerpt: folder / row.file for row in table.itertuples()})


class AudioPaths(dict):
    """Audio files by excerpt; raises `InputError` for an unknown excerpt."""

    def __missing__(self, excerpt: str) -> Path:
        raise InputError(
            f"The manifest has no usable excerpt {excerpt!r}, which a table names: correct the"
            " table, or delete it, and it is made anew."
        )


def usable_manifest(manifest: str):
    """The table of a manifest without the excerpts whose audio has a problem."""
    table = read_manifest(manifest)
    return table[table.problem == ""]


def columns_of(wildcards: dict) -> dict[str, object]:
    """Wildcards as columns of a table, with the SNR limit as a number in dB."""
    columns = dict(wildcards)
    if "snr_limit" in columns:
        columns["snr_limit_db"] = snr_limit_db(columns.pop("snr_limit"))
    return columns


def as_list(files) -> list[str]:
    """Input files as a list; Snakemake gives a single file as a string."""
    return [files] if isinstance(files, str) else list(files)
