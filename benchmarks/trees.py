"""Folders of the shape and size of GTZAN and of the Latin Music Database.

    OMP_NUM_THREADS=1 python benchmarks/trees.py gtzan /tmp/gtzan --ending .au --corrupt
    OMP_NUM_THREADS=1 python benchmarks/trees.py lmd /tmp/lmd --tracks 20

The audio is cheap, but another in every file: a random melody over filtered noise. Prints
times real time; for the Latin Music Database encoding MP3 is nearly all of it.
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from mutagen.id3 import ID3, TALB, TIT2, TPE1
from tqdm import tqdm

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.datasets.gtzan import GENRES

CLASSES = "Axé Bachata Bolero Forró Gaúcha Merengue Pagode Salsa Sertaneja Tango".split()
EXCERPTS_PER_ARTIST = 5
TRACKS_PER_ARTIST = 8
TRACKS_PER_ALBUM = 20


def main():
    options = parse_options()
    write, names = {"gtzan": gtzan, "lmd": lmd}[options.shape](options)
    start = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool:
        for _ in tqdm(pool.map(write, names, chunksize=4), total=len(names), unit="file"):
            pass
    spent = time.perf_counter() - start
    size = sum(file.stat().st_size for file in options.root.rglob("*") if file.is_file())
    speed = len(names) * options.seconds / spent
    print(f"{len(names)} files, {size / 1e6:.0f} MB, {spent:.1f} s, {speed:.0f} × real time")


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shapes = parser.add_subparsers(dest="shape", required=True)
    gtzan_options = shapes.add_parser("gtzan", help="ten genres, 22 050 Hz mono")
    gtzan_options.add_argument("--excerpts", type=int, default=100, help="in each genre")
    gtzan_options.add_argument("--ending", choices=[".au", ".wav"], default=".wav")
    gtzan_options.add_argument(
        "--corrupt", action="store_true", help="make jazz.00054 undecodable"
    )
    lmd_options = shapes.add_parser(
        "lmd", help="ten classes, MP3 at 44 100 Hz in stereo, every fourth of variable bit rate"
    )
    lmd_options.add_argument("--tracks", type=int, default=320, help="in each class")
    for shape in (gtzan_options, lmd_options):
        shape.add_argument("root", type=Path, help="the folder to make")
        shape.add_argument("--seconds", type=float, default=30.0, help="length of each file")
        shape.add_argument("--processes", type=int, help="side by side; all cores if left out")
    return parser.parse_args()


def gtzan(options) -> tuple[Callable, list]:
    """What writes an excerpt, and the numbers (genre, excerpt) of all."""
    folder = options.root / ("genres" if options.ending == ".au" else "genres_original")
    for genre in GENRES:
        (folder / genre).mkdir(parents=True, exist_ok=True)
    numbers = [(g, n) for g in range(len(GENRES)) for n in range(options.excerpts)]
    with (options.root / "artists.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["excerpt", "artist"])
        for genre, number in numbers:
            artist = f"{GENRES[genre]} artist {number // EXCERPTS_PER_ARTIST}"
            table.writerow([f"{GENRES[genre]}.{number:05d}", artist])
    return partial(write_excerpt, folder, options), numbers


def write_excerpt(folder, options, numbers):
    genre, number = numbers
    path = folder / GENRES[genre] / f"{GENRES[genre]}.{number:05d}{options.ending}"
    if options.corrupt and path.stem == "jazz.00054":
        path.write_bytes(np.random.default_rng(54).bytes(100_000))
        return
    soundfile.write(path, music(numbers, options.seconds, 22_050), 22_050, subtype="PCM_16")


def lmd(options) -> tuple[Callable, list]:
    """What writes a track, and the numbers (class, track) of all."""
    numbers = [(c, n) for c in range(len(CLASSES)) for n in range(options.tracks)]
    return partial(write_track, options), numbers


def write_track(options, numbers):
    label, number = CLASSES[numbers[0]], numbers[1]
    album = f"Álbum {number // TRACKS_PER_ALBUM}"
    path = options.root / label / album / f"{number:03d} Canção.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    mono = music(numbers, options.seconds, 44_100)
    stereo = np.stack([mono, np.roll(mono, 441)], axis=1)
    bit_rate = "VARIABLE" if number % 4 == 3 else "CONSTANT"
    soundfile.write(
        path, stereo, 44_100, format="MP3", bitrate_mode=bit_rate, compression_level=0.67
    )
    tags = ID3()
    tags.add(TPE1(encoding=3, text=f"{label} artista {number // TRACKS_PER_ARTIST}"))
    tags.add(TALB(encoding=3, text=album))
    tags.add(TIT2(encoding=3, text=f"Canção {number}"))
    tags.save(path)


def music(numbers, seconds, rate_hz):
    """A waveform ``(samples,)``: a chord a quarter of a second over filtered noise."""
    generator = np.random.default_rng([7, *numbers])
    count = round(seconds * rate_hz)
    step = rate_hz // 4
    times = np.arange(step, dtype=np.float32) / rate_hz
    steps = -(-count // step)
    notes_hz = 110 * 2 ** (generator.integers(0, 48, (steps, 3)) / 12)
    chords = np.sin(2 * np.pi * notes_hz[:, :, None].astype(np.float32) * times).sum(axis=1)
    chords *= np.exp(-3 * times)
    noise = generator.standard_normal(count + 1, dtype=np.float32)
    noise = noise[1:] + generator.uniform(-1, 1) * noise[:-1]
    return 0.15 * chords.ravel()[:count] + generator.uniform(0.005, 0.05) * noise


if __name__ == "__main__":
    main()
