// Plays cards, chooses cells of grids, filters. No sound is loaded before it is to be heard.
"use strict";

const VIEWS = ["original", "adversarial", "difference"];
const FADE_S = 0.01; // of a switch between views
const AHEAD_S = 0.05; // time in which all three views are made ready to start together
const MOST_DECODED = 12; // sounds that are kept ready

let context = null;
let current = null; // the player that played last

// Sounds: each is a script of its own, which calls receiveSound.
const expected = new Map();
const decoded = new Map();

function receiveSound(number, base64) {
  expected.get(number).resolve(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
}

function loadSound(number) {
  if (!expected.has(number)) {
    const script = document.createElement("script");
    const promise = new Promise((resolve, reject) => {
      expected.set(number, { resolve });
      script.onerror = () => reject(new Error(`the file sounds/${number}.js cannot be read`));
    });
    expected.get(number).promise = promise;
    promise.catch(() => {}).finally(() => {
      expected.delete(number);
      script.remove();
    });
    script.src = `sounds/${number}.js`;
    document.head.append(script);
  }
  return expected.get(number).promise;
}

async function decodeSound(number) {
  const bytes = await loadSound(number);
  return context.decodeAudioData(bytes.buffer);
}

function readySound(number) {
  const buffer = decoded.get(number) ?? decodeSound(number);
  decoded.delete(number);
  decoded.set(number, buffer); // last in the order, as the one that was wanted last
  buffer.catch(() => decoded.delete(number));
  if (decoded.size > MOST_DECODED) decoded.delete(decoded.keys().next().value);
  return buffer;
}

function differenceOf(original, adversarial) {
  const buffer = context.createBuffer(1, original.length, original.sampleRate);
  const [from, to] = [original.getChannelData(0), adversarial.getChannelData(0)];
  buffer.copyToChannel(to.map((sample, n) => sample - from[n]), 0);
  return buffer;
}

function wholeSamples(seconds) {
  return Math.round(seconds * context.sampleRate) / context.sampleRate;
}

class Player {
  constructor(card) {
    this.card = card;
    this.seconds = Number(card.dataset.seconds);
    this.radios = [...card.querySelectorAll(".view input")];
    this.slider = card.querySelector(".position");
    this.button = card.querySelector(".play");
    this.rest = 0; // the position in s while nothing plays
    this.playing = null; // sources, gains and the time at which position 0 was, or would have been
    this.wanted = false;
    this.button.addEventListener("click", () => this.toggle());
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    for (const radio of this.radios) radio.addEventListener("change", () => this.fade());
    for (const view of card.querySelectorAll(".view")) this.listenTo(view);
  }

  listenTo(view) {
    view.querySelector(".spectrogram").addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      this.choose(VIEWS.indexOf(view.dataset.view));
      this.seek(((event.clientX - box.left) / box.width) * this.seconds);
      if (!this.wanted) this.toggle();
    });
    view.querySelector(".save")?.addEventListener("click", () => this.save(view.dataset.view));
  }

  get view() {
    return this.radios.find((radio) => radio.checked).value;
  }

  get position() {
    if (!this.playing) return this.rest;
    return Math.min(Math.max(context.currentTime - this.playing.zero, this.rest), this.seconds);
  }

  choose(number) {
    if (this.radios[number].disabled) return;
    this.radios[number].checked = true;
    this.fade();
  }

  toggle() {
    if (this.wanted) this.pause();
    else this.play();
  }

  async play() {
    if (current !== this) current?.pause();
    current = this;
    this.mark(true);
    this.trouble("");
    try {
      context ??= new AudioContext({ sampleRate: Number(document.body.dataset.sampleRateHz) });
      const buffers = await this.buffers();
      await context.resume();
      if (this.wanted && !this.playing) this.start(buffers);
    } catch (error) {
      this.mark(false);
      this.trouble(`This cannot be played: ${error.message}.`);
    }
  }

  async buffers() {
    const { original, adversarial, gainDb } = this.card.dataset;
    const pair = await Promise.all([readySound(Number(original)), readySound(Number(adversarial))]);
    return gainDb === undefined ? pair : [...pair, differenceOf(...pair)];
  }

  start(buffers) {
    // At whole samples: between them the browser would interpolate.
    const when = wholeSamples(context.currentTime + AHEAD_S);
    this.rest = wholeSamples(this.rest);
    const tracks = buffers.map((buffer, number) => {
      const source = new AudioBufferSourceNode(context, { buffer });
      const gain = new GainNode(context, { gain: this.level(VIEWS[number]) });
      source.connect(gain).connect(context.destination);
      source.start(when, this.rest);
      return { source, gain };
    });
    this.playing = { tracks, zero: when - this.rest };
    tracks[0].source.onended = () => this.end(tracks);
    this.follow();
  }

  // How loud a view is for what is chosen: the difference has its gain.
  level(view) {
    if (view !== this.view) return 0;
    return view === "difference" ? 10 ** (Number(this.card.dataset.gainDb) / 20) : 1;
  }

  fade() {
    if (!this.playing) return;
    const now = context.currentTime;
    this.playing.tracks.forEach(({ gain }, number) => {
      gain.gain.cancelScheduledValues(now);
      gain.gain.setValueAtTime(gain.gain.value, now);
      gain.gain.linearRampToValueAtTime(this.level(VIEWS[number]), now + FADE_S);
    });
  }

  silence() {
    const position = this.position;
    for (const { source } of this.playing?.tracks ?? []) {
      source.onended = null;
      source.stop();
    }
    this.playing = null;
    this.rest = position;
  }

  pause() {
    this.silence();
    this.mark(false);
    this.show();
  }

  end(tracks) {
    if (this.playing?.tracks !== tracks) return;
    this.silence();
    this.rest = 0;
    this.mark(false);
    this.show();
  }

  seek(position) {
    const goesOn = this.wanted;
    if (goesOn) this.silence();
    this.rest = Math.min(Math.max(position, 0), this.seconds);
    this.show();
    if (goesOn) this.play();
  }

  mark(wanted) {
    this.wanted = wanted;
    this.card.classList.toggle("playing", wanted);
    this.button.textContent = wanted ? "Pause" : "Play";
    this.button.setAttribute("aria-label", this.button.getAttribute("aria-label").replace(/^\w+/, this.button.textContent));
    this.card.style.setProperty("--started", 1);
  }

  follow() {
    if (!this.playing) return;
    this.show();
    requestAnimationFrame(() => this.follow());
  }

  show() {
    const shown = this.position.toFixed(1);
    this.slider.value = this.position;
    this.card.style.setProperty("--played", this.position / this.seconds);
    this.card.querySelector(".time").value = `${shown} / ${this.seconds.toFixed(1)} s`;
    this.slider.setAttribute("aria-valuetext", `${Math.floor(this.position)} of ${this.seconds.toFixed(1)} seconds`);
  }

  trouble(text) {
    this.card.querySelector(".trouble").textContent = text;
  }

  async save(view) {
    try {
      const bytes = await loadSound(Number(this.card.dataset[view]));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([bytes], { type: "audio/flac" }));
      link.download = `${view}-${this.card.dataset[view]}.flac`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      this.trouble(`This cannot be saved: ${error.message}.`);
    }
  }
}

// Grids: one cell is chosen, and its card shown below.
class Grid {
  constructor(section) {
    this.section = section;
    this.cells = [...section.querySelectorAll(".cell")];
    this.chosen = null;
    for (const cell of this.cells) {
      cell.addEventListener("click", (event) => {
        event.preventDefault();
        this.choose(cell);
      });
    }
    section.querySelector("table").addEventListener("keydown", (event) => this.move(event));
    this.choose(this.cells[0]);
  }

  cardOf(cell) {
    return document.getElementById(cell.hash.slice(1));
  }

  // Playback continues in the chosen card, from the same position in the same version.
  choose(cell) {
    const before = this.chosen && players.get(this.cardOf(this.chosen));
    const after = players.get(this.cardOf(cell));
    for (const other of this.cells) {
      other.tabIndex = other === cell ? 0 : -1;
      other.toggleAttribute("aria-current", other === cell);
      this.cardOf(other).classList.toggle("chosen", other === cell);
    }
    this.chosen = cell;
    if (!before || before === after) return;
    const goesOn = before.wanted;
    before.pause();
    after.choose(VIEWS.indexOf(before.view));
    after.seek(before.position);
    if (goesOn) after.play();
  }

  move(event) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const cell = event.target.closest(".cell");
    if (!cell || !(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
    const rows = this.visibleRows();
    const row = rows.findIndex((cells) => cells.includes(cell));
    const [down, right] = steps[event.key];
    const next = rows[row + down]?.[rows[row].indexOf(cell) + right];
    event.preventDefault();
    next?.focus();
    if (next) this.choose(next);
  }

  visibleRows() {
    const rows = [...this.section.querySelectorAll("tbody tr:not([hidden])")];
    return rows.map((row) => [...row.querySelectorAll(".cell")]);
  }

  // After filtering: an empty grid is hidden, and a hidden choice moves to a visible cell.
  tidy() {
    const cells = this.visibleRows().flat();
    this.section.hidden = cells.length === 0;
    if (cells.length && !cells.includes(this.chosen)) this.choose(cells[0]);
  }
}

function filter() {
  const selects = [...form.querySelectorAll("select")].filter((select) => select.value !== "");
  const fits = (element) => selects.every((select) => element.dataset[select.name] === select.value);
  for (const element of document.querySelectorAll("article.card, tbody tr")) element.hidden = !fits(element);
  for (const grid of grids) grid.tidy();
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = !section.querySelector("article.card:not([hidden])");
  }
  if (current?.card.hidden) current.pause();
  const count = document.querySelectorAll("article.card:not([hidden])").length;
  form.querySelector(".shown").value = `${count} of ${players.size} adversarial excerpts`;
}

function playerOf(element) {
  const card = element.closest(".card") ?? element.closest(".grid")?.querySelector(".card.chosen");
  return card && players.get(card);
}

function pressKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof Element)) return;
  const player = playerOf(event.target);
  if (!player) return;
  if (event.key.toLowerCase() === "p") player.toggle();
  else if (["1", "2", "3"].includes(event.key)) player.choose(Number(event.key) - 1);
}

const form = document.querySelector(".filters");
const players = new Map([...document.querySelectorAll(".card")].map((card) => [card, new Player(card)]));
const grids = [...document.querySelectorAll(".grid")].map((section) => new Grid(section));
document.addEventListener("keydown", pressKey);
form.addEventListener("change", filter);
form.addEventListener("reset", () => setTimeout(filter));
filter();
