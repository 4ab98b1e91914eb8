# The page for listening to adversarial excerpts.

from music_adversaries.reporting.listening import TEMPLATES

HEARD_DATASETS = sorted({each["dataset"] for each in PLAN.heard + PLAN.heard_probes})


rule make_listening_page:
    input:
        manifests=[f"results/{dataset}/manifest.tsv" for dataset in HEARD_DATASETS],
        attacked=[f"results/{TEST_SET}/adversarial.tsv".format(**t) for t in PLAN.heard],
        judged=[f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.heard],
        audio=[f"results/{TEST_SET}/audio".format(**t) for t in PLAN.heard],
        probes=[f"results/{PROBES}/probes.tsv".format(**p) for p in PLAN.heard_probes],
        probe_audio=[f"results/{PROBES}/audio".format(**p) for p in PLAN.heard_probes],
    output:
        directory("results/listening"),
    log:
        "results/logs/listening.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("make_listening_page")
    resources:
        **resources_of("make_listening_page"),
    params:
        datasets=HEARD_DATASETS,
        test_sets=PLAN.heard,
        excerpts=CONFIG["listening"]["excerpts"],
        probed=PLAN.heard_probes,
        probes=CONFIG["listening"]["probes"],
        files=PLAN.probes,
        code=code("listening/make_listening_page.py"),
        templates=[code_digests.file_digest(file) for file in TEMPLATES],
    script:
        "../workflow/scripts/listening/make_listening_page.py"


rule listening:
    input:
        rules.make_listening_page.output if HEARD_DATASETS else [],
