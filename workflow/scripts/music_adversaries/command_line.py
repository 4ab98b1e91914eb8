"""The command line: a song of one's own attacked, files classified, by trained systems.

Imports nothing heavy before the arguments are read, so that ``--help`` is there at once.
"""

import argparse
import contextlib
import csv
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from music_adversaries.errors import InputError
from music_adversaries.experiment.configuration import default_adversaries, of_network
from music_adversaries.nearest import did_you_mean

if TYPE_CHECKING:
    from music_adversaries.evaluation.resynthesis import Verdict

DONE, OUT_OF_REACH, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; the last is a shell's for what Ctrl-C ended."""

MOST_SECONDS = 1e6
"""Of a recording, 11 days."""

ABOUT = """\
Judge recordings by a trained system, and change a song until it is judged otherwise.

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
  by any means that keep an SNR of 30 dB:
    … --target jazz --snr 30 --adversary waveform -o out.wav
  any label but the present one:
    … -o out.wav
  the 30 s that the workflow would take:
    … --target jazz --seconds 30 -o out.wav

The system hears 22 050 Hz mono, and the output is what it hears: a mono 16-bit WAV at
22 050 Hz, of the whole song unless --start or --seconds say otherwise. The file is written,
read back and judged; only one that is judged as wanted stays."""

AFTER_ATTACK = """\
exit codes: 0 the aim is reached; 1 it is out of reach, and nothing is written; 2 bad input"""

ABOUT_CLASSIFY = """\
Say what a system takes files for: a line each with its label and the runner-up, and the
system's confidence in both, which is their mean posterior over the recording.

examples:
  music-adversaries classify song.mp3 out.wav --system results/…/model.safetensors
  music-adversaries classify *.mp3 --system results/…/model.safetensors --tsv > labels.tsv"""

AFTER_CLASSIFY = """\
exit codes: 0 all files were judged; 2 some could not be: each is named on standard error"""


Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"
"""What a command adds its parser to."""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"Error: {message}; {self.prog} --help says more.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what ``arguments`` say, by default those of the process; returns the exit code."""
    options = _parser().parse_args(arguments)
    # Names of files may hold what the terminal cannot show. Both streams are
    # `io.TextIOWrapper`s, though Python's hints promise less.
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
    except BrokenPipeError:  # as of `| head`; Python would complain again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_INPUT


def attack(options: argparse.Namespace) -> int:
    """Attack a song as the arguments say, and tell what came of it."""
    adversary = _known(options.adversary, default_adversaries(), "adversary")
    if options.target is None and adversary["method"] == "paper":
        raise InputError(
            f"The adversary {options.adversary} only goes for a target: name one with --target."
        )
    _check_output(options.output, options.song)
    from music_adversaries import songs
    from music_adversaries.systems.loading import load_system

    system = load_system(options.system, options.plugin)
    if options.target is not None:
        _known(options.target, dict.fromkeys(system.labels), "label")
    original, note = songs.read_song(options.song, options.start, options.seconds)
    _tell_note(options.song, note)
    before = songs.ranking(system, original)
    print(f"before: {_judgement(before, options.target)}", flush=True)
    aim = songs.aim_of(options.target, before)
    try:
        settings = _settings(adversary, options)
        verdict = songs.attack_song(system, original, aim, settings, options.output)
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
    """Say what a system takes files for; bad ones are named, and the others judged."""
    from music_adversaries import songs
    from music_adversaries.systems.loading import load_system

    system = load_system(options.system, options.plugin)
    tell = _row_writer() if options.tsv else _tell_line
    code = DONE
    for path in options.files:
        try:
            waveform, note = songs.read_song(path, options.start, options.seconds)
        except InputError as error:
            _complain(error)
            code = BAD_INPUT
        else:
            _tell_note(path, note)
            tell(path, songs.ranking(system, waveform))
    return code


def _tell_line(path: str, ranking: Mapping[str, float]) -> None:
    first, second = list(ranking.items())[:2]
    line = f"{path}: {first[0]} ({first[1]:.3f}), then {second[0]} ({second[1]:.3f})"
    print(line, flush=True)


def _row_writer() -> Callable[[str, Mapping[str, float]], None]:
    """What writes a row a file as tab-separated values, below the columns' names."""
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    table.writerow(["file", "label", "confidence", "runner_up", "runner_up_confidence"])

    def write(path: str, ranking: Mapping[str, float]) -> None:
        first, second = list(ranking.items())[:2]
        table.writerow([path, first[0], f"{first[1]:.6g}", second[0], f"{second[1]:.6g}"])

    return write


def _judgement(ranking: Mapping[str, float], beside: str | None) -> str:
    """The label with its confidence, and that in the label ``beside`` it."""
    label, confidence = next(iter(ranking.items()))
    other = "" if beside in (None, label) else f" ({beside}: {ranking[beside]:.3f})"
    return f"{label}, confidence {confidence:.3f}{other}"


def _snr(snr_db: float, limit_db: float) -> str:
    if snr_db == math.inf:
        return "none, since nothing had to be changed"
    below = snr_db < limit_db
    note = f" (this adversary keeps the {limit_db:g} dB between magnitudes)" if below else ""
    return f"{snr_db:.1f} dB{note}"


def _out_of_reach(verdict: "Verdict", options: argparse.Namespace) -> str:
    """The sentence for what was found and does not do."""
    aim = f"The label {options.target}" if options.target else "Another label"
    limit = "" if options.snr == -math.inf else f" at an SNR of {options.snr:g} dB or more"
    return (
        f"{aim} is out of reach for {options.adversary}{limit}: what it found has"
        f" {verdict.snr_db:.1f} dB and is judged {verdict.predicted}; nothing was written."
        " Allow a lower --snr, or try another --adversary."
    )


def _settings(adversary: Mapping, options: argparse.Namespace) -> Any:
    """The adversary's settings for the system, the limit and the seed that were asked for."""
    from music_adversaries.adversaries.methods import settings_of
    from music_adversaries.judged_tables import UNTARGETED
    from music_adversaries.systems.loading import load_description

    description = load_description(options.system)
    network = description.get("features_of", description)["network"]
    entry = of_network(adversary, network)
    if "seed" in entry:
        entry["seed"] = options.seed
    return settings_of(entry, options.snr, "perfect" if options.target else UNTARGETED)


def _known(name: str, known: Mapping, what: str) -> Any:
    """What is ``known`` by a name."""
    if name not in known:
        raise InputError(f"There is no {what} {name!r}: {did_you_mean(name, known)}")
    return known[name]


def _check_output(output: Path, song: Path) -> None:
    """Raise `InputError` where it is plain before the attack that the output cannot be."""
    problem: str | None
    try:
        problem = _output_problem(output, song)
    except OSError as error:
        problem = error.strerror
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


def _tell_note(path: Path, note: str) -> None:
    """Say what is odd about a file that is used all the same, if anything is."""
    if note:
        print(f"Note: {path}: {note}.", file=sys.stderr, flush=True)


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
    parser = _command(commands, attack, "change a song until it is judged otherwise")
    parser.description, parser.epilog = ABOUT_ATTACK, AFTER_ATTACK
    parser.add_argument("song", type=Path, help="an audio file of any format, rate, channels")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT.wav", help="what is written"
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
        type=_whole_number(2**32 - 1),
        default=1,
        help="whole number that black_box and the noises draw with; by default 1",
    )


def _add_classify(commands: Commands) -> None:
    parser = _command(commands, classify, "say what a system takes files for")
    parser.description, parser.epilog = ABOUT_CLASSIFY, AFTER_CLASSIFY
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="file", help="audio files of any format"
    )
    parser.add_argument("--tsv", action="store_true", help="tab-separated, for machines")


def _command(commands: Commands, command: Callable, summary: str) -> argparse.ArgumentParser:
    """A parser with what both commands take."""
    parser = commands.add_parser(
        command.__name__,
        help=summary,
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
        help="Python file of the system's network, where that is one of your own; it is run",
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
        help="seconds to take from there on, at least 2.35; by default all there are",
    )
    return parser


def _number(least: float, most: float) -> Callable[[str], float]:
    """What reads a number within bounds."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= float(text) <= most:
                return float(text)
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")

    return read


def _whole_number(most: int) -> Callable[[str], int]:
    """What reads a whole number from 0 on."""

    def read(text: str) -> int:
        if text.isdecimal() and int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {most}")

    return read
