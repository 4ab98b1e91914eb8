"""The workflow as a module of another one, which has rules, scripts and a config of its own."""

import json
import re
import shutil
import subprocess

import yaml
from snakemake_runs import ROOT, TINY, planned, snakemake

from music_adversaries.tidy_tables import read_table

IMPORTING = """
configfile: workflow.source_path("config.yaml")

rule make_mine:
    output: "mine.txt"
    script: "scripts/mine.py"
{modules}
rule all:
    default_target: True
    input: "mine.txt"
"""
MODULE = """
module {name}:
    snakefile: "{snakefile}"
    config: config["{name}"]
    {prefix}

use rule * from {name} as {name}_*
"""
HANDLERS = """
onstart: music.show_notices()
onsuccess: music.write_record("succeeded")
"""
SYSTEM = "results/studio/random/fold0/dnn/standard/seed1/clean.tsv"


def write_importing(folder, modules, more="", **config):
    """Write a workflow that imports ``modules``, to which ``config`` gives their own."""
    text = IMPORTING.format(modules=modules) + more
    (folder / "Snakefile").write_text(text, encoding="utf-8")
    tiny = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    settings = {"mine": "my own", "music": tiny, **config}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    # Of the names that this project's own files have beside its scripts.
    (folder / "scripts").mkdir()
    (folder / "scripts/job.py").write_text("SAID = 'a job of mine'\n", encoding="utf-8")
    script = "from job import SAID\nopen(snakemake.output[0], 'w').write(SAID)\n"
    (folder / "scripts/mine.py").write_text(script, encoding="utf-8")
    return folder


def module(name="music", snakefile=ROOT / "Snakefile", prefix=""):
    line = f'prefix: "{prefix}"' if prefix else ""
    return MODULE.format(name=name, snakefile=snakefile, prefix=line)


def imported(folder, *arguments):
    """Run the importing workflow in a folder of its own; its config stands in the Snakefile."""
    command = ["snakemake", *arguments, "--snakefile", str(folder / "Snakefile")]
    command += ["--directory", str(folder / "run"), "--cores", "all"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def asked(process):
    """What each job of a dry run is and asks for: rule, output, threads and resources."""
    assert process.returncode == 0, process.stdout + process.stderr
    jobs, rule, output = set(), "", ""
    for line in (process.stdout + process.stderr).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "rule":
            rule, output = rest.removeprefix("music_").removesuffix(":"), ""
        elif word == "output:":
            output = rest
        elif word == "resources:":
            jobs.add((rule, output, rest))
    return jobs


def test_a_module_plans_what_the_workflow_itself_plans_and_asks_for_as_much(tmp_path):
    write_importing(tmp_path, module())
    own = snakemake(
        *("all", "--dry-run", "--quiet", "host", "--resources", "gpu=1"),
        directory=tmp_path / "own",
    )
    as_module = imported(tmp_path, "music_all", "--dry-run", "--quiet", "host")
    jobs = planned(as_module)
    assert jobs == {f"music_{rule}": count for rule, count in planned(own).items()}
    wanted = {job for job in asked(own) if job[0] != "all"}
    assert {job for job in asked(as_module) if job[0] != "all"} == wanted
    assert any("gpu=1" in resources for _, _, resources in wanted)


def test_what_another_workflow_needs_is_made_beside_its_own(tmp_path):
    write_importing(tmp_path, module(prefix="heard"), HANDLERS)
    process = imported(tmp_path, "mine.txt", f"heard/{SYSTEM}")
    said = process.stdout + process.stderr
    assert process.returncode == 0, said
    run = tmp_path / "run"
    assert (run / "mine.txt").read_text() == "a job of mine"
    assert set(read_table(run / "heard" / SYSTEM).predicted) <= {"blues", "classical", "disco"}
    assert not (run / "results").exists()
    (file,) = (run / "heard/results/runs").iterdir()
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["jobs"]["train_system"]["jobs"] == 1 and "make_mine" not in record["jobs"]


def test_the_example_of_the_documentation_plans(tmp_path):
    write_importing(tmp_path, "")
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(configfile:.*?)^```", page, re.MULTILINE | re.DOTALL)
    example = example.replace("path/to/music-adversaries/Snakefile", str(ROOT / "Snakefile"))
    (tmp_path / "Snakefile").write_text(example, encoding="utf-8")
    counts = planned(imported(tmp_path, "--dry-run"))
    assert counts["music_make_tables"] == counts["all"] == 1 and "music_all" not in counts


def test_two_modules_with_configs_of_their_own_stand_side_by_side(tmp_path):
    tiny = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    del tiny["architectures"]["cnn"], tiny["architectures"]["forest"]
    other = {**tiny, "attacks": [], "probes": {}, "curves": {}, "low_pass": {}, "transfer": {}}
    other |= {"listening": {}, "gradients": {}, "survival": {}, "seeds": [1, 2]}
    both = module(prefix="a") + module("other", prefix="b")
    write_importing(tmp_path, both, other=other)
    counts = planned(imported(tmp_path, "music_systems", "other_systems", "--dry-run"))
    assert counts["music_extract_shard"] == counts["other_extract_shard"] == 2
    assert counts["music_train_system"] == 8 and counts["other_train_system"] == 12


def test_bad_input_to_a_module_is_one_sentence(tmp_path):
    write_importing(tmp_path, module(), music={"datsets": {}})
    process = imported(tmp_path, "--dry-run")
    assert process.returncode != 0
    said = process.stdout + process.stderr
    assert "did you mean 'datasets'" in said and "Traceback" not in said


def test_modules_of_two_clones_are_refused(tmp_path):
    for part in ("Snakefile", "rules", "workflow", "config.yaml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (tmp_path / "clone").mkdir(exist_ok=True)
        copy(ROOT / part, tmp_path / "clone" / part)
    other = module("other", tmp_path / "clone/Snakefile", prefix="b")
    write_importing(tmp_path, module() + other, other=yaml.safe_load(TINY.read_text()))
    process = imported(tmp_path, "--dry-run")
    assert process.returncode != 0
    assert "Error: two clones of this project" in process.stdout + process.stderr


def test_single_rules_are_imported_too(tmp_path):
    chosen = "make_manifest, extract_shard, render_studio_label"
    write_importing(tmp_path, module().replace("use rule *", f"use rule {chosen}"))
    counts = planned(imported(tmp_path, "results/studio/manifest.tsv", "--dry-run"))
    assert counts == {
        "music_render_studio_label": 3,
        "music_extract_shard": 2,
        "music_make_manifest": 1,
    }
