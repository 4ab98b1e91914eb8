# Config look-ups, wildcards and code digests. Imports nothing heavy: this runs at every
# call, before the DAG is built.

import argparse
import os
import re
import sys
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

STARTED = datetime.now().astimezone()
# Not `workflow.basedir`, which in a module is the importing workflow's.
ROOT = Path(str(workflow.current_basedir)).parent
SCRIPTS = ROOT / "workflow" / "scripts"
if not SCRIPTS.is_dir():
    sys.exit(
        f"Error: {ROOT} holds the Snakefile but not the folder `workflow/scripts`: clone the"
        " whole project, and name the Snakefile of the clone."
    )

# First in the path, so that an installed copy of the package is not used.
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

# A workflow that imports this one may have modules of the same names.
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
    # With `--directory`, relative paths lead nowhere.
    return [] if is_module else [file for file in named if file.is_file()]


try:
    # Otherwise Snakemake itself would fail to write its records, with a traceback.
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

    with suppress(Exception):  # an error in a message must not fail a run that succeeded
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


# Folders of results, with one level per wildcard.
FOLD = "{dataset}/{partition}/fold{fold}"
SYSTEM = f"{FOLD}/{{architecture}}/{{training}}/seed{{seed}}"
STANDARD = f"{FOLD}/{{architecture}}/standard/seed{{seed}}"
RETRAINED = f"{FOLD}/{{architecture}}/retrained/seed{{seed}}"
TEST_SET = f"{SYSTEM}/{{adversary}}/{{snr_limit}}/{{mode}}"
CURVE = f"{SYSTEM}/{{adversary}}"
PROBES = f"{SYSTEM}/{{adversary}}/{{snr_limit}}/probes"
# Folders of figures over all folds and seeds.
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
    "survival": "7 Survival of transformations",
    "perceptual": "8 Audibility of the changes",
    "checks": "9 Checks of the evaluation",
}
EVERYTHING = "all datasets"
ATTACK = ["adversary", "snr_limit", "mode"]

SHARDS = [f"results/{{dataset}}/magnitudes/shard{n}.npy" for n in range(CONFIG["shards"])]
SHARD_INDEXES = [
    f"results/{{dataset}}/magnitudes/shard{n}.tsv" for n in range(CONFIG["shards"])
]


# The entries as params of jobs. Plugins have no folders here, so that moving one reruns nothing.
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
    """The param with the digest of a script and of the files that the config chooses.

    Each of ``choices`` is a function from wildcards to a list of such files.
    """
    if not choices:
        return code_digest(script)

    def of_job(wildcards):
        return code_digest(script, *(file for choice in choices for file in choice(wildcards)))

    return of_job


# Cached, since thousands of planned jobs share a few digests.
@cache
def code_digest(script, *chosen):
    return code_digests.code_digest(SCRIPTS / script, chosen)


def chosen_file(folder, name):
    """The file of a network or method, which is a plugin or a module of the package."""
    if plugins.is_plugin(name):
        return plugins.plugin_path(name)
    return code_digests.PACKAGE / folder / f"{name}.py"


def network_file(architecture):
    """The file of an architecture's network; for a forest, that of its DNN."""
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
    """The module of adversarial trainings, if this training is one of them."""
    perturbs = bool(plan.SETTINGS_OF_TRAININGS[wildcards.training])
    return [code_digests.PACKAGE / "training" / "variants.py"] * perturbs


# The config's `resources` hold what jobs ask of the machine. Each further attempt of a job asks
# for more, since the first may have exceeded its limits.
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
    """The settings on which the audio of a rendered dataset depends."""
    aside = ("partitions", "on_bad_audio")
    return {key: value for key, value in dataset_of(wildcards).items() if key not in aside}


def rendered_audio_of(wildcards):
    """The folders of rendered audio; other audio is a param instead: see `shard_of`."""
    if dataset_of(wildcards)["loader"] != "studio":
        return []
    labels = PLAN.labels[wildcards.dataset]
    return expand("results/{{dataset}}/audio/{label}", label=labels)


def shard_of(wildcards):
    """The excerpts of a shard with the hashes of their files.

    The files are not inputs, since Snakemake would read some characters of their names as
    patterns, and would compare times instead of content.
    """
    return PLAN.shards[wildcards.dataset][int(wildcards.shard)]


def architecture_of(wildcards):
    """The config's entry without its list of trainings, on which no system depends."""
    architecture = ARCHITECTURES[wildcards.architecture]
    return {key: value for key, value in architecture.items() if key != "trainings"}


def adversarial_training_of(wildcards):
    """The settings of adversarial training on which this training depends."""
    settings = CONFIG["adversarial_training"]
    names = plan.SETTINGS_OF_TRAININGS[wildcards.training]
    return {name: settings[name] for name in names}


def base_of(wildcards):
    """The architecture whose network is attacked: for a forest, that of its DNN."""
    architecture = architecture_of(wildcards)
    return architecture["options"].get("features_of", wildcards.architecture)


def system_of(wildcards):
    """The files of a trained system; scripts name the first and find the others beside it."""
    names = ["model.safetensors", "model.json"]
    names += ["forest.skops"] * (wildcards["architecture"] in FORESTS)
    return [f"results/{SYSTEM}/{name}".format(**wildcards) for name in names]


def base_system_of(wildcards):
    """The files of the trained DNN whose activations a forest takes."""
    folder = f"results/{SYSTEM}".format(**{**wildcards, "architecture": base_of(wildcards)})
    return [f"{folder}/model.safetensors", f"{folder}/model.json"]


def perturbed_of(wildcards):
    """The perturbed magnitudes on which a forest's DNN was retrained, and their index."""
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
    """The adversary's settings, with its step for the network that is attacked."""
    network = ARCHITECTURES[base_of(wildcards)]["network"]
    return configuration.of_network(ADVERSARIES[wildcards.adversary], network)


def curve_limits_of(wildcards):
    return [snr_limits.NO_LIMIT] if wildcards.adversary in MINIMUM else CURVE_LIMITS


def same_label_of(wildcards):
    return attack_of(wildcards).get("same_label", PLAN.labels[wildcards.dataset][0])


# The test sets that are judged after filters, after transformations, and by other systems.
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
    """The dataset's other systems, which judge the excerpts written against this one."""
    if TEST_SET.format(**wildcards) not in TRANSFERRED:
        return []
    attacked = SYSTEM.format(**wildcards)
    return [
        judge
        for judge in PLAN.judges
        if judge["dataset"] == wildcards.dataset and SYSTEM.format(**judge) != attacked
    ]


def judge_files_of(wildcards):
    """The model and the fold of each judge, and the files beside the models."""
    judges = judges_of(wildcards)
    systems = [system_of(judge) for judge in judges]
    return {
        "models": [model for model, *_ in systems],
        "beside": [file for _, *others in systems for file in others],
        "folds": [f"results/{FOLD}/fold.tsv".format(**judge) for judge in judges],
    }


def figures(name, chapter, file, runs=({},)):
    """The figures of one name, by path without ending.

    There is a figure for each value of the wildcards of ``file`` in ``runs``, or a single one
    if ``file`` has no wildcards.
    """
    made = {}
    for run in runs:
        kind = {wildcard: run[wildcard] for wildcard in re.findall(r"{(\w+)}", file)}
        path = f"results/figures/{file}".format(**kind)
        made[path] = {"name": name, "chapter": chapter, "kind": kind}
    return made


def place_in_report(figure, chapter, kind):
    """The chapter, labels and caption of a figure in the report."""
    labels = [name for name in ("architecture", "training", *ATTACK) if name in kind]
    datasets = [kind[name] for name in ("dataset", "partition") if name in kind]
    return {
        "category": CHAPTERS[chapter],
        "subcategory": ", ".join(datasets) or EVERYTHING,
        "labels": {"figure": figure, **{n.replace("_", " "): kind[n] for n in labels}},
        "caption": f"../workflow/report/{figure}.rst",
    }
