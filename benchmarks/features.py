"""Features of a sample of audio files: what a job does, decoding alone, and plain librosa.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/features.py TREE --files 300

Three ways over the same files, the first 30 s of each, one after the other in every
repetition; a worker is a process that has imported and tried on one file what it needs.

    decoding   `decode` and nothing else, in two workers
    ours       `workflow/scripts/features/extract_shard.py` as its rule runs it, in two workers
    librosa    load, stft, abs and np.save of each file, in one worker

Prints medians over the repetitions, times real time, processor time, which a busy machine
disturbs less, the size on disk of an excerpt's features, and the greatest memory of a
worker; then what each stage of ours takes of a file. With `--rows` it needs no tree, makes
small ones itself (`trees.py`), and prints rows of the table of ratios.
"""

import argparse
import os
import resource
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import soundfile
from ratios import in_turn, row

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"
sys.path.append(str(SCRIPTS))

from music_adversaries.experiment import allocator  # noqa: E402

ENDINGS = {".au", ".wav", ".mp3", ".flac", ".ogg"}
SECONDS = 30.0


# Each way imports what it needs itself, so that a worker's memory is its own way's.
def decoding(files: list[Path], _folder: Path) -> None:
    from music_adversaries.audio.decoding import decode

    for file in files:
        decode(file, SECONDS)


class Outputs(list):
    """A job's outputs: in order, and the first by its name."""

    def __init__(self, magnitudes: Path):
        super().__init__([magnitudes])
        self.magnitudes = magnitudes
        self.index = magnitudes.with_suffix(".tsv")


def ours(files: list[Path], folder: Path) -> None:
    shard = folder / "shard.npy"
    # The loader of the Latin Music Database reads tags as well, as its tracks are MP3s.
    loader = "lmd" if files[0].suffix == ".mp3" else "folder"
    job = SimpleNamespace(
        config={"datasets": {"tree": {"loader": loader, "root": "/"}}},
        wildcards=SimpleNamespace(dataset="tree"),
        params=SimpleNamespace(excerpts=[(str(file), str(file), "", "") for file in files]),
        output=Outputs(shard),
        log=[folder / "log"],
        threads=1,
        resources={},
    )
    runpy.run_path(str(SCRIPTS / "features/extract_shard.py"), {"snakemake": job})


def plain_librosa(files: list[Path], folder: Path) -> None:
    import librosa
    import numpy as np

    for number, file in enumerate(files):
        waveform, _ = librosa.load(file, sr=22050, mono=True, duration=SECONDS)
        spectrum = librosa.stft(waveform, n_fft=1024, hop_length=512, center=False)
        np.save(folder / f"{number}.npy", np.abs(spectrum))


@dataclass(frozen=True)
class Way:
    """One way to the features, and the processes that it keeps busy."""

    work: Callable[[list[Path], Path], None]
    workers: int
    environment: dict[str, str]
    """What the workflow sets for its jobs, or nothing."""


WAYS = {
    "decoding": Way(decoding, 2, allocator.ENVIRONMENT),
    "ours": Way(ours, 2, allocator.ENVIRONMENT),
    "librosa": Way(plain_librosa, 1, {}),
}


ROWS = {
    "AU": ("gtzan", "--excerpts", "30", "--ending", ".au"),
    "MP3": ("lmd", "--tracks", "4"),
}
"""What makes the tree of each row's files, so many of each of ten labels."""


def main():
    options = parse_options()
    if options.rows:
        for name, shape in ROWS.items():
            print_rows(name, shape, options.repetitions)
        return
    files = sample(options.tree, options.files)
    runs, sizes = measured(files, options.repetitions)
    report(runs, sizes, len(files))
    report_stages(files)


def print_rows(name: str, shape: tuple[str, ...], repetitions: int) -> None:
    with tempfile.TemporaryDirectory() as tree:
        make = [sys.executable, str(Path(__file__).with_name("trees.py")), *shape, tree]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs, _ = measured(sample(Path(tree), 300), repetitions)
    seconds = {way: [run.seconds for run in found] for way, found in runs.items()}
    ours, decoding = seconds["ours"], seconds["decoding"]
    print(row(f"features, {name}", "decoding alone, same cores", "≤ 1.3", ours, decoding))
    against = "a plain librosa script, in one process to our two"
    print(row(f"features, {name}", against, "≤ 0.33", ours, seconds["librosa"]))


def measured(
    files: list[Path], repetitions: int
) -> tuple[dict[str, list["Run"]], dict[str, float]]:
    """Runs of each way, and the MB that it leaves of an excerpt."""
    with tempfile.TemporaryDirectory() as folder:
        pools = {name: start_workers(way) for name, way in WAYS.items()}
        ways = {
            name: partial(measure, way, pools[name], files, Path(folder) / name)
            for name, way in WAYS.items()
        }
        runs = in_turn(ways, repetitions)  # in the first turn, librosa compiles
        sizes = {name: size_mb(Path(folder) / name) / len(files) for name in WAYS}
        for workers in pools.values():
            for worker in workers:
                worker.shutdown()
    return runs, sizes


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "tree", type=Path, nargs="?", help="a folder with audio files anywhere below"
    )
    parser.add_argument("--files", type=int, default=300, help="files in the sample")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--rows", action="store_true", help="print rows of the table of ratios")
    options = parser.parse_args()
    if not options.rows and options.tree is None:
        parser.error("a tree is needed, or --rows")
    return options


def sample(tree: Path, count: int) -> list[Path]:
    """About ``count`` files, evenly from all over ``tree``, without those not decodable."""
    found = sorted(file for file in tree.rglob("*") if file.suffix.lower() in ENDINGS)
    if not found:
        sys.exit(f"There is no audio below {tree}.")
    chosen = found[:: max(1, len(found) // count)][:count]
    return [file.resolve() for file in chosen if is_decodable(file)]


def is_decodable(file: Path) -> bool:
    try:
        soundfile.info(file)
    except soundfile.SoundFileError:
        return False
    return True


def start_workers(way: Way) -> list[ProcessPoolExecutor]:
    """Pools of one process, so that each gets its share whatever the other is at."""
    workers = [ProcessPoolExecutor(1, get_context("spawn")) for _ in range(way.workers)]
    before = dict(os.environ)
    os.environ.update(way.environment)  # which a process reads when it starts
    for worker in workers:
        worker.submit(os.getpid).result()
    for name in way.environment.keys() - before:
        del os.environ[name]
    return workers


@dataclass(frozen=True)
class Run:
    """What one run over all files took."""

    seconds: float
    processor_seconds: float
    """Over all workers."""
    peak_mb: float
    """Of the largest worker, ever."""


def measure(way: Way, workers, files: list[Path], folder: Path) -> Run:
    shutil.rmtree(folder, ignore_errors=True)  # to free what lies there takes its time
    start = time.perf_counter()
    jobs = [
        worker.submit(work_off, way.work, files[number :: len(workers)], folder / str(number))
        for number, worker in enumerate(workers)
    ]
    processor_seconds, peaks_mb = zip(*(job.result() for job in jobs), strict=True)
    return Run(time.perf_counter() - start, sum(processor_seconds), max(peaks_mb))


def work_off(work: Callable, files: list[Path], folder: Path) -> tuple[float, float]:
    """Do a worker's share: its processor time in s, and its greatest memory ever in MB."""
    folder.mkdir(parents=True, exist_ok=True)
    start = time.process_time()
    work(files, folder)
    spent = time.process_time() - start
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def size_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def report(runs: dict[str, list[Run]], sizes: dict[str, float], files: int) -> None:
    print(f"{files} files, {len(runs['ours'])} repetitions\n")
    print(
        "| way | workers | median s (least … most) | × real time | processor ms/file"
        " | MB/excerpt | peak MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, found in runs.items():
        seconds = [run.seconds for run in found]
        median = statistics.median(seconds)
        processor_ms = 1000 * statistics.median(run.processor_seconds for run in found)
        print(
            f"| {name} | {WAYS[name].workers} |"
            f" {median:.2f} ({min(seconds):.2f} … {max(seconds):.2f}) |"
            f" {files * SECONDS / median:.0f} | {processor_ms / files:.1f} |"
            f" {sizes[name]:.2f} | {max(run.peak_mb for run in found):.0f} |"
        )
    print()
    for attribute, workers in (("seconds", 1), ("processor_seconds", 2)):
        slower = ratio(runs["ours"], runs["decoding"], attribute)
        faster = workers * ratio(runs["librosa"], runs["ours"], attribute)
        print(
            f"by {attribute.replace('_', ' ')}: ours takes {slower:.2f} × decoding"
            f" (decoding is {100 / slower:.0f} % of it);"
            f" throughput {faster:.2f} × librosa's"
        )


def report_stages(files: list[Path]) -> None:
    (worker,) = start_workers(Way(stages, 1, allocator.ENVIRONMENT))
    with worker, tempfile.TemporaryDirectory() as folder:
        found = worker.submit(stages, files, Path(folder)).result()
    print("\n| stage | processor ms/file |\n| --- | --- |")
    for name, milliseconds in found.items():
        print(f"| {name} | {milliseconds:.1f} |")


def stages(files: list[Path], folder: Path) -> dict[str, float]:
    """Processor time in ms of a file in each stage of `ours`, medians over ``files``."""
    from music_adversaries.audio.decoding import decode
    from music_adversaries.audio.files import resample
    from music_adversaries.datasets import fingerprints, inspection, lmd
    from music_adversaries.datasets.magnitude_shards import magnitudes_of

    spent = defaultdict(list)

    def timed(stage, work, *arguments):
        start = time.process_time()
        done = work(*arguments)
        spent[stage].append(1000 * (time.process_time() - start))
        return done

    for file in files:
        decoded = timed("decoding", decode, file, SECONDS)
        timed("resampling", resample, decoded.mono, decoded.sample_rate_hz)
        found = timed("all of inspection", inspection.inspect_file, file, SECONDS)
        magnitudes = timed("magnitudes", magnitudes_of, found.waveform)
        timed("fingerprint", fingerprints.fingerprint, magnitudes)
        timed("tags, of MP3s alone", lmd.artist_of, file)
        timed("writing", magnitudes.tofile, folder / "magnitudes")
    medians = {stage: statistics.median(found) for stage, found in spent.items()}
    inspection_ms = medians.pop("all of inspection")
    medians["checks and hash"] = inspection_ms - medians["decoding"] - medians["resampling"]
    return medians


def ratio(first: list[Run], second: list[Run], attribute: str) -> float:
    """Median of ratios of runs one after the other: what slows the machine cancels."""
    pairs = zip(first, second, strict=True)
    return statistics.median(
        getattr(one, attribute) / getattr(other, attribute) for one, other in pairs
    )


if __name__ == "__main__":
    main()
