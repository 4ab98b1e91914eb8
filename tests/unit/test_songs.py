"""Songs outside the workflow: read in part, ranked, and attacked with what they are told."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
import torch
from audio_files import encoded, music
from linear_victims import LABELS, magnitude_system

from music_adversaries import songs
from music_adversaries.adversaries.methods import settings_of
from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.files import read_excerpt
from music_adversaries.audio.stft import magnitudes
from music_adversaries.errors import InputError
from music_adversaries.experiment.configuration import default_adversaries, of_network
from music_adversaries.judged_tables import UNTARGETED


def song(folder, waveform=None, **form):
    path = folder / "song.wav"
    path.write_bytes(encoded(music(2.5) if waveform is None else waveform, **form))
    return path


def settings_to_leave(name, snr_limit_db=-np.inf):
    return settings_of(default_adversaries()[name], snr_limit_db, UNTARGETED)


def test_a_whole_song_is_read_and_not_its_first_30_s(tmp_path):
    path = song(tmp_path, music(31))
    whole, _ = soundfile.read(path, dtype="float32")
    assert np.array_equal(songs.read_song(path)[0], whole)


@pytest.mark.parametrize(
    ("start_s", "seconds"), [(0, 3.0), (1.5, 2.4), (0.25, None), (1, 99.0)]
)
def test_a_part_of_a_song_is_those_samples_of_the_whole(tmp_path, start_s, seconds):
    path = song(tmp_path, music(6))
    whole, _ = soundfile.read(path, dtype="float32")
    first = round(start_s * SAMPLE_RATE)
    last = None if seconds is None else first + round(seconds * SAMPLE_RATE)
    assert np.array_equal(songs.read_song(path, start_s, seconds)[0], whole[first:last])


def quiet_end():
    return np.concatenate([music(4), np.zeros((4 * SAMPLE_RATE, 1))])


@pytest.mark.parametrize(
    ("waveform", "start_s", "problem"),
    [
        (music(4), 2.0, "too short from there on (2.00 s; at least 2.35 s)"),
        (music(4), 9.0, "too short from there on (0.00 s"),
        (quiet_end(), 4.5, "silent from there on"),
        (music(1), 0.0, "too short (1.00 s"),
    ],
)
def test_a_part_that_cannot_be_judged_is_refused(tmp_path, waveform, start_s, problem):
    path = song(tmp_path, waveform)
    with pytest.raises(InputError) as error:
        songs.read_song(path, start_s)
    assert f"{path} cannot be used ({problem}" in str(error.value)


def test_a_ranking_is_the_mean_posterior_of_each_label_in_falling_order():
    system, waveform = magnitude_system(), music()[:, 0].astype(np.float32)
    frames = magnitudes(torch.from_numpy(waveform))
    scaled = (frames - system.standardisation.mean) * system.standardisation.scale
    scores = scaled.double() @ system.network.scores.weight.double().T
    scores = (scores + system.network.scores.bias.double()).numpy()
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    found = songs.ranking(system, waveform)
    assert list(found) == [LABELS[number] for number in np.argsort(-expected)]
    assert [found[label] for label in LABELS] == pytest.approx(expected, abs=1e-6)


def test_without_a_target_the_predicted_label_is_left(tmp_path):
    system, original = magnitude_system(), read_excerpt(song(tmp_path))
    path = tmp_path / "out.wav"
    songs.attack_song(system, original, None, settings_to_leave("waveform"), path)
    written, _ = soundfile.read(path, dtype="float32")
    before, after = (next(iter(songs.ranking(system, each))) for each in (original, written))
    assert after != before


@pytest.mark.parametrize("name", default_adversaries())
def test_what_every_adversary_writes_is_judged_as_wanted_or_not_there(tmp_path, name):
    system, original = magnitude_system(), read_excerpt(song(tmp_path))
    target = list(songs.ranking(system, original))[1]
    entry = of_network(default_adversaries()[name], "frame_dnn")
    path = tmp_path / "out.wav"
    try:
        verdict = songs.attack_song(system, original, target, settings_of(entry, 5.0), path)
    except songs.OutOfReachError:
        assert [each.name for each in tmp_path.iterdir()] == ["song.wav"]
    else:
        written, _ = soundfile.read(path, dtype="float32")
        assert next(iter(songs.ranking(system, written))) == target == verdict.predicted


def test_a_song_beyond_full_scale_is_told_to_be_too_loud(tmp_path):
    original = read_excerpt(song(tmp_path, 3 * music(2.5), subtype="FLOAT"))
    system = magnitude_system()
    clipped = np.clip(original, -1, 1 - 2**-15)
    best_db = 20 * np.log10(
        np.linalg.norm(original[1024:-1024]) / np.linalg.norm((clipped - original)[1024:-1024])
    )
    target = next(iter(songs.ranking(system, clipped)))
    settings = settings_of(default_adversaries()["waveform"], 40)
    with pytest.raises(InputError) as error:
        songs.attack_song(system, original, target, settings, tmp_path / "out.wav")
    assert f"reaches {np.abs(original).max():.2g} times full scale" in str(error.value)
    assert f"gives an SNR of {best_db:.1f} dB" in str(error.value)
    assert "lower the level of the song" in str(error.value)
    assert not (tmp_path / "out.wav").exists()


def test_the_progress_counts_the_iterations(tmp_path, capsys):
    system, original = magnitude_system(), read_excerpt(song(tmp_path))
    settings = replace(settings_to_leave("minimum"), most_iterations=5)
    songs.attack_song(system, original, None, settings, tmp_path / "out.wav")
    assert capsys.readouterr().err.startswith("passes 5 of 5, ")
