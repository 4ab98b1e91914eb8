# "Deep Learning and Music Adversaries" as a workflow: `snakemake --cores all`.

from snakemake.utils import min_version

min_version("9.27")


# The default experiment, unless `--configfile FILE` names datasets of another one.
if "datasets" not in config:

    configfile: workflow.source_path("config.yaml")


report: "workflow/report/workflow.rst"


include: "rules/common.smk"
include: "rules/datasets.smk"
include: "rules/features.smk"
include: "rules/partitions.smk"
include: "rules/systems.smk"
include: "rules/retraining.smk"
include: "rules/adversaries.smk"
include: "rules/resynthesis.smk"
include: "rules/tables.smk"
include: "rules/figures.smk"
include: "rules/listening.smk"
include: "rules/crate.smk"


rule all:
    default_target: True
    input:
        rules.systems.input,
        rules.tables.input,
        rules.figures.input,
        rules.listening.input,


# A workflow that imports this one has to call these functions in its own handlers.
onstart:
    show_notices()


onsuccess:
    write_record("succeeded")
    show_results()


onerror:
    write_record("failed")
