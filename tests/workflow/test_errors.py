"""Bad input: one clear sentence before any job runs, and nothing left behind."""

from html.parser import HTMLParser

import numpy as np
import soundfile
import yaml
from snakemake_runs import TINY, planned, report_data, snakemake

from music_adversaries.tidy_tables import read_table

RATE = 22_050


ONE_SYSTEM = {
    "partitions": ["artist_filtered"],
    "architectures": {
        "dnn": {"network": "frame_dnn", "recipe": "brief", "trainings": ["standard"]}
    },
    "attacks": [{"adversary": "brief", "snr_limits_db": [15], "modes": ["perfect"]}],
    "probes": {"excerpts": 1, "adversary": "brief"},
    "curves": {},
    "low_pass": {"cutoffs_hz": []},
    "transfer": {},
    "listening": {},
    "gradients": {"excerpts": 0},
    "survival": {},
}
"""Settings beside those of the tiny experiment, by which a dataset's figures are few jobs."""


def write_tones(root, tracks, seconds=3.0):
    """A folder dataset of tones; ``tracks`` maps files to numbers of channels."""
    rng = np.random.default_rng(0)
    for number, (file, channels) in enumerate(tracks.items()):
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        time = np.arange(round(seconds * RATE)) / RATE
        tone = 0.3 * np.sin(2 * np.pi * (200 + 50 * number) * time)
        noise = 0.01 * rng.standard_normal((len(time), channels))
        soundfile.write(path, tone[:, None] + noise, RATE)


def write_config(path, **changes):
    config = yaml.safe_load(TINY.read_text())
    config.update(changes)
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def refused(tmp_path, **changes):
    """The sentence with which a changed tiny config is refused."""
    config = write_config(tmp_path / "config.yaml", **changes)
    directory = tmp_path / "run"
    directory.mkdir()
    process = snakemake("--dry-run", directory=directory, config=config)
    assert process.returncode != 0
    said = process.stdout + process.stderr
    assert "Traceback" not in said
    assert not (directory / "results").exists()
    return said


def folder(root, **more):
    return {"mine": {"loader": "folder", "root": str(root), **more}}


def three_artists(labels=("rock", "jazz")):
    return {f"{label}/{n}.wav": 1 for label in labels for n in range(3)}


def test_an_unknown_key_names_the_nearest_known_one(tmp_path):
    said = refused(tmp_path, partitons=["random"])
    assert "unknown key 'partitons'" in said and "did you mean 'partitions'" in said
    assert said.splitlines()[-1].startswith("Error: ") and ".smk" not in said


def test_a_key_that_is_there_twice(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(TINY.read_text() + "\nfold_count: 4\n")
    process = snakemake("--dry-run", directory=tmp_path, config=config)
    assert process.returncode != 0
    assert (
        "has the key 'fold_count' twice" in (process.stdout + process.stderr).splitlines()[-1]
    )


def test_a_missing_folder(tmp_path):
    assert f"There is no folder {tmp_path}/none" in refused(
        tmp_path, datasets=folder(tmp_path / "none")
    )


def test_what_a_dataset_leaves_out_is_said_once(tmp_path):
    root = tmp_path / "music"
    tracks = {**three_artists(), "rock/album/disc 1/01.wav": 1, "loose.wav": 1}
    write_tones(root, tracks)
    (root / "artists.csv").write_text(
        "File,Artist\nrock/album/disc 1/01.wav,X\njazz/0.mp3,Y\npop/1.wav,Z\n"
    )
    config = write_config(tmp_path / "config.yaml", datasets=folder(root))
    process = snakemake("results/mine/manifest.tsv", directory=tmp_path, config=config)
    said = process.stdout + process.stderr
    assert process.returncode == 0, said
    assert said.count("'mine' leaves out 1 audio file (loose.wav) in no label's folder.") == 1
    assert said.count("'mine' takes the artists of 2 of its 7 excerpts from") == 1
    assert "1 row (pop/1.wav) without a file; 5 files (jazz/1.wav, " in said
    manifest = read_table(tmp_path / "results/mine/manifest.tsv").set_index("excerpt")
    assert manifest.artist["rock/album/disc 1/01"] == "X"
    assert manifest.artist["jazz/0"] == "Y"


def test_files_that_cannot_be_decoded_are_all_named(tmp_path):
    write_tones(tmp_path / "music", three_artists())
    (tmp_path / "music/rock/bad.wav").touch()
    (tmp_path / "music/jazz/worse.mp3").write_text("this is text")
    config = write_config(tmp_path / "config.yaml", datasets=folder(tmp_path / "music"))
    process = snakemake("results/mine/manifest.tsv", directory=tmp_path, config=config)
    said = process.stdout + process.stderr
    assert process.returncode != 0
    assert said.count("2 audio file(s) cannot be used") == 1
    assert "make_manifest failed (dataset=mine)" in "".join(said.splitlines()[-8:])
    assert "rock/bad.wav: " in said and "jazz/worse.mp3: " in said
    assert "Traceback" not in said
    assert not (tmp_path / "results/mine/manifest.tsv").exists()


def test_a_folder_of_any_format_rate_channels_and_names_runs(tmp_path):
    """Labels name files, columns and lines of figures, so they may break each of these."""
    root = tmp_path / "music & <more>"
    labels = ["R&B <live>", "100 % \"rock\" 'n' {roll} ロック $5_a\\b"]
    rhythm, rock = labels
    tracks = {
        **three_artists(labels),
        f"{rock}/été {{1}} 100 %.flac": 2,
        f"{rock}/b.ogg": 1,
        f"{rhythm}/c'd\"e.mp3": 2,
        f"{rhythm}/f.au": 6,
        f"{rhythm}/0.flac": 1,
        f"{rhythm}/album/disc 1/01.wav": 1,
    }
    write_tones(root, tracks)
    config = write_config(tmp_path / "config.yaml", datasets=folder(root), **ONE_SYSTEM)
    system = "mine/artist_filtered/fold0/dnn/standard/seed1/brief/15dB"
    targets = [
        f"results/{system}/perfect/resynthesised.tsv",
        f"results/figures/{system}/perfect/spectra",
        f"results/figures/{system}/probes/probes.png",
        "results/listening",
    ]
    process = snakemake(*targets, directory=tmp_path, config=config)
    assert process.returncode == 0, process.stdout + process.stderr
    manifest = read_table(tmp_path / "results/mine/manifest.tsv")
    expected = {f"{rock}/été {{1}} 100 %", f"{rhythm}/0.wav", f"{rhythm}/0.flac"}
    expected.add(f"{rhythm}/album/disc 1/01")
    assert expected <= set(manifest.excerpt) and set(manifest.label) == set(labels)
    pushed = read_table(tmp_path / f"results/{system}/probes/probes.tsv")
    assert set(pushed.target) == set(labels)
    for row in pushed.itertuples():
        audio = tmp_path / f"results/{system}/probes/audio/{row.excerpt}/{row.target}.wav"
        assert audio.is_file()
    shown = page_text(tmp_path / "results/listening/index.html")
    assert [name for name in [*labels, *pushed.excerpt] if name not in shown] == []
    assert planned(snakemake("--dry-run", "features", directory=tmp_path, config=config)) == {}
    report = tmp_path / "report.html"
    process = snakemake("--report", report, *targets, directory=tmp_path, config=config)
    assert process.returncode == 0, process.stdout + process.stderr
    reported = report_data(report.read_text(encoding="utf-8"), "results")
    assert targets[2] in reported and any(name.startswith(targets[1]) for name in reported)


def page_text(page):
    """What a browser shows of a page as text, in its marks' order."""
    reader = HTMLParser(convert_charrefs=True)
    texts = []
    reader.handle_data = texts.append
    reader.feed(page.read_text(encoding="utf-8"))
    return " ".join(texts)
