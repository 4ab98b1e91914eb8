"""The profile for Slurm, on a real Slurm of one node: this machine."""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from snakemake_runs import ROOT, TINY, snakemake

PROFILE = ROOT / "profiles/slurm"
NODE = Path(__file__).parent / "single_node.sh"
# `sacct` answers only where there is accounting, and a test has no patience.
QUICK = ["--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", 2]
QUICK += ["--seconds-between-status-checks", 2]
LONG = {
    *("train_system", "train_forest", "perturb_magnitudes"),
    *("retrain_system", "retrain_forest"),
    *("attack_test_set", "attack_curve", "attack_probes"),
}
"""The rules whose jobs are jobs of Slurm by themselves."""
FOLD = "results/studio/random/fold0"
LATE = """
import time
from pathlib import Path

from music_adversaries.adversaries import single_step


class Settings(single_step.Settings):
    pass


def attack(*arguments):
    # Its first attempt lasts beyond any time that it may have asked for.
    if not Path("attempted").exists():
        Path("attempted").touch()
        time.sleep(3600)
    return single_step.attack(*arguments)
"""


@pytest.fixture(scope="module")
def slurm():
    """A Slurm that runs for as long as the tests of this module."""
    checked = subprocess.run([NODE, "check"], capture_output=True, text=True, check=False)
    if checked.returncode != 0:
        pytest.skip(checked.stderr.strip())
    # Not under pytest's folder, which only its owner may enter: munged wants its socket to
    # be in reach of all.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.delenv("SLURM_CONF", raising=False)
        try:
            subprocess.run([NODE, "start", folder], check=True)
            yield
        finally:
            subprocess.run([NODE, "stop", folder], check=True)


@pytest.fixture(scope="module")
def run_on_slurm(slurm, finished_run, tmp_path_factory):
    """A finished run in which Slurm has made much anew, and what was said.

    That is one partition's DNNs, all that is made from them, and all tables.
    """
    directory = tmp_path_factory.mktemp("on_slurm") / "run"
    shutil.copytree(finished_run, directory, copy_function=shutil.copy2)
    for folder in (f"{FOLD}/dnn", "results/tables"):
        shutil.rmtree(directory / folder)
    process = on_slurm("tables", directory=directory)
    assert process.returncode == 0, process.stdout + process.stderr
    return directory, process.stdout + process.stderr


def on_slurm(*arguments, directory, config=TINY):
    profile = ["--workflow-profile", PROFILE, "--cores", 1, *QUICK]
    return snakemake(*profile, *arguments, directory=directory, config=config, logger="")


def test_what_slurm_makes_is_what_is_made_here(run_on_slurm, finished_run):
    directory, _ = run_on_slurm
    made = [f"{FOLD}/dnn/**/*.safetensors", "results/tables/*.tsv"]
    assert content(directory, *made) == content(finished_run, *made)


def content(directory, *patterns):
    files = [file for pattern in patterns for file in directory.glob(pattern)]
    assert files
    return {file.relative_to(directory): file.read_bytes() for file in files}


def test_short_jobs_share_a_job_of_slurm(run_on_slurm):
    _, said = run_on_slurm
    rules, groups = submitted(said)
    assert rules == LONG
    assert set(groups) == {"checks", "resynthesis", "judgements", "tables"}
    assert groups["tables"] == 1


def submitted(said):
    """Rules whose jobs were jobs of Slurm by themselves, and how many jobs each group was."""
    folders = re.findall(r"submitted with SLURM jobid \d+ \(log: \S+/slurm_logs/(\w+)", said)
    rules = {name.removeprefix("rule_") for name in folders if name.startswith("rule_")}
    return rules, Counter(re.findall(r"\bgroup_([a-z]+)", " ".join(folders)))


def test_a_dataset_is_made_in_one_job_of_slurm(slurm, finished_run, tmp_path):
    made = ["results/studio/manifest.tsv", "results/studio/repeats.tsv", f"{FOLD}/fold.tsv"]
    process = on_slurm(*made, directory=tmp_path)
    assert process.returncode == 0, process.stdout + process.stderr
    assert submitted(process.stdout + process.stderr) == (set(), {"datasets": 1})
    made += ["results/studio/audio/*/*", "results/studio/magnitudes/*"]
    assert content(tmp_path, *made) == content(finished_run, *made)


@pytest.fixture
def troubled(tmp_path):
    """The tiny experiment with a job that is wrong, and ones too large, late, and to cancel."""
    silent, late = tmp_path / "silent.wav", tmp_path / "late.py"
    soundfile.write(silent, np.zeros(5 * 22050), 22050)
    late.write_text(LATE)
    config = yaml.safe_load(TINY.read_text())
    dnn, forest = config["architectures"]["dnn"], config["architectures"]["forest"]
    config["architectures"] |= {"cancelled": dnn, "large": forest}
    config["probes"] |= {"files": [str(silent)]}
    config["adversaries"]["late"] = {"method": str(late)}
    config["curves"]["adversaries"].append("late")
    config["resources"] = {
        "train_forest": {"mem_mb": 350, "mem_mb_per_audio_h": 0},
        "attack_curve": {"runtime_min": 1, "runtime_min_per_audio_h": 0},
    }
    path = tmp_path / "troubled.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def test_what_fails_is_reported_and_tried_again_while_the_rest_goes_on(
    slurm, finished_run, troubled, tmp_path
):
    """One job is wrong, one is cancelled, and at first one lacks memory and one time."""
    directory = shutil.copytree(finished_run, tmp_path / "run", copy_function=shutil.copy2)
    # As if it had been good when the run was planned, so that a job is the first to find it.
    digest = hashlib.sha256((tmp_path / "silent.wav").read_bytes()).hexdigest()
    known = directory / ".snakemake/music_adversaries/good_probes.json"
    known.parent.mkdir(exist_ok=True)
    known.write_text(json.dumps([digest]))
    probes = f"{FOLD}/dnn/standard/seed1/brief/15dB/probes/probes.tsv"
    made = [f"{FOLD}/{name}/standard/seed1/clean.tsv" for name in ("cancelled", "large")]
    made += [f"{FOLD}/dnn/standard/seed1/late/curve.tsv"]
    with ThreadPoolExecutor() as pool:
        running = pool.submit(
            on_slurm, "--retries", 1, *made, probes, directory=directory, config=troubled
        )
        cancelled = running_job("random_0_cancelled", running)
        subprocess.run(["scancel", cancelled], check=True)
        process = running.result()
    said = process.stdout + process.stderr

    assert process.returncode == 1
    # The one that is wrong: twice, with its sentence, and then given up.
    assert attempts("attack_probes", said) == 2
    assert f"The probe {tmp_path / 'silent.wav'} cannot be used" in said
    # The others, each told with its reason: made at the second attempt.
    assert f"'{cancelled}' failed, SLURM status is: 'CANCELLED'" in said
    assert attempts("train_system", said) == 2
    assert asked("mem_mb", "train_forest", said) == [350, 700]
    assert "exceeded memory limit" in slurm_logs("train_forest", directory)
    assert asked("runtime", "attack_curve", said) == [1, 2]
    assert "failed, SLURM status is: 'TIMEOUT'" in said
    assert "DUE TO TIME LIMIT" in slurm_logs("attack_curve", directory)
    assert all((directory / table).exists() for table in made)


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


def asked(resource, rule, said):
    """What each attempt at a rule's job asked for."""
    blocks = re.findall(rf"^rule {rule}:$(.*?)^$", said, re.MULTILINE | re.DOTALL)
    return [int(re.search(rf"\b{resource}=(\d+)", block)[1]) for block in blocks]


def slurm_logs(rule, directory):
    """What Slurm said of a rule's jobs."""
    logs = (directory / f".snakemake/slurm_logs/rule_{rule}").rglob("*.log")
    return "".join(log.read_text() for log in logs)


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
    assert named - grouped - stages == LONG
