"""An installed package, perhaps of another version, is no part of a run."""

from snakemake_runs import snakemake


def test_a_run_uses_the_package_beside_its_scripts(tmp_path, monkeypatch):
    other = tmp_path / "site-packages" / "music_adversaries"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ImportError('the installed package was taken')\n")
    monkeypatch.setenv("PYTHONPATH", str(other.parent))
    process = snakemake("results/studio/audio/blues", directory=tmp_path / "run")
    assert process.returncode == 0, process.stdout + process.stderr
    assert any((tmp_path / "run/results/studio/audio/blues").iterdir())
