"""How many hours of one core an experiment may take, at most, stage by stage.

    python benchmarks/hours.py workflow/configs/paper.yaml gtzan=/path/to/gtzan lmd=/path/to/lmd

Each job of the plan goes through its audio as often as its settings allow (`job_sizes`); that,
times what a pass through an hour of audio costs, is a bound: trainings stop by their patience,
and adversaries where they succeed. What an iteration of the paper's adversary and a judgement
cost is measured here first, on one thread, in processor time. Datasets are given as NAME=ROOT.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import yaml

sys.path.append(str(Path(__file__).parents[1] / "workflow" / "scripts"))

from music_adversaries.adversaries import paper
from music_adversaries.audio import SAMPLE_RATE, stft
from music_adversaries.experiment import job_sizes
from music_adversaries.experiment.configuration import complete
from music_adversaries.experiment.plan import Plan, make_plan
from music_adversaries.systems.judging import judge_magnitudes
from music_adversaries.systems.system import build_system

TRAINING_S = 10.7
"""Seconds for a pass of training through an hour of audio and the DNN: 89 s an epoch of 1000
excerpts of 30 s (benchmarks/README.md, "An epoch")."""
EXCERPTS, SECONDS, ITERATIONS = 4, 30, 10
HOURS = EXCERPTS * SECONDS / 3600
"""What is attacked and judged to measure what that costs, in hours of audio."""


def main():
    options = parse_options()
    config = yaml.safe_load(options.config.read_text(encoding="utf-8"))
    for pair in options.roots:
        name, root = pair.split("=", 1)
        config["datasets"][name]["root"] = root
    config = complete(config)
    plan = make_plan(config)
    attack_s, judgement_s = measured()
    print(
        f"Seconds of one core for an hour of audio and the DNN: training {TRAINING_S},"
        f" an iteration of an adversary {attack_s:.1f}, a judgement {judgement_s:.1f}\n"
    )
    jobs, hours = Counter(), Counter()
    for rule, wildcards in planned(config, plan):
        jobs[rule] += 1
        heard_h = job_sizes.audio_h(rule, wildcards, config, plan)
        passes = job_sizes.passes(rule, wildcards, config, plan)
        kinds = {"train": TRAINING_S, "retrain": TRAINING_S, "attack": attack_s}
        seconds = kinds.get(rule.split("_")[0], judgement_s)
        hours[rule] += heard_h * passes * seconds / 3600
    print("| rule | jobs | hours of one core, at most |\n| --- | --- | --- |")
    for rule, count in jobs.items():
        print(f"| `{rule}` | {count} | {hours[rule]:.1f} |")
    print(f"| all of these | {sum(jobs.values())} | {sum(hours.values()):.0f} |")


def parse_options() -> argparse.Namespace:
    summary, _, rest = __doc__.partition("\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("roots", nargs="*", metavar="NAME=ROOT")
    return parser.parse_args()


def measured() -> tuple[float, float]:
    """Seconds for an iteration of an adversary, and for a judgement, of an hour of audio."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    labels = [str(number) for number in range(10)]
    system = build_system("frame_dnn", {"hidden_units": [500, 500, 500]}, labels)
    system = system.eval().requires_grad_(False)
    waveforms = 0.1 * torch.randn(EXCERPTS, SECONDS * SAMPLE_RATE)
    settings = paper.Settings(
        step=0.1,
        most_iterations=ITERATIONS,
        stop_confidence=2,  # never
        consistency=True,
        snr_limit_db=15,
    )
    targets = torch.zeros(EXCERPTS, dtype=torch.long)
    attacking = spent(lambda: paper.attack(system, waveforms, targets, settings))
    magnitudes = (stft.magnitudes(waveform) for waveform in waveforms)
    judging = spent(lambda: judge_magnitudes(system, magnitudes))
    return attacking / HOURS / ITERATIONS, judging / HOURS


def spent(work: Callable) -> float:
    """Seconds of the processor that ``work`` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def planned(config: dict, plan: Plan) -> Iterator[tuple[str, dict]]:
    """The jobs that cost hours, as pairs of rule and wildcards; forests train in minutes."""
    for system in plan.systems:
        if config["architectures"][system["architecture"]]["network"] != "forest":
            yield "train_system", system
        yield "classify_test_set", system
    of_rules = {
        "attack_test_set": plan.test_sets,
        "attack_curve": plan.curved,
        "attack_probes": plan.probed,
        "verify_resynthesis": plan.test_sets,
        "judge_test_set": plan.judged,
    }
    for rule, jobs in of_rules.items():
        yield from ((rule, wildcards) for wildcards in jobs)


if __name__ == "__main__":
    main()
