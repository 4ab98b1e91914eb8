"""The rendered dataset: what it plans, what it renders, and that it does so twice alike."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from music_adversaries.studio import FAULTS, GENRES, SAMPLE_RATE, plan_tracks, render_track
from music_adversaries.studio.artists import habits_of
from music_adversaries.studio.composing import compose
from music_adversaries.studio.genres import GRAMMARS, ROLES
from music_adversaries.studio.harmony import SCALES, mode, read_progression
from music_adversaries.studio.instruments import DRUMS, INSTRUMENTS, Kit
from music_adversaries.studio.performing import loudness
from music_adversaries.studio.production import ERAS
from music_adversaries.studio.score import read_bar
from music_adversaries.studio.seeds import generator
from music_adversaries.studio.sound import frequency_hz, modes

SCRIPTS = Path(__file__).parents[3] / "workflow" / "scripts"
SECONDS = 4.0
COUNT = round(SECONDS * SAMPLE_RATE)


def pcm(excerpt: np.ndarray) -> bytes:
    """Return the bytes that a 16-bit file would hold."""
    return np.round(np.clip(excerpt, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def digest(excerpt: np.ndarray) -> str:
    return hashlib.sha256(pcm(excerpt)).hexdigest()


@pytest.fixture(scope="module")
def excerpts() -> dict[tuple[str, int], np.ndarray]:
    """Two artists of every genre."""
    return {
        (genre, number): render_track(
            genre, f"{genre} artist {number:02d}", 0, "none", SECONDS, seed=7
        )
        for genre in GENRES
        for number in (0, 5)
    }


# The plan


@st.composite
def plan_settings(draw):
    genres = draw(st.lists(st.sampled_from(GENRES), min_size=2, max_size=10, unique=True))
    shares = {fault: draw(st.floats(0.0, 0.3)) for fault in FAULTS}
    return {
        "genres": genres,
        "artists_per_genre": draw(st.integers(1, 9)),
        "tracks_per_artist": draw(st.integers(1, 6)),
        "fault_shares": shares,
        "seed": draw(st.integers(0, 2**31)),
    }


@settings(max_examples=40, deadline=None)
@given(plan_settings())
def test_plan_keeps_folders_whole(wish):
    plan = plan_tracks(**wish)
    size = wish["artists_per_genre"] * wish["tracks_per_artist"]
    assert list(plan["label"]) == [label for label in wish["genres"] for _ in range(size)]
    assert plan["file"].is_unique
    for label, folder in plan.groupby("label"):
        assert list(folder["file"]) == [f"{label}/{label}.{i:05d}.wav" for i in range(size)]
        assert (folder["fault"] == "none").any()
        honest = folder[folder["fault"] != "wrong_label"]
        assert (honest["genre"] == label).all()


@settings(max_examples=40, deadline=None)
@given(plan_settings())
def test_every_fault_is_what_it_is_called(wish):
    plan = plan_tracks(**wish)
    by_file = plan.set_index("file")
    for row in plan[plan["fault"] == "repeat"].itertuples():
        original = by_file.loc[row.repeat_of]
        assert original["fault"] == "none" and original["label"] == row.label
        assert (original["artist"], original["track"]) == (row.artist, row.track)
    wrong = plan[plan["fault"] == "wrong_label"]
    assert (wrong["genre"] != wrong["label"]).all()
    assert all(row.artist.startswith(row.genre) for row in wrong.itertuples())
    assert (plan["repeat_of"] != "").eq(plan["fault"] == "repeat").all()
    pieces = plan[plan["fault"] != "repeat"]
    assert not pieces.duplicated(["artist", "track"]).any()


@settings(max_examples=40, deadline=None)
@given(plan_settings())
def test_shares_are_met_and_artists_spared(wish):
    plan = plan_tracks(**wish)
    size = wish["artists_per_genre"] * wish["tracks_per_artist"]
    found = Counter(plan["fault"])
    folders = plan[plan["fault"] != "none"].groupby("label").size()
    if folders.max() < size - 1:
        for fault in FAULTS:
            due = wish["fault_shares"][fault] * len(plan)
            assert abs(found[fault] - due) <= 0.5 + 1e-6
    for label, folder in plan.groupby("label"):
        faults = (folder["fault"] != "none").sum()
        if faults <= size - wish["artists_per_genre"]:
            clean = folder.loc[folder["fault"] == "none", "artist"]
            assert clean.nunique() == wish["artists_per_genre"], label


def test_plan_without_faults_has_none():
    plan = plan_tracks(GENRES, 3, 2, {}, seed=0)
    assert set(plan["fault"]) == {"none"}
    assert plan.groupby("label")["artist"].nunique().eq(3).all()


def test_faults_of_the_default_size_are_counted():
    plan = plan_tracks(GENRES, 8, 4, {"repeat": 0.04, "clipping": 0.02}, seed=1)
    assert len(plan) == 320
    assert Counter(plan["fault"]) == {"none": 301, "repeat": 13, "clipping": 6}
    assert set(plan[plan["fault"] == "repeat"].groupby("label").size()) <= {1, 2}


def test_growing_a_dataset_leaves_its_tracks_alone():
    small = plan_tracks(GENRES, 2, 2, {}, seed=3)
    large = plan_tracks(GENRES, 4, 3, {}, seed=3)
    keys = ["genre", "artist", "track", "fault"]
    assert small[keys].merge(large[keys]).shape[0] == len(small)


# Same settings, same bytes


def test_rendering_twice_gives_the_same_bytes(excerpts):
    again = render_track("jazz", "jazz artist 05", 0, "none", SECONDS, seed=7)
    assert pcm(again) == pcm(excerpts["jazz", 5])


def test_another_process_with_other_hashes_gives_the_same_bytes(excerpts):
    code = (
        "import hashlib, numpy as np;"
        "from music_adversaries.studio import render_track as r;"
        f"x = r('reggae', 'reggae artist 05', 0, 'none', {SECONDS}, seed=7);"
        "y = np.round(np.clip(x, -1, 1) * np.float32(32767)).astype('<i2');"
        "print(hashlib.sha256(y.tobytes()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONHASHSEED": "12345"}
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == digest(excerpts["reggae", 5])


def test_seed_track_and_artist_each_matter():
    wishes = [("pop artist 00", 0, 1), ("pop artist 00", 1, 1), ("pop artist 01", 0, 1)]
    wishes.append(("pop artist 00", 0, 2))
    found = {
        digest(render_track("pop", artist, track, "none", 2.0, seed))
        for artist, track, seed in wishes
    }
    assert len(found) == len(wishes)


def test_a_repeat_sounds_the_same():
    plan = plan_tracks(("blues", "rock"), 2, 3, {"repeat": 0.2}, seed=5)
    repeat = plan[plan["fault"] == "repeat"].iloc[0]
    original = plan.set_index("file").loc[repeat["repeat_of"]]
    sounds = [
        render_track(row["genre"], row["artist"], row["track"], row["fault"], 2.0, seed=5)
        for row in (repeat, original)
    ]
    assert pcm(sounds[0]) == pcm(sounds[1])


# What is rendered


def quietest_db(x: np.ndarray, seconds: float) -> float:
    """Level in dB of the quietest stretch of so many seconds."""
    size = round(seconds * SAMPLE_RATE)
    energy = np.concatenate([[0.0], np.cumsum(np.square(x, dtype=float))])
    return float(10.0 * np.log10(np.min(energy[size:] - energy[:-size]) / size + 1e-12))


def test_shape_range_and_no_silence(excerpts):
    for (genre, number), x in excerpts.items():
        assert x.shape == (COUNT,) and x.dtype == np.float32
        assert np.isfinite(x).all()
        assert 0.2 < np.abs(x).max() < 0.99, (genre, number)
        assert quietest_db(x, 0.5) > -50.0, (genre, number)


def test_levels_are_those_of_records(excerpts):
    levels = [20 * np.log10(np.sqrt(np.mean(np.square(x)))) for x in excerpts.values()]
    assert min(levels) > -26.0 and max(levels) < -9.0


@pytest.mark.parametrize("seconds", [0.5, 3.3333, 6.0])
def test_length_is_the_one_asked_for(seconds):
    x = render_track("hiphop", "hiphop artist 01", 0, "none", seconds, seed=1)
    assert x.shape == (round(seconds * SAMPLE_RATE),)


def longest_plateau(x: np.ndarray) -> int:
    """Length in samples of the longest run at full scale."""
    full = np.concatenate([[0], (np.abs(x) >= 1.0).astype(int), [0]])
    edges = np.flatnonzero(np.diff(full))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def test_clipped_tracks_have_flat_tops(excerpts):
    clipped = render_track("rock", "rock artist 00", 0, "clipping", SECONDS, seed=7)
    assert np.abs(clipped).max() == 1.0
    assert longest_plateau(clipped) >= 5
    assert np.mean(np.abs(clipped) >= 1.0) > 0.01
    assert longest_plateau(excerpts["rock", 0]) == 0


def test_genres_and_artists_sound_different(excerpts):
    def spectrum(x):
        power = np.abs(np.fft.rfft(x.astype(float))) ** 2
        return 10 * np.log10([part.mean() for part in np.array_split(power, 200)])

    names = list(excerpts)
    spectra = [spectrum(excerpts[name]) for name in names]
    for index, one in enumerate(spectra):
        for other in spectra[index + 1 :]:
            assert np.sqrt(np.mean((one - other) ** 2)) > 2.0  # dB


def test_a_part_is_as_loud_however_rarely_it_plays():
    t = np.arange(8 * SAMPLE_RATE) / SAMPLE_RATE
    always = np.sin(2 * np.pi * 440.0 * t)
    once = np.where((t >= 2.0) & (t < 4.0), always, 0.0)
    assert loudness(once) == pytest.approx(loudness(always), rel=0.05)


# Instruments


def cents_off(x: np.ndarray, frequency: float) -> float:
    """Distance in cents of the strongest partial near a frequency, by a padded FFT."""
    size = 2**19
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), size))
    grid = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE)
    near = (grid > frequency * 0.9) & (grid < frequency * 1.1)
    return 1200.0 * np.log2(grid[near][np.argmax(spectrum[near])] / frequency)


@pytest.mark.parametrize("pitch", [40, 52, 64, 76, 88])
@pytest.mark.parametrize(
    "name",
    [
        "nylon guitar",
        "steel guitar",
        "grand piano",
        "electric piano",
        "strings",
        "alto sax",
    ],
)
def test_tones_are_in_tune(name, pitch):
    rng = generator("test", name, pitch)
    tone = INSTRUMENTS[name].tone(frequency_hz(pitch), 2 * SAMPLE_RATE, 0.8, rng)
    assert abs(cents_off(tone, frequency_hz(pitch))) < 15.0


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_sounds_and_ends(name):
    instrument = INSTRUMENTS[name]
    drums = DRUMS if isinstance(instrument, Kit) else ("tone",)
    for drum in drums:
        rng = generator("test", name, drum)
        if isinstance(instrument, Kit):
            x = instrument.hit(drum, 0.9, rng)
        else:
            x = instrument.bus(instrument.tone(220.0, SAMPLE_RATE, 0.9, rng))
        assert np.isfinite(x).all()
        assert 0.05 < np.abs(x).max() < 6.0, drum


def test_modes_are_decaying_sines():
    count = 1000
    t = np.arange(count) / SAMPLE_RATE
    expected = 0.5 * np.exp(-t / 0.1) * np.sin(2 * np.pi * 440.0 * t)
    expected += 0.2 * np.exp(-t / 0.3) * np.sin(2 * np.pi * 1234.5 * t)
    found = modes(
        np.array([440.0, 1234.5, 12_000.0]),
        np.array([0.1, 0.3, 0.2]),
        np.array([0.5, 0.2, 1.0]),
        count,
    )
    np.testing.assert_allclose(found, expected, atol=1e-12)


# Grammars


@pytest.mark.parametrize("genre", GENRES)
def test_grammars_can_be_read(genre):
    grammar = GRAMMARS[genre]
    assert set(grammar.band) <= set(ROLES) and set(grammar.eras) <= set(ERAS)
    for role, chair in grammar.band.items():
        for name in chair.instruments:
            assert isinstance(INSTRUMENTS[name], Kit) == (role == "drums"), name
    for groove in grammar.grooves:
        for progression in groove.progressions:
            assert read_progression(progression)
            assert set(grammar.scales[mode(progression)]) <= set(SCALES)
        for role in ROLES:
            for figure in getattr(groove, role):
                for marks in figure.values() if role == "drums" else (figure,):
                    read_bar(marks, 0, groove.steps_per_bar)
        assert all(set(figure) <= set(DRUMS) for figure in groove.drums)


def test_figures_that_fill_no_bar_are_refused():
    with pytest.raises(ValueError, match="does not fill bars of 16 steps"):
        read_bar("x..x", 0, 16)


@pytest.mark.parametrize("genre", GENRES)
def test_tempo_is_the_artists(genre):
    habits = habits_of(genre, f"{genre} artist 02", seed=7)
    score = compose(genre, habits, 8.0, generator("test", genre))
    tempo = 60.0 / score.beat_s
    assert any(slow <= tempo <= fast for slow, fast in habits.tempo_bpm)
    assert any(len(notes) > 8 for notes in score.parts.values())


def heard_tempo(x: np.ndarray) -> float:
    """Tempo, from 100 to 140 bpm, at which the level of the bass repeats itself best."""
    hop = 256
    bass = signal.sosfilt(signal.butter(4, 120.0, fs=SAMPLE_RATE, output="sos"), x)
    level = np.sqrt(np.mean(bass[: len(bass) // hop * hop].reshape(-1, hop) ** 2, axis=1))
    onsets = np.maximum(np.diff(level), 0.0)
    size = 2**15
    spectrum = np.abs(np.fft.rfft(onsets - onsets.mean(), size))
    # The comb of a tempo: the beat's frequency and its octave.
    tempi = np.arange(100.0, 140.0, 0.25)
    bins = tempi / 60.0 * size * hop / SAMPLE_RATE
    comb = sum(spectrum[np.round(bins * harmonic).astype(int)] for harmonic in (1, 2))
    return float(tempi[np.argmax(comb)])


@pytest.mark.parametrize("number", [0, 1, 2])
def test_disco_is_heard_at_its_tempo(number):
    """The bass drum on every beat gives the tempo away, through the whole production."""
    artist = f"disco artist {number:02d}"
    x = render_track("disco", artist, 0, "none", 12.0, seed=7)
    ranges = habits_of("disco", artist, seed=7).tempo_bpm
    assert any(slow - 0.5 <= heard_tempo(x) <= fast + 0.5 for slow, fast in ranges)
