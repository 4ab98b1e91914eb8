"""The command line as a user meets it: what is printed, what is written, and refusals."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from audio_files import TEXT, encoded, flac, music, of_variable_rate, without_header
from scipy.signal import get_window, resample_poly

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.stft import BINS
from music_adversaries.command_line import main
from music_adversaries.systems.system import build_system, save_system

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
LABELS = ["blues", "jazz", "r & b"]
LINEAR = {"network": "frame_dnn", "options": {"hidden_units": [], "dropout": 0.0}}
PRINTED = re.compile(r"(?P<label>.+), confidence (?P<confidence>[0-9.]+)(?: \(.+\))?")


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A file of a linear system, and its weights and biases as NumPy has them."""
    path = tmp_path_factory.mktemp("system") / "model.safetensors"
    generator = np.random.default_rng(3)
    made = build_system(LINEAR["network"], LINEAR["options"], LABELS)
    made.standardisation.set_moments(np.linspace(0.5, 2, BINS), np.linspace(0.5, 2, BINS))
    (dense,) = made.network.layers
    with torch.no_grad():
        dense.weight.copy_(torch.from_numpy(generator.normal(0, 0.02, (3, BINS))))
    save_system(made, path, LINEAR)
    return path, dense.weight.detach().double().numpy(), dense.bias.detach().double().numpy()


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.wav"
    path.write_bytes(encoded(music(3)))
    return path


def judged(system, path):
    """Confidences by label of a file at 22 050 Hz, with NumPy and SciPy alone."""
    samples, rate = soundfile.read(path, always_2d=True)
    mono = samples.mean(axis=1)
    mono = mono if rate == SAMPLE_RATE else resample_poly(mono, SAMPLE_RATE, rate)
    starts = np.arange(0, len(mono) - 1023, 512)
    frames = mono[starts[:, None] + np.arange(1024)] * get_window("hann", 1024)
    moments = np.linspace(0.5, 2, BINS)
    standardised = (np.abs(np.fft.rfft(frames)) - moments) / np.sqrt(moments)
    _, weight, bias = system
    odds = np.exp(standardised @ weight.T + bias)
    posterior = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    return dict(sorted(zip(LABELS, posterior, strict=True), key=lambda entry: -entry[1]))


def snr_db(song, output, first=0, last=None):
    """SNR of a file without 1024 samples at either end, by NumPy."""
    original = soundfile.read(song)[0][first:last][1024:-1024]
    change = soundfile.read(output)[0][1024:-1024] - original
    return 20 * np.log10(np.linalg.norm(original) / np.linalg.norm(change))


def call(*arguments):
    """The exit code of the command line with these arguments."""
    try:
        return main([str(each) for each in arguments])
    except SystemExit as ended:
        return ended.code


def lines(text):
    """What ``before:``, ``after:`` and ``SNR:`` say."""
    return dict(re.split(r":\s+", line, maxsplit=1) for line in text.splitlines()[:3])


def assert_says(printed, confidences):
    """A printed judgement is that of ``confidences``, to its three digits."""
    said = PRINTED.fullmatch(printed)
    label, confidence = next(iter(confidences.items()))
    assert said["label"] == label
    assert float(said["confidence"]) == pytest.approx(confidence, abs=6e-4)


FORMS = {
    "WAV": ("song.wav", {}),
    "six channels of 24 bits": ("song.wav", {"channels": 6, "subtype": "PCM_24"}),
    "stereo FLAC": ("song.flac", {"channels": 2, "kind": "FLAC"}),
    "MP3": ("song.mp3", {"kind": "MP3"}),
    "Ogg": ("song.ogg", {"kind": "OGG"}),
    "44.1 kHz": ("song.wav", {"rate": 44_100}),
    "8 kHz": ("song.wav", {"rate": 8000}),
    "32 s": ("song.wav", {"seconds": 32}),
}


def written(folder, name, form):
    made = {key: form[key] for key in ("seconds", "rate", "channels") if key in form}
    stored = {key: form[key] for key in ("rate", "kind", "subtype") if key in form}
    path = folder / name
    path.write_bytes(encoded(music(**made), **stored))
    return path


@pytest.mark.parametrize(("name", "form"), FORMS.values(), ids=FORMS)
def test_classify_says_what_numpy_says_of_every_format(tmp_path, capsys, system, name, form):
    path = written(tmp_path, name, form)
    assert call("classify", path, "--system", system[0]) == 0
    (first, sure), (second, less), _ = judged(system, path).items()
    said = re.fullmatch(
        r"(.+): (.+) \(([0-9.]+)\), then (.+) \(([0-9.]+)\)\n", capsys.readouterr().out
    )
    assert said.group(1, 2, 4) == (str(path), first, second)
    # Another resampler treats the noise at the edge of the band otherwise.
    tolerance = 6e-4 if form.get("rate", SAMPLE_RATE) == SAMPLE_RATE else 2e-2
    assert [float(said[3]), float(said[5])] == pytest.approx([sure, less], abs=tolerance)


def test_a_song_of_variable_bit_rate_without_a_header_is_attacked_whole(tmp_path, system):
    song, out = tmp_path / "song.mp3", tmp_path / "out.wav"
    song.write_bytes(without_header(of_variable_rate(music(12))))
    assert call("attack", song, "--system", system[0], "-o", out) == 0
    assert soundfile.info(out).duration == pytest.approx(12, abs=0.2)


def test_what_is_left_out_of_a_song_is_said_and_the_rest_is_judged(tmp_path, capsys, system):
    song = tmp_path / "song.flac"
    song.write_bytes(flac((music(3), SAMPLE_RATE), (music(1, 8000), 8000)))
    assert call("classify", song, "--system", system[0]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(str(song))
    note = "changes from 22050 Hz to 8000 Hz: what follows is left out"
    assert err == f"Note: {song}: {note}.\n"


def test_classify_names_bad_files_in_a_sentence_each_and_judges_the_others(
    tmp_path, capsys, system, song
):
    text = tmp_path / "text.mp3"
    text.write_bytes(TEXT)
    files = [tmp_path / "missing.wav", song, text, song]
    assert call("classify", *files, "--system", system[0]) == 2
    out, err = capsys.readouterr()
    assert [line.split(":")[0] for line in out.splitlines()] == [str(song)] * 2
    missing, undecodable = err.splitlines()
    assert missing == (
        f"Error: {files[0]} cannot be used (missing): take another file or part of it."
    )
    assert undecodable.startswith(f"Error: {text} cannot be used (undecodable (")


def test_classify_writes_a_table_that_holds_any_name(tmp_path, capsys, system, song):
    odd = song.rename(tmp_path / "a\tb\n\"c\" 'd'.wav")
    assert call("classify", odd, odd, "--system", system[0], "--tsv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter="\t"))
    (first, sure), (second, less), _ = judged(system, odd).items()
    assert [row["file"] for row in rows] == [str(odd)] * 2
    assert (rows[0]["label"], rows[0]["runner_up"]) == (first, second)
    confidences = [float(rows[0][name]) for name in ("confidence", "runner_up_confidence")]
    assert confidences == pytest.approx([sure, less], abs=1e-5)


WAYS = {
    "minimum": [],
    "waveform": ["--adversary", "waveform", "--snr", "8"],
    "the paper's": ["--adversary", "single_excerpts"],
    "black box": ["--adversary", "black_box", "--snr", "3"],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_attack_prints_and_writes_what_numpy_finds_in_the_file(
    tmp_path, capsys, system, song, way
):
    target, output = list(judged(system, song))[1], tmp_path / "out.wav"
    code = call("attack", song, "--system", system[0], "--target", target, "-o", output, *way)
    said = lines(capsys.readouterr().out)
    assert code == 0
    assert_says(said["before"], judged(system, song))
    assert next(iter(judged(system, output))) == target
    assert_says(said["after"], judged(system, output))
    found_db = float(said["SNR"].split()[0])
    assert found_db == pytest.approx(snr_db(song, output), abs=0.06)
    if "waveform" in way:
        assert snr_db(song, output) >= 8
    about = soundfile.info(output)
    assert (about.samplerate, about.channels, about.subtype) == (22_050, 1, "PCM_16")
    assert about.frames == soundfile.info(song).frames


def test_without_a_target_the_label_is_left(tmp_path, capsys, system, song):
    output = tmp_path / "out.wav"
    assert call("attack", song, "--system", system[0], "-o", output) == 0
    before, after = judged(system, song), judged(system, output)
    assert next(iter(after)) != next(iter(before))
    assert_says(lines(capsys.readouterr().out)["after"], after)


def test_a_song_of_32_s_is_attacked_as_a_whole(tmp_path, capsys, system):
    song, output = written(tmp_path, *FORMS["32 s"]), tmp_path / "out.wav"
    way = ["--adversary", "waveform", "-o", output]
    assert call("attack", song, "--system", system[0], *way) == 0
    assert soundfile.info(output).frames == 32 * SAMPLE_RATE
    said = lines(capsys.readouterr().out)
    assert_says(said["after"], judged(system, output))
    assert float(said["SNR"].split()[0]) == pytest.approx(snr_db(song, output), abs=0.06)


def test_a_part_of_a_song_is_attacked_alone(tmp_path, capsys, system, song):
    output = tmp_path / "out.wav"
    part = ["--start", 0.5, "--seconds", 2.4, "--adversary", "waveform"]
    assert call("attack", song, "--system", system[0], "-o", output, *part) == 0
    first, last = SAMPLE_RATE // 2, SAMPLE_RATE // 2 + round(2.4 * SAMPLE_RATE)
    found_db = float(lines(capsys.readouterr().out)["SNR"].split()[0])
    assert found_db == pytest.approx(snr_db(song, output, first, last), abs=0.06)


def test_a_song_that_is_judged_as_the_target_already_is_written_as_it_is(
    tmp_path, capsys, system, song
):
    label, output = next(iter(judged(system, song))), tmp_path / "out.wav"
    assert call("attack", song, "--system", system[0], "--target", label, "-o", output) == 0
    assert lines(capsys.readouterr().out)["SNR"] == "none, since nothing had to be changed"
    assert np.array_equal(soundfile.read(output)[0], soundfile.read(song)[0])


def test_the_papers_adversary_says_where_it_keeps_its_limit(tmp_path, capsys, system, song):
    target, output = list(judged(system, song))[1], tmp_path / "out.wav"
    way = ["--adversary", "single_excerpts", "--target", target, "-o", output]
    assert call("attack", song, "--system", system[0], *way) == 0
    free_db = snr_db(song, output)
    capsys.readouterr()
    assert (
        call("attack", song, "--system", system[0], *way, "--snr", f"{free_db + 0.2:.2f}") == 0
    )
    said = lines(capsys.readouterr().out)["SNR"]
    assert said.endswith(" dB between magnitudes)")
    assert float(said.split()[0]) == pytest.approx(snr_db(song, output), abs=0.06)


def test_the_seed_is_that_of_the_noise(tmp_path, system, song):
    def noise_of(seed):
        output = tmp_path / "out.wav"
        way = ["--adversary", "white_noise", "--snr", "-20", "--seed", seed, "-o", output]
        assert call("attack", song, "--system", system[0], *way) == 0
        return output.read_bytes()

    assert noise_of(1) == noise_of(1)
    assert noise_of(1) != noise_of(2)


@pytest.mark.parametrize("present", [None, b"what was there before"])
def test_what_is_out_of_reach_ends_with_a_sentence_and_leaves_the_output_alone(
    tmp_path, capsys, system, song, present
):
    target, output = list(judged(system, song))[-1], tmp_path / "out.wav"
    if present:
        output.write_bytes(present)
    way = ["--snr", "70", "--adversary", "single_step", "--target", target]
    assert call("attack", song, "--system", system[0], "-o", output, *way) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    said = (
        f"Error: The label {target} is out of reach for single_step at an SNR of 70 dB or more:"
    )
    assert last.startswith(said)
    assert (output.read_bytes() if output.exists() else None) == present
    assert {each.name for each in tmp_path.iterdir()} <= {"song.wav", "out.wav"}


def text_file(folder):
    path = folder / "text.wav"
    path.write_bytes(TEXT)
    return path


def damaged(folder):
    path = folder / "model.safetensors"
    path.write_bytes(b"\0" * 99)
    return path


def link(folder):
    path = folder / "link.wav"
    path.symlink_to(folder / "song.wav")
    return path


# What is given in another way than in a call that works, and what is said of it.
BAD = {
    "song missing": ({"song": "missing.wav"}, r"missing\.wav cannot be used \(missing\)"),
    "song a text": ({"song": text_file}, r"text\.wav cannot be used \(undecodable"),
    "song a folder": ({"song": "."}, r"cannot be used \(a folder, not a file\)"),
    "target unknown": ({"--target": "jaz"}, r"no label 'jaz': did you mean 'jazz'\? .*r & b"),
    "target empty": ({"--target": ""}, "no label ''"),
    "adversary unknown": ({"--adversary": "minimun"}, "no adversary 'minimun'.*'minimum'"),
    "SNR impossible": ({"--snr": "200"}, "--snr: '200' is no number from -80 to 80"),
    "SNR no number": ({"--snr": "nan"}, "--snr: 'nan' is no number"),
    "SNR a word": ({"--snr": "loud"}, "--snr: 'loud' is no number"),
    "start negative": ({"--start": "-1"}, "--start: '-1' is no number from 0"),
    "start too late": ({"--start": "2"}, r"too short from there on \(1\.00 s"),
    "too few seconds": ({"--seconds": "1"}, r"too short \(1\.00 s; at least 2\.35 s\)"),
    "seed negative": ({"--seed": "-1"}, "--seed: '-1' is no whole number"),
    "output the song": ({"-o": "song.wav"}, r"song\.wav cannot be written \(it is the song"),
    "output a link to it": ({"-o": link}, r"link\.wav cannot be written \(it is the song"),
    "output no WAV": ({"-o": "out.mp3"}, r"out\.mp3 cannot be written \(.*end in \.wav"),
    "output a folder": ({"-o": "folder.wav"}, r"folder\.wav cannot be written \(a folder"),
    "output in no folder": ({"-o": "no/out.wav"}, r"cannot be written \(there is no folder"),
    "output refused": ({"-o": "/proc/out.wav"}, r"/proc/out\.wav cannot be written \("),
    "output's name too long": ({"-o": "x" * 251 + ".wav"}, r"cannot be written \("),
    "system missing": ({"--system": "no.safetensors"}, r"no\.safetensors cannot be loaded"),
    "system damaged": ({"--system": damaged}, r"model\.safetensors cannot be loaded"),
    "no target for the paper's": (
        {"--adversary": "single_excerpts", "--target": None},
        "single_excerpts only goes for a target",
    ),
}


@pytest.mark.parametrize(("other", "sentence"), BAD.values(), ids=BAD)
def test_bad_input_ends_with_one_sentence_and_writes_nothing(
    tmp_path, monkeypatch, capsys, system, song, other, sentence
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.wav").mkdir()
    given = {"song": song, "--system": system[0], "--target": "jazz", "-o": "out.wav"}
    given["--adversary"] = "single_step"
    given |= {key: make(tmp_path) if callable(make) else make for key, make in other.items()}
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    arguments = [
        f"{key}={value}"
        for key, value in given.items()
        if key.startswith("--") and value is not None
    ]
    assert call("attack", given["song"], *arguments, "-o", given["-o"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("Error: ")
    assert re.search(sentence, last)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "arguments", [[], ["attack"], ["classify"], ["atack"], ["--speed", "3"]]
)
def test_arguments_that_are_no_command_are_refused_in_a_line(capsys, arguments):
    assert call(*arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: ")
    assert "--help" in line


def in_a_process(*arguments, directory, **others):
    """``python -m music_adversaries`` as a user calls it, from another folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "music_adversaries", *map(str, arguments)],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **others,
    )


def test_it_runs_from_any_folder_with_relative_names(tmp_path, system, song):
    with in_a_process("classify", song.name, "--system", system[0], directory=tmp_path) as run:
        out, err = run.communicate()
    assert (run.returncode, err) == (0, "")
    assert out.startswith(f"song.wav: {next(iter(judged(system, song)))} (")


def test_ctrl_c_ends_with_one_line_and_leaves_nothing(tmp_path, system):
    song = written(tmp_path, *FORMS["32 s"])
    target = list(judged(system, song))[-1]
    way = ["--adversary", "black_box", "--snr", "75", "--target", target, "-o", "out.wav"]
    with in_a_process("attack", song, "--system", system[0], *way, directory=tmp_path) as run:
        assert run.stdout.readline().startswith("before: ")
        run.send_signal(signal.SIGINT)
        _, err = run.communicate()
    # Python ends by the signal itself if that came while a dataclass was made, from code in a
    # string; a shell shows 130 for both.
    assert run.returncode in (130, -signal.SIGINT), err
    assert err.splitlines()[-1] == "Interrupted: nothing was written."
    assert "Traceback" not in err
    assert [each.name for each in tmp_path.iterdir()] == ["song.wav"]


def test_a_pipe_that_closes_early_is_no_traceback(tmp_path, system, song):
    files = [song] * 20
    with in_a_process("classify", *files, "--system", system[0], directory=tmp_path) as run:
        run.stdout.readline()
        run.stdout.close()
        assert run.stderr.read() == ""


def test_help_shows_examples_and_defaults_and_loads_nothing_heavy():
    script = (
        "import sys; from music_adversaries.command_line import main\n"
        "try: main(['attack', '--help'])\n"
        "except SystemExit as ended: print('code', ended.code)\n"
        "print('heavy', {'torch', 'numpy', 'pandas', 'soundfile'} & set(sys.modules))"
    )
    env = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    command = [sys.executable, "-c", script]
    text = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    assert text.endswith("code 0\nheavy set()\n")
    assert text.index("examples:") < text.index("--snr DB ")
    assert "single_excerpts" in text
    assert "by default minimum" in text


PLUGIN = """
from torch import nn

class Network(nn.Module):
    unit_frames = 1

    def __init__(self, bins, classes):
        super().__init__()
        self.scores = nn.Linear(bins, classes)

    def forward(self, units):
        return self.scores(units[:, 0])
"""


def test_a_network_of_ones_own_is_run_where_its_file_is_named(tmp_path, song, capsys):
    plugin = tmp_path / "mine.py"
    plugin.write_text(PLUGIN)
    model = tmp_path / "model.safetensors"
    made = build_system(str(plugin), {}, LABELS)
    save_system(made, model, {"network": "mine.py", "options": {}})
    assert call("classify", song, "--system", model) == 2
    assert "--plugin" in capsys.readouterr().err
    assert call("classify", song, "--system", model, "--plugin", plugin) == 0
    assert f"{song}: " in capsys.readouterr().out
    arguments = ("--system", model, "--plugin", plugin, "-o", tmp_path / "out.wav")
    assert call("attack", song, *arguments, "--adversary", "waveform", "--snr", 10) == 0
    assert (tmp_path / "out.wav").exists()
