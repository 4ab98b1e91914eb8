"""The listening page as a visitor meets it: opened from disk in Chromium."""

import base64
import io
import os
import shutil

import numpy as np
import pytest
import soundfile
import torch
from audio_files import music
from playwright.sync_api import expect, sync_playwright

from music_adversaries.audio import SAMPLE_RATE
from music_adversaries.audio.files import to_16_bits
from music_adversaries.audio.stft import magnitudes
from music_adversaries.reporting.listening.cards import make_card
from music_adversaries.reporting.listening.media import Media
from music_adversaries.reporting.listening.page import write_page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on the PATH")

SECONDS = 3
CLASSES = ["blues & \"soul\" <b>'x'</b>", "rock 100%25 #?{{ 7 }}", "音楽 </script>"]
EXCERPTS = ['a/<img src=x onerror="alert(1)">', "b/two  words % & more"]
ATTACKED = {
    "dataset": "mine",
    "partition": "random",
    "fold": 0,
    "seed": 1,
    "architecture": "dnn",
    "training": "standard",
    "adversary": "waveform",
    "snr_limit_db": 15.0,
    "mode": "all_wrong",
    "excerpt": EXCERPTS[0],
    "true": CLASSES[0],
    "target": CLASSES[1],
    "predicted_clean": CLASSES[0],
    "predicted": CLASSES[1],
    "confidence": 0.75,
    "snr_db": 21.5,
    "iterations": 10,
}
ORIGINALS = [to_16_bits(0.5 * music(SECONDS, seed=seed)[:, 0]) for seed in range(2)]
NOISE = to_16_bits(0.02 * np.random.default_rng(2).uniform(-1, 1, len(ORIGINALS[0])))
ADVERSARIAL = ORIGINALS[0] + NOISE
# Of the grid, then of the list.
PROBED, LISTED = 6, 4

START = 1103
"""The sample at which playing starts: 50 ms, to be ready."""
QUANTUM = 128
"""Samples that a browser renders at a time."""
FADE = 221 + QUANTUM
"""Samples after which a switch is over, at most."""
STEP = 1 / 32768
"""Of 16 bits: Chromium divides samples above 0 by 32767 when it decodes."""

# Counts what costs: contexts that are opened and sounds that are decoded.
COUNTERS = """
window.costs = { contexts: 0, decoded: 0 };
window.AudioContext = class extends AudioContext {
  constructor(options) { super(options); costs.contexts += 1; window.opened = this; }
  decodeAudioData(bytes) { costs.decoded += 1; return super.decodeAudioData(bytes); }
};
"""
# A context that renders as fast as it can what would be heard, on a clock of its own: at the
# given times the given views are chosen by a click.
OFFLINE = """
window.AudioContext = class extends OfflineAudioContext {
  constructor({ sampleRate }) { super(1, 2 * sampleRate, sampleRate); window.opened = this; }
  async resume() {}
  async hear(clicks) {
    for (const [time, input] of clicks) {
      this.suspend(time).then(() => { document.querySelector(input).click(); super.resume(); });
    }
    const buffer = await this.startRendering();
    return [...buffer.getChannelData(0)];
  }
};
"""


def magnitudes_of(waveform):
    return magnitudes(torch.from_numpy(waveform)).numpy()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page whose names are as bad as can be, in a folder whose name is no better."""
    folder = tmp_path_factory.mktemp("listening") / "a page, 100%25 #1"
    media = Media(folder, magnitudes_of)

    def card(original=ORIGINALS[0], adversarial=ADVERSARIAL, **changes):
        return make_card(ATTACKED | changes, original, adversarial, media)

    probed = [
        card(ORIGINALS[n], ORIGINALS[n] + NOISE // (m + 1), excerpt=EXCERPTS[n], mode="",
             true=CLASSES[n], target=target, predicted=target, snr_db=20.0 + m)
        for n in range(2)
        for m, target in enumerate(CLASSES)
    ]  # fmt: skip
    listed = [
        card(),
        card(training="retrained", predicted=CLASSES[2]),
        card(architecture="cnn", adversary="masked", snr_limit_db=-np.inf),
        card(adversarial=ORIGINALS[0], iterations=0, snr_db=np.inf, predicted_clean=CLASSES[1]),
    ]
    write_page(listed, probed, folder)
    return folder


@pytest.fixture(scope="module")
def chromium():
    arguments = ["--disable-gpu", "--disable-background-networking"]
    arguments += ["--no-sandbox"] * (os.getuid() == 0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, folder):
    """Opens the page; in the end there must be no error, and no request but to its folder."""
    visits = []

    def open_page(script=COUNTERS, **options):
        context = chromium.new_context(**options)
        page = context.new_page()
        page.requests, page.errors = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.errors.append(message.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.add_init_script(script)
        page.goto((folder / "index.html").as_uri())
        visits.append(page)
        return page

    yield open_page
    for page in visits:
        own = (folder.as_uri() + "/", "data:", "blob:")
        assert [url for url in page.requests if not url.startswith(own)] == []
        assert page.errors == []
        page.context.close()


def listed(page, number=0):
    """A card of the list of attacked excerpts."""
    return page.locator(".list .card").nth(number)


def sounds_of(page):
    return sorted(url.rsplit("/", 1)[1] for url in page.requests if "/sounds/" in url)


def position(card):
    return float(card.locator(".position").input_value())


def test_names_appear_as_they_are(visit):
    page = visit()
    assert listed(page).locator("h3").inner_text() == f"{EXCERPTS[0]} → {CLASSES[1]}"
    rows = page.locator("tbody th").all_text_contents()
    assert rows == [f"{e} ({c})" for e, c in zip(EXCERPTS, CLASSES, strict=False)]
    assert page.locator("thead th.target").all_text_contents() == CLASSES
    options = page.locator("select[name=genre] option").all_text_contents()
    assert options == ["all", *sorted(CLASSES[:2])]
    assert page.locator("article.card").count() == PROBED + LISTED


def test_nothing_is_loaded_or_decoded_before_play_and_then_only_what_is_played(visit):
    page = visit()
    page.wait_for_load_state("networkidle")
    assert sounds_of(page) == []
    assert page.evaluate("costs") == {"contexts": 0, "decoded": 0}
    card = listed(page)
    card.locator(".play").click()
    expect(card.locator(".play")).to_have_text("Pause")
    page.wait_for_function("opened?.currentTime > 0.1")
    wanted = [card.get_attribute(f"data-{view}") for view in ("original", "adversarial")]
    assert sounds_of(page) == sorted(f"{number}.js" for number in wanted)
    assert page.evaluate("costs") == {"contexts": 1, "decoded": 2}
    assert page.evaluate("opened.sampleRate") == SAMPLE_RATE


def heard(page, card, clicks):
    """What a visitor hears in the first 2 s after play ``(samples,)``."""
    card.locator(".play").click()
    expect(card.locator(".play")).to_have_text("Pause")
    page.wait_for_function("players.get(current.card).playing")
    identity = card.get_attribute("id")
    clicks = [[time, f"#{identity} input[value={view}]"] for time, view in clicks]
    return np.array(page.evaluate("clicks => opened.hear(clicks)", clicks))


def test_switching_keeps_the_sample_and_leaves_no_gap(visit):
    """Rendered sample by sample: but for fades of 10 ms, all is what was written."""
    page = visit(OFFLINE)
    card = listed(page)
    out = heard(page, card, [[0.5, "adversarial"], [1.0, "difference"], [1.5, "original"]])
    length = len(out) - START
    original, adversarial = (x[:length] / 32768 for x in (ORIGINALS[0], ADVERSARIAL))
    gain = 10 ** (float(card.get_attribute("data-gain-db")) / 20)
    views = [original, adversarial, gain * (adversarial - original), original]
    assert np.all(out[:START] == 0)
    out = out[START:]
    switches = [round(time * SAMPLE_RATE) - START for time in (0.5, 1.0, 1.5)]
    firsts = [0, *(switch + FADE for switch in switches)]
    lasts = [*(switch - QUANTUM for switch in switches), length]
    for view, first, last in zip(views, firsts, lasts, strict=True):
        np.testing.assert_allclose(out[first:last], view[first:last], atol=gain * STEP)
    for before, after, first, last in zip(views, views[1:], lasts, firsts[1:], strict=False):
        low = np.minimum(before, after)[first:last] - gain * STEP
        high = np.maximum(before, after)[first:last] + gain * STEP
        assert np.all((low <= out[first:last]) & (out[first:last] <= high))


def test_playing_from_the_middle_starts_at_that_sample(visit):
    page = visit(OFFLINE)
    card = listed(page)
    card.locator(".position").fill("1.23")
    out = heard(page, card, [])[START : START + SAMPLE_RATE]
    first = round(1.23 * SAMPLE_RATE)
    np.testing.assert_allclose(
        out, ORIGINALS[0][first : first + SAMPLE_RATE] / 32768, atol=STEP
    )


def test_the_position_runs_on_through_switches_and_keys(visit):
    page = visit()
    card = listed(page)
    card.locator(".play").click()
    page.wait_for_function("current.position > 0.2")
    before = position(card)
    started = page.evaluate("players.get(current.card).playing.zero")
    for key, view in (("2", "adversarial"), ("3", "difference"), ("1", "original")):
        page.keyboard.press(key)
        expect(card.locator(f"input[value={view}]")).to_be_checked()
    card.get_by_role("radio", name="Adversarial").check()
    assert page.evaluate("players.get(current.card).playing.zero") == started
    page.wait_for_function(f"current.position > {before} + 0.2")
    page.keyboard.press("p")
    expect(card.locator(".play")).to_have_text("Play")
    rest = position(card)
    assert before < rest < SECONDS
    page.keyboard.press("p")
    page.wait_for_function(f"current.position > {rest}")


def test_one_card_plays_at_a_time_and_ends_at_its_end(visit):
    page = visit()
    first, second = listed(page, 0), listed(page, 1)
    first.locator(".play").click()
    page.wait_for_function("current?.playing")
    second.locator(".position").fill("2.9")
    second.locator(".play").click()
    expect(first.locator(".play")).to_have_text("Play")
    expect(second.locator(".play")).to_have_text("Pause")
    expect(second.locator(".play")).to_have_text("Play")
    assert position(second) == 0


def test_a_click_on_a_spectrogram_plays_that_view_from_there(visit):
    page = visit()
    card = listed(page)
    picture = card.locator(".view[data-view=adversarial] .spectrogram")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] / 2, "y": 20})
    expect(card.locator("input[value=adversarial]")).to_be_checked()
    page.wait_for_function("current?.playing")
    assert position(card) == pytest.approx(SECONDS / 2, abs=0.5)


def test_arrows_move_in_a_grid_and_what_plays_goes_on_in_the_next_cell(visit):
    page = visit()
    cells = page.locator(".cell")
    cells.nth(0).focus()
    page.keyboard.press("2")
    page.keyboard.press("p")
    page.wait_for_function("current?.position > 0.3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cells.nth(4)).to_be_focused()
    expect(page.locator(".cell[aria-current]")).to_have_count(1)
    shown = page.locator(".grid .card.chosen")
    expect(shown).to_have_count(1)
    assert shown.locator("h3").inner_text() == f"{EXCERPTS[1]} → {CLASSES[1]}"
    expect(shown.locator("input[value=adversarial]")).to_be_checked()
    expect(shown.locator(".play")).to_have_text("Pause")
    page.wait_for_function("current.playing")
    assert page.evaluate("current.rest") >= 0.3  # where it started
    assert cells.nth(0).get_attribute("tabindex") == "-1"


def shown_cards(page):
    return [card for card in page.locator("article.card:not([hidden])").all()]


@pytest.mark.parametrize(
    ("name", "value", "count", "grid"),
    [
        ("genre", CLASSES[1], 3, True),
        ("training", "retrained", 1, False),
        ("system", "cnn, mine, random partition", 1, False),
        ("adversary", "masked, any SNR", 1, False),
        ("training", "standard", PROBED + LISTED - 1, True),
    ],
)
def test_filters_leave_what_they_say(visit, name, value, count, grid):
    page = visit()
    page.locator(f"select[name={name}]").select_option(label=value)
    assert len(shown_cards(page)) == count
    expect(page.locator(".shown")).to_have_text(
        f"{count} of {PROBED + LISTED} adversarial excerpts"
    )
    assert page.locator(".grid").is_visible() == grid
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".shown")).to_have_text("10 of 10 adversarial excerpts")
    assert page.locator(".grid").is_visible()


def test_filters_join_and_stop_what_they_hide(visit):
    page = visit()
    listed(page).locator(".play").click()
    page.wait_for_function("current?.playing")
    page.locator("select[name=training]").select_option(label="retrained")
    expect(listed(page, 0)).to_be_hidden()
    expect(listed(page, 1)).to_be_visible()
    assert page.evaluate("current.playing") is None
    page.locator("select[name=genre]").select_option(label=CLASSES[1])
    assert shown_cards(page) == []
    expect(page.locator("h2")).to_have_count(2)
    assert not any(heading.is_visible() for heading in page.locator("h2").all())


def test_the_chosen_cell_is_one_that_is_left(visit):
    page = visit()
    page.locator("select[name=genre]").select_option(label=CLASSES[1])
    shown = page.locator(".grid .card.chosen")
    assert shown.locator("h3").inner_text().startswith(EXCERPTS[1])


def test_what_is_saved_is_what_was_judged(visit):
    page = visit()
    with page.expect_download() as download:
        listed(page).get_by_role("button", name="Save the adversarial").click()
    samples, rate = soundfile.read(
        io.BytesIO(download.value.path().read_bytes()), dtype="int16"
    )
    np.testing.assert_array_equal(samples, ADVERSARIAL)
    assert rate == SAMPLE_RATE and download.value.suggested_filename.endswith(".flac")


def test_where_nothing_differs_there_is_no_difference_to_hear(visit):
    page = visit()
    card = listed(page, 3)
    expect(card.get_by_role("radio", name="No difference")).to_be_disabled()
    card.locator(".play").click()
    page.wait_for_function("current?.playing")
    page.keyboard.press("3")
    expect(card.locator("input[value=original]")).to_be_checked()


def test_a_failure_is_shown_as_one(visit):
    failed = listed(visit(), 1)
    expect(failed.locator(".outcome")).to_contain_text("failed: target not reached")


def test_a_sound_that_is_missing_is_told_in_the_card(visit, folder, chromium, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(copy / "sounds")
    page = chromium.new_page()
    page.goto((copy / "index.html").as_uri())
    listed(page).locator(".play").click()
    expect(listed(page).locator(".trouble")).to_contain_text("cannot be read")
    expect(listed(page).locator(".play")).to_have_text("Play")
    page.close()


def test_without_javascript_everything_reads(visit):
    page = visit(java_script_enabled=False)
    assert all(card.is_visible() for card in page.locator("article.card").all())
    assert page.locator("article.card").count() == PROBED + LISTED
    assert page.get_by_text("Playback needs JavaScript").is_visible()
    assert not page.locator(".play").first.is_visible()
    assert not page.locator("select").first.is_visible()
    link = page.locator(".cell").first.get_attribute("href")
    assert page.locator(link).is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_needs_no_scrolling_sideways(visit, scheme):
    page = visit(viewport={"width": 400, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert listed(page).locator(".views").bounding_box()["width"] > 300


def luminance(colour):
    """Relative luminance (WCAG 2.2) of an sRGB colour of three numbers up to 255."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour / 255]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_in_light_and_dark(visit, scheme):
    page = visit(color_scheme=scheme)
    pairs = page.evaluate(
        """() => {
          const options = { willReadFrequently: true };
          const canvas = new OffscreenCanvas(1, 1).getContext("2d", options);
          const numbers = (colour) => {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const ground = (element) => {
            const colour = getComputedStyle(element).backgroundColor;
            return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
          };
          const all = "h1, h3, .by, .outcome, dt, dd, .cell, .play, .save, label, summary";
          return [...document.querySelectorAll(all)].map((element) =>
            [numbers(getComputedStyle(element).color), numbers(ground(element))]);
        }"""
    )
    ratios = []
    for pair in pairs:
        low, high = sorted(luminance(np.array(colour)) for colour in pair)
        ratios.append((high + 0.05) / (low + 0.05))
    assert len(ratios) > 50 and min(ratios) >= 4.5  # WCAG 2.2, level AA


def test_everything_that_can_be_used_has_a_name(visit):
    page = visit()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, a, img, [role=region]")]
          .filter((element) => !(element.ariaLabel || element.alt || element.textContent.trim()
            || element.labels?.length || element.getAttribute("aria-labelledby")))
          .map((element) => element.outerHTML)"""
    )
    assert nameless == []
    cell = page.get_by_role("link", name=f"{EXCERPTS[0]} towards {CLASSES[0]}")
    assert "target reached" in cell.get_attribute("aria-label")


def test_the_focus_can_be_seen(visit):
    page = visit()
    page.keyboard.press("Tab")
    outlines = []
    for _ in range(8):
        page.keyboard.press("Tab")
        outlines.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert set(outlines) <= {"solid", "auto"}


def test_sounds_of_the_folder_are_what_the_cards_name(folder):
    """Independent of the browser: the files behind the numbers."""
    names = {file.name for file in (folder / "sounds").iterdir()}
    assert names == {f"{n}.js" for n in range(1, len(names) + 1)}
    text = (folder / "sounds" / "1.js").read_text().split('"')[1]
    samples, _ = soundfile.read(io.BytesIO(base64.b64decode(text)), dtype="int16")
    np.testing.assert_array_equal(samples, ORIGINALS[0])
