"""Decode the audio of one shard: the magnitudes, and an index of what each file holds."""

from music_job import audio_folder, dataset, device, run

from music_adversaries.audio.stft import NO_FRAMES
from music_adversaries.datasets import lmd
from music_adversaries.datasets.fingerprints import fingerprint
from music_adversaries.datasets.inspection import inspect_file
from music_adversaries.datasets.magnitude_shards import magnitudes_of, write_shard
from music_adversaries.progress import counted


def extract_shard(snakemake):
    device(snakemake)  # for the number of threads
    reads_tags = dataset(snakemake)["loader"] == "lmd"
    folder = audio_folder(snakemake)
    excerpts = counted(snakemake.params.excerpts, "excerpts")
    extracted = (extract(row, folder / row[1], reads_tags) for row in excerpts)
    write_shard(extracted, snakemake.output.magnitudes)


def extract(row, path, reads_tags):
    """The index row and the magnitudes of one file; no frames if it has a problem."""
    excerpt, file, sha256, ffmpeg = row
    found = inspect_file(path)
    magnitudes = NO_FRAMES if found.problem else magnitudes_of(found.waveform)
    about = {
        "excerpt": excerpt,
        "file": file,
        "sha256": sha256,
        "duration_s": found.duration_s,
        "sample_rate_hz": found.sample_rate_hz,
        "channels": found.channels,
        "decoder": found.decoder,
        "ffmpeg": ffmpeg,  # as it was planned: see `inventory.asked_of_ffmpeg`
        "samples_hash": found.samples_hash,
        "fingerprint": fingerprint(magnitudes),
        "tagged_artist": lmd.artist_of(path) if reads_tags else "",
        "problem": found.problem,
        "note": found.note,
    }
    return about, magnitudes


run(extract_shard, snakemake)
