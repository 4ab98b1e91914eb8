"""A disk that fills up during a run, and one that may not be written to."""

import pytest
from small_disk import remount, small_disk
from snakemake_runs import snakemake

AUDIO = [f"results/studio/audio/{label}" for label in ("blues", "classical")]
"""1.2 MB each."""


def said_of(process):
    said = process.stdout + process.stderr
    assert process.returncode != 0 and "Traceback" not in said
    return said


def content(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_goes_on_when_room_is_made_and_makes_the_same(finished_run, tmp_path):
    with small_disk(tmp_path / "results", "2m") as results:
        said = said_of(snakemake(*AUDIO, "--keep-going", directory=tmp_path))
        assert "render_studio_label failed" in said
        assert ".wav cannot be written, since the disk is full" in said
        assert not [path for path in results.rglob("*") if "partial" in path.name]
        remount(results, "size=64m")
        process = snakemake(*AUDIO, directory=tmp_path)
        assert process.returncode == 0, process.stdout + process.stderr
        for folder in AUDIO:
            assert content(tmp_path / folder) == content(finished_run / folder)


@pytest.mark.parametrize(
    ("place", "named"), [("", "Nothing can be written into"), ("results", "")]
)
def test_a_read_only_folder_is_named(tmp_path, place, named):
    with small_disk(tmp_path / place, "2m") as folder:
        remount(folder, "ro")
        said = said_of(snakemake(*AUDIO, directory=tmp_path))
    assert "read-only" in said.lower() and named in said
