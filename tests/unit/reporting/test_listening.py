"""The listening page without a browser: sounds, pictures, what cards say, and escaping."""

import base64
import io
import itertools
import re
import struct
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib import colormaps
from PIL import Image

from music_adversaries.reporting.listening.cards import (
    ALREADY,
    FAILED,
    REACHED,
    UNCHANGED,
    choose,
    difference_gain_db,
    make_card,
    outcome,
)
from music_adversaries.reporting.listening.media import (
    COLOURS,
    DYNAMIC_RANGE_DB,
    Media,
    sound_script,
    spectrogram,
    to_flac,
)
from music_adversaries.reporting.listening.page import make_grids, render, write_page

CARD = dict(
    dataset="studio",
    partition="random",
    fold=0,
    seed=1,
    architecture="dnn",
    training="standard",
    adversary="waveform",
    snr_limit_db=20.0,
    mode="all_wrong",
    excerpt="blues/a",
    true="blues",
    target="rock",
    predicted_clean="blues",
    predicted="rock",
    confidence=0.625,
    snr_db=31.25,
    outcome=REACHED,
    seconds=8.0,
    gain_db=-3,
    original_sound=1,
    adversarial_sound=2,
    original_picture=1,
    adversarial_picture=2,
    difference_picture=3,
)


def changed(card, **columns):
    return card | columns


SAMPLES = st.integers(1, 5000).flatmap(lambda count: arrays(np.int16, count))
# What a file system, a table or a person may come up with; surrogates are bytes of file
# names that are no Unicode.
NAMES = st.one_of(
    st.text(st.characters(exclude_characters="\0\r"), min_size=1, max_size=30),
    st.sampled_from(
        [
            "</script><script>alert(1)</script>",
            "\"'><img src=x onerror=alert(1)>",
            "&amp; &lt;b&gt; 100%25 #?x=1",
            "{{ 7 * 7 }} {% raw %} {# #}",
            "音楽 Ünïcode \u202e مرحبا",
            "caf\udce9",
            "-->",
        ]
    ),
)


# Sounds


@given(SAMPLES)
def test_a_flac_holds_the_samples_bit_for_bit(samples):
    flac = to_flac(samples)
    decoded, rate = soundfile.read(io.BytesIO(flac), dtype="int16")
    np.testing.assert_array_equal(decoded, samples)
    # The header itself (RFC 9639, 8.2): 20 bits of rate, 3 of channels and 5 of bits less 1.
    (packed,) = struct.unpack(">I", flac[18:22])
    assert (packed >> 12, packed >> 9 & 7, packed >> 4 & 31) == (22_050, 0, 15)
    assert rate == 22_050


def test_a_script_hands_over_the_bytes_under_their_number():
    flac = bytes(range(256))
    script = sound_script(7, flac)
    number, text = re.fullmatch(
        r'receiveSound\((\d+), "([A-Za-z0-9+/=]*)"\);\n', script
    ).groups()
    assert int(number) == 7 and base64.b64decode(text) == flac


@given(st.integers(2, 200).flatmap(lambda n: st.tuples(*[arrays(np.int16, n)] * 2)))
def test_the_gain_is_the_largest_that_keeps_the_differences_peak(pair):
    original, adversarial = pair
    original[0] = original[0] or 1
    gain_db = difference_gain_db(original, adversarial)
    difference = [int(a) - int(o) for a, o in zip(adversarial, original, strict=True)]
    peak = max(map(abs, difference))
    if peak == 0:
        assert gain_db is None
        return
    loudest = max(abs(int(o)) for o in original)
    assert peak * 10 ** (gain_db / 20) <= loudest * (1 + 1e-9)
    assert peak * 10 ** ((gain_db + 1) / 20) > loudest * (1 - 1e-9)


# Pictures


def pixels(png):
    image = Image.open(io.BytesIO(png))
    assert image.mode == "P"
    return np.asarray(image.convert("RGB")).astype(int)


def colour_of(level_db):
    """The colour of a level in dB below the top, from matplotlib's own."""
    step = round(max(0.0, 1 + level_db / DYNAMIC_RANGE_DB) * (COLOURS - 1))
    return np.rint(np.array(colormaps["magma"](step / (COLOURS - 1))[:3]) * 255)


@pytest.mark.parametrize("level_db", [0, -10, -40, -79, -80, -200, 6])
def test_colours_are_even_in_db_below_the_top(level_db):
    top = 3.0
    magnitudes = np.full((4, 5), top * 10 ** (level_db / 20))
    image = pixels(spectrogram(magnitudes, top))
    assert image.shape == (5, 4, 3)
    # magma has 256 colours: those nearest to a step differ in their last bits.
    assert np.abs(image - colour_of(min(level_db, 0))).max() <= 3


def test_silence_has_the_darkest_colour():
    assert np.abs(pixels(spectrogram(np.zeros((3, 3)), 1.0)) - colour_of(-80)).max() <= 3


def test_time_runs_to_the_right_and_frequency_upwards():
    magnitudes = np.zeros((6, 4))
    magnitudes[1, 0] = 1.0  # the second frame, the lowest bin
    image = pixels(spectrogram(magnitudes, 1.0)).sum(axis=2)
    assert np.unravel_index(image.argmax(), image.shape) == (3, 1)


def test_a_pixel_is_the_mean_power_of_what_it_covers():
    magnitudes = np.random.default_rng(0).uniform(0.01, 1, (1000, 300))
    image = pixels(spectrogram(magnitudes, 1.0))
    rows, columns = image.shape[:2]
    assert columns <= 480 and rows <= 128
    for row, column in [(0, 0), (5, 7), (100, 479), (127, 200)]:
        frames = range(column * 1000 // columns, (column + 1) * 1000 // columns)
        bins = range(row * 300 // rows, (row + 1) * 300 // rows)
        powers = [magnitudes[f, b] ** 2 for f in frames for b in bins]
        expected = colour_of(10 * np.log10(sum(powers) / len(powers)))
        assert np.abs(image[rows - 1 - row, column] - expected).max() <= 3


# Media


def flat(waveform):
    return np.abs(waveform[:40]).reshape(8, 5) + 1e-3


def test_what_is_the_same_is_written_once(tmp_path):
    media = Media(tmp_path, flat)
    one, other = np.arange(40, dtype=np.int16), np.arange(40, dtype=np.int16)[::-1]
    assert [media.sound(each) for each in (one, other, one.copy())] == [1, 2, 1]
    assert media.pictures(one, other)[0] == media.pictures(one, one)[1]
    assert sorted(file.name for file in (tmp_path / "sounds").iterdir()) == ["1.js", "2.js"]


def test_all_pictures_of_a_card_are_on_the_originals_scale(tmp_path):
    media = Media(tmp_path, lambda waveform: np.abs(waveform[:40]).reshape(8, 5))
    original = np.full(40, 10_000, dtype=np.int16)
    adversarial = np.full(40, 5_000, dtype=np.int16)
    numbers = media.pictures(original, adversarial)
    first = [pixels((tmp_path / f"pictures/{n}.png").read_bytes())[0, 0] for n in numbers]
    for colour, level_db in zip(first, [0, -6.02, -6.02], strict=True):
        assert np.abs(colour - colour_of(level_db)).max() <= 3


# Cards


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(1, 10))
def test_excerpts_are_chosen_at_even_distances(names, count):
    chosen = choose(pd.Series(names, dtype=object), count)
    different = list(dict.fromkeys(names))
    assert len(chosen) == min(count, len(different))
    places = [different.index(name) for name in chosen]
    assert places == sorted(set(places))
    steps = [b - a for a, b in itertools.pairwise([*places, len(different)])]
    assert places[:1] in ([], [0]) and max(steps, default=0) - min(steps, default=0) <= 1


@pytest.mark.parametrize(
    ("before", "after", "mode", "iterations", "snr_db", "expected"),
    [
        ("blues", "rock", "all_wrong", 9, 20.0, REACHED),
        ("blues", "pop", "all_wrong", 9, 20.0, FAILED),
        ("rock", "pop", "all_wrong", 9, 20.0, FAILED),
        ("rock", "rock", "all_wrong", 9, 20.0, ALREADY),
        ("rock", "rock", "all_wrong", 0, 80.0, UNCHANGED),
        ("rock", "rock", "all_wrong", 3, np.inf, UNCHANGED),
        ("blues", "pop", "all_wrong", 0, np.inf, FAILED),
        ("rock", "pop", "untargeted", 9, 20.0, REACHED),
        ("rock", "rock", "untargeted", 9, 20.0, FAILED),
        ("pop", "pop", "untargeted", 9, 20.0, ALREADY),
        ("pop", "pop", "untargeted", 0, np.inf, UNCHANGED),
    ],
)
def test_what_came_of_an_adversary(before, after, mode, iterations, snr_db, expected):
    judged = {"predicted_clean": before, "predicted": after, "target": "rock"}
    judged |= {"mode": mode, "iterations": iterations, "snr_db": snr_db}
    assert outcome(judged) == expected


def test_a_card_says_what_the_table_says_and_where_its_sounds_are(tmp_path):
    judged = {name: CARD[name] for name in list(CARD)[: list(CARD).index("outcome")]}
    original = np.full(22_050, 8_000, dtype=np.int16)
    adversarial = original + np.int16(100)
    card = make_card(judged | {"iterations": 5}, original, adversarial, Media(tmp_path, flat))
    assert {name: card[name] for name in judged} == judged
    # 20 lg 80 = 38.06
    assert (card["seconds"], card["gain_db"], card["outcome"]) == (1.0, 38, REACHED)
    for number, samples in (
        (card["original_sound"], original),
        (card["adversarial_sound"], adversarial),
    ):
        text = (tmp_path / f"sounds/{number}.js").read_text().split('"')[1]
        heard, _ = soundfile.read(io.BytesIO(base64.b64decode(text)), dtype="int16")
        np.testing.assert_array_equal(heard, samples)


# The page


class Outline(HTMLParser):
    """A page's tags with the names of their attributes, its links, and its headings."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.texts, self.open = [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, *(name for name, _ in attributes)))
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag in ("h3", "option", "td", "dd", "th"):
            self.texts.append("")
            self.open = tag

    def handle_endtag(self, tag):
        self.open = None if tag == self.open else self.open

    def handle_data(self, data):
        if self.open:
            self.texts[-1] += data


def probes_of(excerpt, true, targets):
    return [
        changed(CARD, excerpt=excerpt, true=true, target=target, mode="") for target in targets
    ]


@settings(deadline=None, max_examples=50)
@given(*[NAMES] * 5)
def test_names_appear_as_they_are_and_change_nothing_else(
    excerpt, true, target, judged, dataset
):
    names = {"excerpt": excerpt, "true": true, "target": target, "predicted": judged}
    strange = changed(CARD, **names, dataset=dataset)
    page, expected = (
        Outline(render([card], [changed(card, mode="")])) for card in (strange, CARD)
    )
    assert page.tags == expected.tags
    for link in page.links:
        assert re.fullmatch(r"page\.css|page\.js|data:,|pictures/\d+\.png|#card-\d+", link), (
            link
        )
    for name in names.values():
        assert any(name in text for text in page.texts), name


def test_bytes_that_are_no_unicode_do_not_stop_the_page(tmp_path):
    write_page([changed(CARD, excerpt="caf\udce9/x")], [], tmp_path)
    assert "caf\ufffd/x" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert {file.name for file in tmp_path.iterdir()} == {"index.html", "page.css", "page.js"}


def test_grids_have_a_row_per_excerpt_and_a_column_per_target():
    targets = ["blues", "pop", "rock"]
    first = [*probes_of("a", "blues", targets), *probes_of("b", "pop", targets)]
    second = [changed(card, architecture="cnn") for card in first[:3]]
    grids = make_grids([*first, *second])
    shown = [[[(card["excerpt"], card["target"]) for card in row] for row in g] for g in grids]
    row_of = {name: [(name, target) for target in targets] for name in "ab"}
    assert shown == [[row_of["a"], row_of["b"]], [row_of["a"]]]
    assert {card["architecture"] for row in grids[1] for card in row} == {"cnn"}


def test_cells_run_from_the_lowest_to_the_highest_snr_of_those_that_got_there():
    changes = [
        {"snr_db": 10.0},
        {"snr_db": 30.0},
        {"snr_db": 15.0, "outcome": ALREADY},
        {"snr_db": 5.0, "outcome": FAILED},
        {"snr_db": np.inf, "outcome": UNCHANGED},
    ]
    cards = [changed(CARD, target=str(n), **c) for n, c in enumerate(changes)]
    ((row,),) = make_grids(cards)
    assert [card["share"] for card in row] == [0.0, 1.0, 0.25, None, None]


def test_a_grid_says_the_snr_or_why_there_is_none():
    changes = [
        {"snr_db": 10.04},
        {"snr_db": 5.0, "outcome": FAILED},
        {"snr_db": np.inf, "outcome": UNCHANGED, "gain_db": None},
    ]
    cards = [changed(CARD, target=str(n), **c) for n, c in enumerate(changes)]
    page = Outline(render([], cards))
    cells = [text.strip() for tag, text in zip_texts(page) if tag == "td"]
    assert cells == ["10.0", "–", "∞"]


def zip_texts(page):
    tags = [tag for tag, *_ in page.tags if tag in ("h3", "option", "td", "dd", "th")]
    return zip(tags, page.texts, strict=True)


def test_failures_are_counted_on_the_page():
    cards = [CARD] * 3 + [changed(CARD, outcome=FAILED, predicted="pop")] * 2
    text = " ".join(re.sub(r"<[^>]+>", "", render(cards, [])).split())
    assert "Of 5 adversarial excerpts on this page (studio), 3 reached their target;" in text
    assert "2 failed" in text
    assert text.count("failed: target not reached") == 2


@pytest.mark.parametrize(
    ("gain_db", "says"), [(12, "Difference, played +12 dB"), (-3, "Difference, played −3 dB")]
)
def test_the_gain_of_the_difference_is_stated(gain_db, says):
    assert says in render([changed(CARD, gain_db=gain_db)], [])


def test_a_page_of_nothing_but_an_own_probe_of_unknown_class():
    html = render([], probes_of("probe0/song", "", ["blues", "rock"]))
    assert "(unknown)" in html and "test-sets" not in html
