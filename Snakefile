# "Deep Learning and Music Adversaries" as a workflow: `snakemake --cores all`.

from snakemake.utils import min_version

min_version("9.27")


# The default experiment, unless another one is named: `--configfile FILE`.
if not workflow.overwrite_configfiles:

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


onstart:
    for notice in PLAN.notices:
        print(notice, file=sys.stderr)
    run_messages.calm(workflow, logger)


onsuccess:
    run_records.write(workflow, CONFIG, PLAN, "succeeded")
    run_messages.tell_summary(workflow)


onerror:
    run_messages.tell_failures(workflow)
    run_records.write(workflow, CONFIG, PLAN, "failed")
