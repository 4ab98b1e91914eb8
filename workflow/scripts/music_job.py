"""What every script does around its work: log, threads, device, errors in one sentence.

Scripts import it before all else: from then on Ctrl-C ends a job without a word, until its
work begins, and what they import is what lies beside them.
"""

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

# Python's own way is a traceback on the screen, of whatever is being imported just then. Who
# started the job may have told it to ignore Ctrl-C, and who imports this may be no job.
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
"""The number of the file that libraries in C write to."""
INTERRUPTED = 130
"""What shells say of a process that Ctrl-C ended."""


def run(work: Callable, snakemake) -> None:
    """Call ``work(snakemake)`` with its messages in the rule's log.

    What the same job, killed before, left half written beside its outputs is removed first.
    Bad input ends the job with its one sentence, anything else with its traceback. They
    stand in the log alone, which is shown when the job or the run ends. Only where the log
    cannot be written, that is told at once.
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
        with _all_said_to(log), _interruptible():
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
def _all_said_to(log: TextIO):
    """Let messages go to the log, those as well that libraries write by themselves."""
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
    """Let Ctrl-C, unless it is ignored, raise `KeyboardInterrupt`: work clears up after it."""
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
    """The folder to which the files of a shard, which lies in the dataset's, are relative."""
    results = Path(snakemake.output.index).parents[1]
    return _audio_folder(snakemake.wildcards.dataset, config(snakemake), results)


def _audio_folder(name: str, config: dict, results: Path) -> Path:
    """The folder of a dataset's audio; what is rendered lies among its ``results``.

    These are where the job finds them: as a module, the workflow may have a prefix.
    """
    entry = config["datasets"][name]
    is_rendered = entry["loader"] == "studio"
    return results / "audio" if is_rendered else loaders.audio_folder(name, entry)


def audio_paths(snakemake) -> dict[str, Path]:
    """The audio file of each excerpt of the manifest."""
    return audio_paths_of(snakemake, snakemake.wildcards.dataset, snakemake.input.manifest)


def audio_paths_of(snakemake, name: str, manifest: str) -> dict[str, Path]:
    """The same for the dataset ``name``, in a job that is not of one dataset alone."""
    folder = _audio_folder(name, config(snakemake), Path(manifest).parent)
    table = usable(manifest)
    return AudioPaths({row.excerpt: folder / row.file for row in table.itertuples()})


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
