# Config look-ups, wildcards and code digests. Imports nothing heavy: this runs at every
# call, before the DAG is built.

import argparse
import os
import re
import sys
from datetime import datetime
from functools import cache
from pathlib import Path

STARTED = datetime.now().astimezone()
# Not `workflow.basedir`, which in a module is the importing workflow's.
ROOT = Path(str(workflow.current_basedir)).parent
SCRIPTS = ROOT / "workflow" / "scripts"
if not SCRIPTS.is_dir():
    sys.exit(
        f"Error: {ROOT} holds the Snakefile but not the scripts of this workflow, which it"
        " needs beside it: clone the project, and name the Snakefile of the clone."
    )

# First: of a package that may be installed beside it, nothing is used.
sys.path.insert(0, str(SCRIPTS))

from music_adversaries import atomic_writes, plugins, snr_limits
from music_adversaries.datasets import gtzan
from music_adversaries.errors import InputError
from music_adversaries.experiment import (
    allocator,
    code_digests,
    configuration,
    job_sizes,
    plan,
    run_records,
)

# A workflow that imports this one may have modules of such names.
sys.path.remove(str(SCRIPTS))
if not code_digests.SCRIPTS.samefile(SCRIPTS):
    sys.exit(
        f"Error: two clones of this project are modules of one workflow, {ROOT} and"
        f" {code_digests.SCRIPTS.parents[1]}: name the Snakefile of one of them in both."
    )

for name, value in allocator.ENVIRONMENT.items():
    os.environ.setdefault(name, value)
# Scripts import `music_job` and the package from here, whatever is installed.
os.environ.update(
    PYTHONPATH=os.pathsep.join([str(SCRIPTS), *filter(None, [os.environ.get("PYTHONPATH")])])
)


def config_files():
    """The config files of this project that the command line names."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", default=[])
    named = map(Path, parser.parse_known_args()[0].configfile)
    is_module = Path(workflow.basedir).resolve() != ROOT.resolve()
    # A relative one is not found from another working directory (`--directory`).
    return [] if is_module else [file for file in named if file.is_file()]


try:
    # Snakemake's own records come first, and of those it says no sentence.
    atomic_writes.check_writable(".")
    configuration.check_keys(config_files())
    CONFIG = configuration.complete(config)
    PLAN = plan.make_plan(CONFIG)
except InputError as error:
    sys.exit(f"Error: {error}")


def show_notices():
    for notice in PLAN.notices:
        print(notice, file=sys.stderr)


def results_folder():
    return Path(rules.make_crate.output[0]).parent  # in a module, it may have a prefix


def write_record(outcome):
    run_records.write(results_folder(), CONFIG, PLAN, outcome, STARTED)


def show_results():
    from music_adversaries.reporting import main_numbers  # takes pandas

    for line in main_numbers.last_lines(results_folder(), STARTED.timestamp()):
        print(line, file=sys.stderr)


wildcard_constraints:
    dataset=plan.either(CONFIG["datasets"]),
    partition="random|artist_filtered|fault_filtered",
    fold=r"\d+",
    architecture=plan.either(CONFIG["architectures"]),
    training=plan.either(plan.SETTINGS_OF_TRAININGS),
    seed=r"\d+",
    adversary=plan.either(CONFIG["adversaries"]),
    snr_limit=r"-?[0-9.]+dB|none",
    mode="all_wrong|random|perfect|all_same|untargeted",
    shard=r"\d+",


# One folder a wildcard, from a fold down to an attacked test set.
FOLD = "{dataset}/{partition}/fold{fold}"
SYSTEM = f"{FOLD}/{{architecture}}/{{training}}/seed{{seed}}"
STANDARD = f"{FOLD}/{{architecture}}/standard/seed{{seed}}"
RETRAINED = f"{FOLD}/{{architecture}}/retrained/seed{{seed}}"
TEST_SET = f"{SYSTEM}/{{adversary}}/{{snr_limit}}/{{mode}}"
CURVE = f"{SYSTEM}/{{adversary}}"
PROBES = f"{SYSTEM}/{{adversary}}/{{snr_limit}}/probes"
# The same over all runs, that is, folds and seeds.
SYSTEM_KIND = "{dataset}/{partition}/{architecture}/{training}"
TEST_SET_KIND = f"{SYSTEM_KIND}/{{adversary}}/{{snr_limit}}/{{mode}}"
# The chapters of `snakemake --report`, which sorts them by name.
CHAPTERS = {
    "claims": "1 Claims",
    "partitions": "2 Partitions",
    "merits": "3 Figures of merit",
    "adversaries": "4 Figures of merit under adversaries",
    "excerpts": "5 Single excerpts",
    "curves": "6 Success against the SNR",
    "survival": "7 What adversaries survive",
    "perceptual": "8 What a listener would notice",
    "checks": "9 Checks of the evaluation",
}
EVERYTHING = "all datasets"
ATTACK = ["adversary", "snr_limit", "mode"]

SHARDS = [f"results/{{dataset}}/magnitudes/shard{n}.npy" for n in range(CONFIG["shards"])]
SHARD_INDEXES = [
    f"results/{{dataset}}/magnitudes/shard{n}.tsv" for n in range(CONFIG["shards"])
]


# As jobs are told of them: a plugin by the name of its file, since moving it reruns nothing.
ARCHITECTURES = {
    name: {**each, "network": plugins.short_name(each["network"])}
    for name, each in CONFIG["architectures"].items()
}
ADVERSARIES = {
    name: {**each, "method": plugins.short_name(each["method"])}
    for name, each in CONFIG["adversaries"].items()
}

FORESTS = [
    name for name, each in CONFIG["architectures"].items() if each["network"] == "forest"
]
NETWORKS = [name for name in CONFIG["architectures"] if name not in FORESTS]
NOT_RETRAINED = [name for name in plan.SETTINGS_OF_TRAININGS if name != "retrained"]

# Curves: their SNR limits, and the adversaries that seek the smallest change instead.
CURVE_LIMITS = [snr_limits.snr_limit_name(limit) for limit in CONFIG["curves"]["snr_limits_db"]]
MINIMUM = [
    name
    for name in CONFIG["curves"]["adversaries"]
    if CONFIG["adversaries"][name]["method"] == "minimum"
]


def code(script, *choices):
    """The digest of a job's code: of its script, and of the files that the config chooses.

    Each of ``choices`` gives a list of such files, of the job's wildcards.
    """
    if not choices:
        return code_digest(script)

    def of_job(wildcards):
        return code_digest(script, *(file for choice in choices for file in choice(wildcards)))

    return of_job


# Cached, as thousands of planned jobs have the digest of one choice or another.
@cache
def code_digest(script, *chosen):
    return code_digests.code_digest(SCRIPTS / script, chosen)


def chosen_file(folder, name):
    """The file of the network or method that the config names: a plugin, or one of ours."""
    if plugins.is_plugin(name):
        return plugins.plugin_path(name)
    return code_digests.PACKAGE / folder / f"{name}.py"


def network_file(architecture):
    """The file of an architecture's network; a forest has that of its DNN."""
    base = CONFIG["architectures"][architecture]["options"].get("features_of", architecture)
    return chosen_file("systems", CONFIG["architectures"][base]["network"])


def network_of(wildcards):
    return [network_file(wildcards.architecture)]


def networks_of_judges(wildcards):
    return [network_file(judge["architecture"]) for judge in judges_of(wildcards)]


def method_of(wildcards):
    method = CONFIG["adversaries"][wildcards.adversary]["method"]
    return [chosen_file("adversaries", method)]


def perturbing_of(wildcards):
    """The file of the trainings beside the standard one, if this training is one of them."""
    perturbs = bool(plan.SETTINGS_OF_TRAININGS[wildcards.training])
    return [code_digests.PACKAGE / "training" / "variants.py"] * perturbs


# What jobs ask of the machine is in the config's `resources`. A job that is tried again asks
# for more: it may have been ended for what it asked first.
def threads_of(rule):
    return job_sizes.asked_of(rule, CONFIG)["threads"]


def resources_of(rule):
    """Memory, time and GPUs that the jobs of a rule ask for."""

    def mem_mb(wildcards, attempt):
        known = dict(wildcards.items())
        return attempt * job_sizes.mem_mb(rule, known, CONFIG, PLAN)

    def runtime(wildcards, attempt):
        known = dict(wildcards.items())
        return attempt * job_sizes.runtime_min(rule, known, CONFIG, PLAN)

    gpu = job_sizes.asked_of(rule, CONFIG)["gpu"] * CONFIG["gpu"]
    return {"mem_mb": mem_mb, "runtime": runtime, "gpu": gpu}


def dataset_of(wildcards):
    return CONFIG["datasets"][wildcards.dataset]


def studio_of(wildcards):
    """What a rendered dataset's sound depends on."""
    aside = ("partitions", "on_bad_audio")
    return {key: value for key, value in dataset_of(wildcards).items() if key not in aside}


def rendered_audio_of(wildcards):
    """The folders of a rendered dataset; audio that people bring is no input: see `shard_of`."""
    if dataset_of(wildcards)["loader"] != "studio":
        return []
    labels = PLAN.labels[wildcards.dataset]
    return expand("results/{{dataset}}/audio/{label}", label=labels)


def shard_of(wildcards):
    """The excerpts of a shard with the hashes of their files: other content is extracted anew.

    The names are no inputs, since Snakemake would read characters in them as patterns and
    compare times instead of content.
    """
    return PLAN.shards[wildcards.dataset][int(wildcards.shard)]


def listing_of(wildcards):
    """Digest of the labels and artists of a dataset's files."""
    return PLAN.listings[wildcards.dataset]


def on_bad_audio_of(wildcards):
    return dataset_of(wildcards)["on_bad_audio"]


def architecture_of(wildcards):
    """The config's entry without its list of trainings, on which no single one depends."""
    architecture = ARCHITECTURES[wildcards.architecture]
    return {key: value for key, value in architecture.items() if key != "trainings"}


def recipe_of(wildcards):
    return CONFIG["recipes"][architecture_of(wildcards)["recipe"]]


def adversarial_training_of(wildcards):
    """The settings of adversarial training that a training depends on, perhaps none."""
    settings = CONFIG["adversarial_training"]
    names = plan.SETTINGS_OF_TRAININGS[wildcards.training]
    return {name: settings[name] for name in names}


def base_of(wildcards):
    """The architecture through whose network an architecture is attacked."""
    architecture = architecture_of(wildcards)
    return architecture["options"].get("features_of", wildcards.architecture)


def system_of(wildcards):
    """The files of a trained system; scripts load the first, and find the others beside it."""
    names = ["model.safetensors", "model.json"]
    names += ["forest.skops"] * (wildcards["architecture"] in FORESTS)
    return [f"results/{SYSTEM}/{name}".format(**wildcards) for name in names]


def base_system_of(wildcards):
    """The files of the system whose activations a forest takes."""
    folder = f"results/{SYSTEM}".format(**{**wildcards, "architecture": base_of(wildcards)})
    return [f"{folder}/model.safetensors", f"{folder}/model.json"]


def perturbed_of(wildcards):
    """What the system whose activations a forest takes was retrained on, with its index."""
    folder = f"results/{RETRAINED}".format(**{**wildcards, "architecture": base_of(wildcards)})
    return {"magnitudes": f"{folder}/perturbed.npy", "index": f"{folder}/perturbed.tsv"}


def attack_of(wildcards):
    """The config's entry for an attacked test set."""
    return PLAN.attacks[
        wildcards.architecture,
        wildcards.training,
        wildcards.adversary,
        wildcards.snr_limit,
        wildcards.mode,
    ]


def settings_of(wildcards):
    """The adversary's settings; of steps by network, that of the one it goes through."""
    network = ARCHITECTURES[base_of(wildcards)]["network"]
    return configuration.of_network(ADVERSARIES[wildcards.adversary], network)


def curve_limits_of(wildcards):
    return [snr_limits.NO_LIMIT] if wildcards.adversary in MINIMUM else CURVE_LIMITS


def excerpts_of(wildcards):
    return attack_of(wildcards)["excerpts"]


def same_label_of(wildcards):
    return attack_of(wildcards).get("same_label", PLAN.labels[wildcards.dataset][0])


# What is judged of the written excerpts of some test sets and not of others.
FILTERED, TRANSFORMED, TRANSFERRED = (
    {TEST_SET.format(**test_set) for test_set in asked}
    for asked in (PLAN.filtered, PLAN.transformed, PLAN.transferred)
)


def cutoffs_of(wildcards):
    is_asked = TEST_SET.format(**wildcards) in FILTERED
    return CONFIG["low_pass"]["cutoffs_hz"] if is_asked else []


def transformations_of(wildcards):
    is_asked = TEST_SET.format(**wildcards) in TRANSFORMED
    return CONFIG["survival"]["transformations"] if is_asked else []


def judges_of(wildcards):
    """The systems that judge what was written against one: the dataset's others."""
    if TEST_SET.format(**wildcards) not in TRANSFERRED:
        return []
    attacked = SYSTEM.format(**wildcards)
    return [
        judge
        for judge in PLAN.judges
        if judge["dataset"] == wildcards.dataset and SYSTEM.format(**judge) != attacked
    ]


def judge_files_of(wildcards):
    """The judges' models and folds, one each, and the files beside the models."""
    judges = judges_of(wildcards)
    systems = [system_of(judge) for judge in judges]
    return {
        "models": [model for model, *_ in systems],
        "beside": [file for _, *others in systems for file in others],
        "folds": [f"results/{FOLD}/fold.tsv".format(**judge) for judge in judges],
    }


def figures(name, chapter, file, runs=({},)):
    """Figures of one name, a dict by their files without ending.

    The wildcards of ``file`` tell them apart: there is one figure for each of their values
    in ``runs``.
    """
    made = {}
    for run in runs:
        kind = {wildcard: run[wildcard] for wildcard in re.findall(r"{(\w+)}", file)}
        path = f"results/figures/{file}".format(**kind)
        made[path] = {"name": name, "chapter": chapter, "kind": kind}
    return made


def one_if(is_made):
    return [{}] if is_made else []


def place_in_report(figure, chapter, kind):
    """Where a figure is in the report, and how it is told from others there."""
    labels = [name for name in ("architecture", "training", *ATTACK) if name in kind]
    datasets = [kind[name] for name in ("dataset", "partition") if name in kind]
    return {
        "category": CHAPTERS[chapter],
        "subcategory": ", ".join(datasets) or EVERYTHING,
        "labels": {"figure": figure, **{n.replace("_", " "): kind[n] for n in labels}},
        "caption": f"../workflow/report/{figure}.rst",
    }
