"""The command line: attack a song, or classify files, with trained systems.

Imports nothing heavy before the arguments are read, so that ``--help`` is there at once.
"""

import argparse
import contextlib
import csv
import math
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from music_adversaries.errors import InputError
from music_adversaries.experiment.configuration import default_adversaries, of_network
from music_adversaries.nearest import did_you_mean

if TYPE_CHECKING:
    import numpy as np

    from music_adversaries.evaluation.resynthesis import Verdict

DONE, OUT_OF_REACH, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; the last is what shells report after Ctrl-C."""

MOST_SECONDS = 1e6
"""The longest recording, 11 days."""

ABOUT = """\
Classify recordings with a trained system, and change a song until it is classified otherwise.

examples:
  music-adversaries classify song.mp3 --system results/…/model.safetensors
  music-adversaries attack song.mp3 --system results/…/model.safetensors --target jazz \\
      -o out.wav

A system is a model.safetensors that the workflow trained, with the files beside it.
`music-adversaries attack --help` and `classify --help` say more."""

ABOUT_ATTACK = """\
Change a song until a system takes it for another label, and write it as a WAV.

examples:
  the smallest change that makes it jazz:
    music-adversaries attack song.mp3 --system model.safetensors --target jazz -o out.wav
  a change with an SNR of at least 30 dB, by another adversary:
    … --target jazz --snr 30 --adversary waveform -o out.wav
  any label but the present one:
    … -o out.wav
  only the 30 s that the workflow would use:
    … --target jazz --seconds 30 -o out.wav

The system hears 22 050 Hz mono, and the output is what it hears: a mono 16-bit WAV at
22 050 Hz, of the whole song unless --start or --seconds say otherwise. The file is written,
read back and judged; it is kept only if it is judged as wanted.

exit codes: 0 the attack succeeded; 1 it failed, and nothing is written; 2 bad input"""

ABOUT_CLASSIFY = """\
Classify files: a line each with the label and the runner-up, and the system's confidence in
both, which is the mean posterior over the recording.

examples:
  music-adversaries classify song.mp3 out.wav --system results/…/model.safetensors
  music-adversaries classify *.mp3 --system results/…/model.safetensors --tsv > labels.tsv

exit codes: 0 all files were classified; 2 some could not be: standard error names them"""

TABLE_COLUMNS = ["file", "label", "confidence", "runner_up", "runner_up_confidence"]

Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"Error: {message}; {self.prog} --help says more.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; the arguments are the process's by default."""
    options = _parser().parse_args(arguments)
    # File names may hold what the terminal cannot show. Both streams are `io.TextIOWrapper`s,
    # though their type hints do not say so.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        return options.command(options)
    except InputError as error:
        _complain(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("Interrupted: nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # by `| head`, say; Python would report it again as it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_INPUT


def attack(options: argparse.Namespace) -> int:
    """Attack a song and print how it is classified before and after."""
    adversaries = default_adversaries()
    _check_known(options.adversary, adversaries, "adversary")
    adversary = adversaries[options.adversary]
    if options.target is None and adversary["method"] == "paper":
        raise InputError(
            f"The adversary {options.adversary} only goes for a target: name one with --target."
        )
    _check_output(options.output, options.song)
    from music_adversaries import songs
    from music_adversaries.systems.loading import load_system

    system = load_system(options.system, options.plugin)
    if options.target is not None:
        _check_known(options.target, system.labels, "label")
    original = _read(options.song, options)
    before = songs.ranking(system, original)
    print(f"before: {_judgement(before, options.target)}", flush=True)
    try:
        settings = _settings(adversary, options)
        verdict = songs.attack_song(system, original, options.target, settings, options.output)
    except songs.OutOfReachError as failure:
        _complain(_out_of_reach(failure.verdict, options))
        return OUT_OF_REACH
    written, _ = songs.read_song(options.output)
    after = songs.ranking(system, written)
    print(f"after:  {_judgement(after, next(iter(before)))}")
    print(f"SNR:    {_snr(verdict.snr_db, options.snr)}")
    print(f"{options.output} is what was judged: 22 050 Hz, mono, 16 bits.")
    return DONE


def classify(options: argparse.Namespace) -> int:
    """Print how files are classified; those that cannot be are named on standard error."""
    from music_adversaries import songs
    from music_adversaries.systems.loading import load_system

    system = load_system(options.system, options.plugin)
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    if options.tsv:
        table.writerow(TABLE_COLUMNS)
    code = DONE
    for path in options.files:
        try:
            ranking = songs.ranking(system, _read(path, options))
        except InputError as error:
            _complain(error)
            code = BAD_INPUT
            continue
        (first, sure), (second, less) = list(ranking.items())[:2]
        if options.tsv:
            table.writerow([path, first, f"{sure:.6g}", second, f"{less:.6g}"])
        else:
            print(f"{path}: {first} ({sure:.3f}), then {second} ({less:.3f})", flush=True)
    return code


def _read(path: Path, options: argparse.Namespace) -> "np.ndarray":
    """Return the part of a song that is asked for; print a note if its file is unusual."""
    from music_adversaries import songs

    waveform, note = songs.read_song(path, options.start, options.seconds)
    if note:
        print(f"Note: {path}: {note}.", file=sys.stderr, flush=True)
    return waveform


def _judgement(ranking: Mapping[str, float], other: str | None) -> str:
    """Return the label with its confidence, and the confidence in another label."""
    label, confidence = next(iter(ranking.items()))
    comparison = "" if other in (None, label) else f" ({other}: {ranking[other]:.3f})"
    return f"{label}, confidence {confidence:.3f}{comparison}"


def _snr(snr_db: float, limit_db: float) -> str:
    if snr_db == math.inf:
        return "none, since nothing had to be changed"
    below = snr_db < limit_db
    note = f" (this adversary keeps the {limit_db:g} dB between magnitudes)" if below else ""
    return f"{snr_db:.1f} dB{note}"


def _out_of_reach(verdict: "Verdict", options: argparse.Namespace) -> str:
    aim = f"The label {options.target}" if options.target else "Another label"
    limit = "" if options.snr == -math.inf else f" at an SNR of {options.snr:g} dB or more"
    return (
        f"{aim} is out of reach for {options.adversary}{limit}: what it found has"
        f" {verdict.snr_db:.1f} dB and is judged {verdict.predicted}; nothing was written."
        " Allow a lower --snr, or try another --adversary."
    )


def _settings(adversary: Mapping, options: argparse.Namespace) -> Any:
    """Return the adversary's settings for the system, the SNR limit and the seed."""
    from music_adversaries.adversaries.methods import settings_of
    from music_adversaries.judged_tables import UNTARGETED
    from music_adversaries.systems.loading import load_description

    description = load_description(options.system)
    network = description.get("features_of", description)["network"]
    entry = of_network(adversary, network)
    if "seed" in entry:
        entry["seed"] = options.seed
    return settings_of(entry, options.snr, "perfect" if options.target else UNTARGETED)


def _check_known(name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        raise InputError(f"There is no {what} {name!r}: {did_you_mean(name, known)}")


def _check_output(output: Path, song: Path) -> None:
    """Raise `InputError` before the attack if its output could not be written."""
    try:
        problem = _output_problem(output, song)
    except OSError as error:
        problem = str(error.strerror)
    if problem:
        raise InputError(f"The output {output} cannot be written ({problem}): name another.")


def _output_problem(output: Path, song: Path) -> str:
    if output.suffix.lower() != ".wav":
        return "it will be a WAV, and its name has to end in .wav"
    if output.is_dir():
        return "a folder"
    if not output.parent.is_dir():
        return f"there is no folder {output.parent}"
    if not os.access(output.parent, os.W_OK):
        return f"no permission to write to the folder {output.parent}"
    if output.exists() and song.exists() and output.samefile(song):
        return "it is the song itself"
    return ""


def _complain(message: object) -> None:
    print(f"Error: {message}", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="music-adversaries",
        description=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="attack | classify")
    _add_attack(commands)
    _add_classify(commands)
    return parser


def _add_attack(commands: Commands) -> None:
    parser = _command(commands, attack, "change how a song is classified", ABOUT_ATTACK)
    parser.add_argument("song", type=Path, help="an audio file of any format, rate, channels")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT.wav", help="file to write"
    )
    parser.add_argument(
        "--target", metavar="LABEL", help="label to reach; by default any but the present one"
    )
    parser.add_argument(
        "--snr",
        type=_number(-80, 80),
        default=-math.inf,
        metavar="DB",
        help="least signal-to-noise ratio in dB, between the song and the file (between their"
        " magnitudes for single_excerpts, whole_datasets and as_published); by default none",
    )
    parser.add_argument(
        "--adversary",
        default="minimum",
        metavar="NAME",
        help=f"one of {', '.join(default_adversaries())}; by default minimum, which looks for"
        " the highest SNR",
    )
    parser.add_argument(
        "--seed",
        type=_number(0, 2**32 - 1, int),
        default=1,
        help="seed of black_box and the noises; by default 1",
    )


def _add_classify(commands: Commands) -> None:
    parser = _command(commands, classify, "print how files are classified", ABOUT_CLASSIFY)
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="file", help="audio files of any format"
    )
    parser.add_argument("--tsv", action="store_true", help="print tab-separated values")


def _command(
    commands: Commands, command: Callable, summary: str, about: str
) -> argparse.ArgumentParser:
    """Return a parser with the arguments that both commands take."""
    parser = commands.add_parser(
        command.__name__,
        help=summary,
        description=about,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=command)
    parser.add_argument(
        "--system",
        type=Path,
        required=True,
        metavar="FILE",
        help="the model.safetensors of a trained system",
    )
    parser.add_argument(
        "--plugin",
        type=Path,
        metavar="FILE",
        help="Python file of the system's network, if that is a plugin; the file is run",
    )
    parser.add_argument(
        "--start",
        type=_number(0, MOST_SECONDS),
        default=0.0,
        metavar="S",
        help="second of the recording to begin at; by default 0",
    )
    parser.add_argument(
        "--seconds",
        type=_number(0, MOST_SECONDS),
        metavar="S",
        help="seconds to use from there on, at least 2.35; by default all",
    )
    return parser


def _number(least: float, most: float, kind: type = float) -> Callable[[str], Any]:
    """Return a function that reads a float, or an int, within bounds."""
    whole = "whole " if kind is int else ""

    def read(text: str) -> Any:
        with contextlib.suppress(ValueError):
            if least <= kind(text) <= most:
                return kind(text)
        raise argparse.ArgumentTypeError(
            f"{text!r} is no {whole}number from {least:.10g} to {most:.10g}"
        )

    return read
