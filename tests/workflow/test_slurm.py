"""The profile for Slurm, on a real Slurm of one node: this machine."""

import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from conftest import ROOT, snakemake

PROFILE = ROOT / "profiles/slurm"
NODE = Path(__file__).parent / "slurm/single_node.sh"
SMALL = Path(__file__).parent / "slurm/small.yaml"
# `sacct` answers only where there is accounting, and a test has no patience.
QUICK = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", 2]
QUICK += ["--seconds-between-status-checks", 2]
TABLES = [f"results/tables/{table}_excerpts.tsv" for table in ("clean", "adversarial")]
FOLD = "results/studio/random/fold0"


@pytest.fixture(scope="module")
def slurm():
    """A Slurm that runs for as long as the tests of this module."""
    checked = subprocess.run([NODE, "check"], capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        pytest.skip(checked.stderr.strip())
    # Not under pytest's folder, which only its owner may enter: munged wants its socket to
    # be in reach of all.
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run([NODE, "start", folder], check=True)
            yield
        finally:
            subprocess.run([NODE, "stop", folder], check=True)


@pytest.fixture(scope="module")
def run_on_slurm(slurm, tmp_path_factory):
    """A folder in which the small experiment has run on Slurm, and what was said."""
    directory = tmp_path_factory.mktemp("on_slurm")
    process = on_slurm(*TABLES, directory=directory)
    assert process.returncode == 0, process.stdout + process.stderr
    return directory, process.stdout + process.stderr


def on_slurm(*arguments, directory, config=SMALL):
    profile = ["--workflow-profile", PROFILE, "--cores", 1, *QUICK]
    return snakemake(*profile, *arguments, directory=directory, config=config)


def test_what_slurm_makes_is_what_is_made_here(run_on_slurm, tmp_path):
    directory, _ = run_on_slurm
    process = snakemake(*TABLES, directory=tmp_path, config=SMALL)
    assert process.returncode == 0, process.stdout + process.stderr
    for table in TABLES:
        assert (directory / table).read_bytes() == (tmp_path / table).read_bytes()


def test_short_jobs_share_a_job_of_slurm(run_on_slurm):
    _, said = run_on_slurm
    submitted = re.findall(r"submitted with SLURM jobid \d+ \(log: \S+/slurm_logs/(\w+)", said)
    assert sorted(re.match("(rule|group)_[a-z]+", each)[0] for each in submitted) == [
        "group_checks",
        "group_datasets",
        "group_judgements",
        "group_tables",
        "rule_attack",
        "rule_train",
    ]


def test_what_fails_is_reported_and_tried_again_while_the_rest_goes_on(run_on_slurm, tmp_path):
    """One job is wrong, one is cancelled, and one has too little memory at first."""
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(5 * 22050), 22050)
    config = yaml.safe_load(SMALL.read_text())
    config["architectures"]["cancelled"] = config["architectures"]["dnn"]
    forest = {"stands_on": "dnn", "layers": [1], "trees": 10}
    config["architectures"]["forest"] = {"network": "forest", "options": forest}
    config["probes"] = {"files": [str(silent)], "adversary": "brief"}
    config["resources"] = {"train_forest": {"mem_mb": 350, "mem_mb_per_audio_h": 0}}
    troubled = tmp_path / "troubled.yaml"
    troubled.write_text(yaml.safe_dump(config))
    directory = shutil.copytree(run_on_slurm[0], tmp_path / "run", copy_function=shutil.copy2)
    probes = f"{FOLD}/dnn/standard/seed1/brief/15dB/probes/probes.tsv"
    trained = [f"{FOLD}/{name}/standard/seed1/clean.tsv" for name in ("cancelled", "forest")]
    with ThreadPoolExecutor() as pool:
        running = pool.submit(
            on_slurm, "--retries", 1, *trained, probes, directory=directory, config=troubled
        )
        cancelled = running_job("random_0_cancelled", running)
        subprocess.run(["scancel", cancelled], check=True)
        process = running.result()
    said = process.stdout + process.stderr

    assert process.returncode == 1
    # The one that is wrong: twice, with its sentence, and then given up.
    assert attempts("attack_probes", said) == 2
    assert f"The probe {silent} cannot be used" in said
    assert not (directory / probes).exists()
    # The one that was cancelled, and the one that was ended: made at the second attempt.
    assert f"'{cancelled}' failed, SLURM status is: 'CANCELLED'" in said
    assert attempts("train_system", said) == attempts("train_forest", said) == 2
    assert memory_asked("train_forest", said) == [350, 700]
    logs = (directory / ".snakemake/slurm_logs/rule_train_forest").rglob("*.log")
    assert any("exceeded memory limit" in log.read_text() for log in logs)
    assert all((directory / table).exists() for table in trained)


def running_job(text, running):
    """The number of the job of Slurm that runs and has ``text`` in its comment."""
    while not running.done():
        listed = subprocess.run(
            ["squeue", "--noheader", "--states=RUNNING", "--format=%i %k"],
            capture_output=True,
            text=True,
            check=True,
        )
        for line in listed.stdout.splitlines():
            number, comment = line.split(maxsplit=1)
            if text in comment:
                return number
        time.sleep(0.5)
    raise AssertionError(running.result().stdout + running.result().stderr)


def attempts(rule, said):
    return len(re.findall(rf"submitted with SLURM jobid \d+ \(log: \S+/rule_{rule}/", said))


def memory_asked(rule, said):
    """The memory in MB that each attempt at a rule's job asked for."""
    blocks = re.findall(rf"^rule {rule}:$(.*?)^$", said, re.MULTILINE | re.DOTALL)
    return [int(re.search(r"mem_mb=(\d+)", block)[1]) for block in blocks]


@pytest.mark.parametrize(("arguments", "gpus"), [([], 0), (["--config", "gpu=1"], 1)])
def test_a_gpu_is_asked_for_where_it_is_wished_for(tmp_path, arguments, gpus):
    target = f"{FOLD}/dnn/standard/seed1/model.safetensors"
    process = on_slurm("--dry-run", target, *arguments, directory=tmp_path)
    assert process.returncode == 0, process.stdout + process.stderr
    said = process.stdout + process.stderr
    (block,) = re.findall(r"^rule train_system:$(.*?)^$", said, re.MULTILINE | re.DOTALL)
    assert f"gpu={gpus}" in block


def test_only_long_jobs_are_jobs_of_slurm_by_themselves():
    """A new rule belongs to a group of the profile, or into this list."""
    rules = "\n".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    named = set(re.findall(r"^(?:use rule \w+ as|rule) (\w+)", rules, re.MULTILINE))
    profile = yaml.safe_load((PROFILE / "config.yaml").read_text())
    grouped = {each.split("=")[0] for each in profile["groups"]}
    assert grouped <= named
    stages = {"features", "systems", "adversaries", "tables", "figures", "listening", "crate"}
    assert named - grouped - stages == {
        *("train_system", "train_forest", "perturb_magnitudes"),
        *("retrain_system", "retrain_forest"),
        *("attack_test_set", "attack_curve", "attack_probes"),
    }
