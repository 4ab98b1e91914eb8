"""What is made anew after a change, as dry runs plan it, and what is not."""

import re
import shutil

import pytest
import yaml
from rocrate.rocrate import ROCrate
from snakemake_runs import ROOT, TINY, planned, snakemake

SYSTEM = "results/studio/random/fold0/dnn/standard/seed1"
PACKAGE = "workflow/scripts/music_adversaries"


@pytest.fixture
def copied_run(finished_run, tmp_path):
    """A copy of the finished run that a test may change, with its records and times."""
    return shutil.copytree(finished_run, tmp_path / "run", copy_function=shutil.copy2)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the workflow that a test may edit; its files are newer than all results."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("Snakefile", "config.yaml"):
        shutil.copyfile(ROOT / name, root / name)
    for name in ("rules", "workflow", "profiles"):
        shutil.copytree(ROOT / name, root / name, copy_function=shutil.copyfile)
    return root


@pytest.fixture
def edit(checkout):
    """Adds a line to modules of the checkout, for one test."""
    before = {}

    def add(line, *modules):
        for module in modules:
            file = checkout / PACKAGE / module
            before.setdefault(file, file.read_text())
            file.write_text(f"{before[file]}\n{line}\n")

    yield add
    for file, text in before.items():
        file.write_text(text)


def test_a_finished_run_has_nothing_to_do_under_a_fresh_checkout(copied_run, checkout):
    for path in [*copied_run.rglob("*.tsv"), *copied_run.rglob("model.json")]:
        path.touch()
    process = snakemake(directory=copied_run, root=checkout)
    assert "Nothing to be done" in process.stdout + process.stderr


def test_removing_a_model_reruns_what_depends_on_it(copied_run):
    (copied_run / SYSTEM / "model.safetensors").unlink()
    assert planned(snakemake("--dry-run", directory=copied_run)) == {
        # The system, the one that is retrained on what it perturbs, and the forests on both.
        **dict.fromkeys(("train_system", "perturb_magnitudes", "retrain_system"), 1),
        **dict.fromkeys(("train_forest", "retrain_forest"), 1),
        "classify_test_set": 4,
        "attack_test_set": 5,
        "verify_resynthesis": 5,
        # Its partition's DNNs and forest; those of the other partition, which it judges.
        "judge_test_set": 5,
        "attack_probes": 1,
        "attack_curve": 6,
        "check_gradients": 2,
        **dict.fromkeys(("collect_tables", "make_tables", "typeset_tables"), 1),
        **dict.fromkeys(("draw_figures", "draw_excerpts", "make_listening_page", "all"), 1),
    }


def test_a_single_folds_target_runs_alone(tmp_path):
    jobs = planned(snakemake("--dry-run", f"{SYSTEM}/clean.tsv", directory=tmp_path))
    assert jobs == {
        "render_studio_label": 3,
        "extract_shard": 2,
        "make_manifest": 1,
        "make_folds": 1,
        "train_system": 1,
        "classify_test_set": 1,
    }


def planned_with(change, directory, folder):
    """The jobs that are planned after ``change(config)`` of the tiny one, and the output."""
    config = yaml.safe_load(TINY.read_text())
    change(config)
    changed = folder / "changed.yaml"
    changed.write_text(yaml.safe_dump(config))
    process = snakemake("--dry-run", "--quiet", "host", directory=directory, config=changed)
    return planned(process), process.stdout + process.stderr


def trained(said):
    """The trainings of the DNN that a dry run would train."""
    return set(re.findall(r"output: \S+/dnn/(\w+)/seed1/model.safetensors", said))


def test_a_changed_recipe_retrains_only_its_architecture(finished_run, tmp_path):
    def change(config):
        config["recipes"]["briefer"] = {**config["recipes"]["brief"], "most_epochs": 1}
        config["architectures"]["cnn"]["recipe"] = "briefer"

    jobs, said = planned_with(change, finished_run, tmp_path)
    assert jobs["train_system"] == 2 and trained(said) == set()
    assert not {"retrain_system", "train_forest"} & set(jobs)


def test_a_further_seed_trains_only_the_new_seed(finished_run, tmp_path):
    jobs, _ = planned_with(lambda config: config.update(seeds=[1, 2]), finished_run, tmp_path)
    assert jobs["train_system"] == 2 * 4 and jobs["retrain_system"] == 2
    assert jobs["attack_test_set"] == 16
    # Probes, spectra and waveforms are of the first seed.
    assert not {"attack_probes", "draw_excerpts", "extract_shard", "make_folds"} & set(jobs)


@pytest.mark.parametrize(
    ("settings", "retrained"),
    [({"snr_db": 25, "steps": 2}, {"fast"}), ({"steps": 3}, {"fast", "longer"})],
)
def test_other_settings_of_adversarial_training_retrain_the_variants_that_have_them(
    finished_run, tmp_path, settings, retrained
):
    def change(config):
        config["adversarial_training"] = settings

    jobs, said = planned_with(change, finished_run, tmp_path)
    assert jobs["train_system"] == jobs["classify_test_set"] == 2 * len(retrained)
    assert not {"retrain_system", "train_forest", "attack_test_set"} & set(jobs)
    assert trained(said) == retrained


def test_a_further_training_of_an_architecture_retrains_none_that_is_there(
    finished_run, tmp_path
):
    def change(config):
        config["architectures"]["dnn"]["trainings"].append("noise")

    jobs, said = planned_with(change, finished_run, tmp_path)
    assert jobs["train_system"] == jobs["classify_test_set"] == 2
    assert trained(said) == {"noise"}
    assert not {"retrain_system", "train_forest", "attack_test_set"} & set(jobs)


def test_another_config_in_the_same_folder_shares_all_that_both_ask_for(finished_run, tmp_path):
    def change(config):
        config["attacks"] = config["attacks"][1:3]
        config["survival"]["transformations"].reverse()
        config["partitions"] = ["random"]

    jobs, _ = planned_with(change, finished_run, tmp_path)
    assert jobs == {
        "judge_test_set": 2,  # fewer systems judge, after transformations in new order
        **dict.fromkeys(("collect_tables", "make_tables", "typeset_tables"), 1),
        **dict.fromkeys(("draw_figures", "draw_excerpts", "make_listening_page", "all"), 1),
    }


EDITS = {
    "adversaries/constraints.py": ("attack_test_set", "train_system"),
    "training/loop.py": ("train_system", "extract_shard"),
    "systems/forest.py": ("train_forest", "train_system"),
    "evaluation/claims.py": ("make_tables", "verify_resynthesis"),
    "studio/plan.py": ("render_studio_label", ""),
}
"""Modules, a rule that an edit of each reruns, and one that it does not."""


def test_an_edit_of_a_comment_reruns_nothing(finished_run, checkout, edit):
    edit("# A comment changes nothing.", *EDITS)
    assert planned(snakemake("--dry-run", directory=finished_run, root=checkout)) == {}


@pytest.mark.parametrize("module", EDITS)
def test_an_edit_of_code_reruns_what_uses_it(finished_run, checkout, edit, module):
    reruns, stays = EDITS[module]
    edit("AN_EDIT = 1", module)
    jobs = planned(snakemake("--dry-run", directory=finished_run, root=checkout))
    assert reruns in jobs and stays not in jobs


def test_an_edit_of_a_method_reruns_the_attacks_by_it(finished_run, checkout, edit):
    edit("AN_EDIT = 1", "adversaries/waveform.py")
    jobs = planned(snakemake("--dry-run", directory=finished_run, root=checkout))
    # On either partition `least_snr`; of the curves `expected`, whose method imports it.
    assert jobs["attack_test_set"] == jobs["verify_resynthesis"] == 2
    assert jobs["attack_curve"] == 1
    assert not {"extract_shard", "train_system", "classify_test_set", "attack_probes"} & set(
        jobs
    )


def test_an_edit_of_a_figures_looks_draws_figures_and_nothing_else(
    finished_run, checkout, edit
):
    edit("AN_EDIT = 1", "reporting/figures/overview.py")
    jobs = planned(snakemake("--dry-run", directory=finished_run, root=checkout))
    assert jobs == {"draw_figures": 1, "all": 1}


def test_the_crate_holds_all_that_a_run_made(copied_run):
    results = copied_run / "results"
    left_out = {".npy", ".log", ".snakemake_timestamp"}
    made = {
        file
        for file in results.rglob("*")
        if file.is_file() and not {file.name, file.suffix} & left_out
    }
    process = snakemake("crate", directory=copied_run)
    assert process.returncode == 0, process.stdout + process.stderr
    crate = ROCrate(results)
    assert {file.source for file in crate.get_by_type("File")} == made
    assert len(crate.root_dataset["mentions"]) == 1
