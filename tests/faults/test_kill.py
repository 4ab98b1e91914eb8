"""A run, and a training, that are killed; `kill.py` kills many runs, for hours."""

import random
import shutil

import pytest
import yaml
from kill import differences, duration_s, kill, killed_at, results, run_to_the_end, start
from snakemake_runs import TINY, wait_for

SYSTEM = "results/studio/random/fold0/held/standard/seed1"
ATTACKED = (
    "results/studio/random/fold0/dnn/retrained/seed1/brief/15dB/all_wrong/resynthesised.tsv"
)
LOG = "results/logs/studio/random/fold0/held/standard/seed1/train_system.log"
HELD = """
import time
from pathlib import Path

from torch import nn


class Network(nn.Module):
    # Waits in training, once a checkpoint is there, for as long as there is a file `hold`.

    unit_frames = 1

    def __init__(self, bins, classes):
        super().__init__()
        hidden = nn.Linear(bins, 20)
        self.scores = nn.Sequential(hidden, nn.ReLU(), nn.Dropout(0.2), nn.Linear(20, classes))

    def forward(self, units):
        if self.training:
            while Path("hold").exists() and list(Path("results").rglob(".checkpoint")):
                time.sleep(0.05)
        return self.scores(units[:, 0])
"""


@pytest.fixture
def config(tmp_path):
    """The tiny experiment with a network whose training can be held, so that it is killed."""
    plugin = tmp_path / "held.py"
    plugin.write_text(HELD)
    config = yaml.safe_load(TINY.read_text())
    config["architectures"]["held"] = {
        "network": str(plugin),
        "recipe": "brief",
        "trainings": ["standard"],
    }
    config["recipes"]["brief"] |= {"most_epochs": 5, "patience": 5}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def goes_on(directory):
    """Whether the training's log, which is a new one at each start, says so."""
    try:
        return "goes on after" in (directory / LOG).read_text()
    except FileNotFoundError:  # Snakemake removes the last one while this waits
        return False


def test_a_run_killed_at_random_moments_makes_what_one_left_alone_made(finished_run, tmp_path):
    """From the audio to a test set; `kill.py` kills runs that make everything."""
    alone, killed = results(finished_run), tmp_path / "killed"
    run_s = duration_s(finished_run) / 3
    kills = list(killed_at([TINY], killed, random.Random(1), run_s, ATTACKED))
    assert kills
    made = results(killed)
    assert ATTACKED in made and made.items() <= alone.items()


def test_a_training_killed_twice_goes_on_and_ends_with_the_same_bytes(
    finished_run, config, tmp_path
):
    alone = shutil.copytree(finished_run, tmp_path / "alone", copy_function=shutil.copy2)
    killed = shutil.copytree(finished_run, tmp_path / "killed", copy_function=shutil.copy2)
    target = f"{SYSTEM}/clean.tsv"
    run_to_the_end([config], alone, target)
    assert differences(alone, killed)

    (killed / "hold").touch()
    process = start([config], killed, target)
    wait_for((killed / SYSTEM / ".checkpoint").exists)
    kill(process)
    assert not (killed / SYSTEM / "model.safetensors").exists()
    process = start([config], killed, target)
    wait_for(lambda: goes_on(killed))
    kill(process)
    assert not (killed / SYSTEM / "model.safetensors").exists()

    (killed / "hold").unlink()
    run_to_the_end([config], killed, target)
    assert goes_on(killed)
    assert differences(alone, killed) == []
