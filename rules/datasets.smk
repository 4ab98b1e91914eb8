# The audio of each dataset, and the manifest that names it.


rule render_studio_label:
    output:
        directory("results/{dataset}/audio/{label}"),
    log:
        "results/logs/{dataset}/render_studio_label/{label}.log",
    benchmark:
        "results/benchmarks/{dataset}/render_studio_label/{label}.tsv"
    wildcard_constraints:
        label=r"[^/]+",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        studio=studio_of,
        code=code("render_studio_label.py"),
    script:
        "../workflow/scripts/render_studio_label.py"


rule make_studio_manifest:
    input:
        lambda wildcards: expand(
            "results/{{dataset}}/audio/{label}", label=PLAN.labels[wildcards.dataset]
        ),
    output:
        "results/{dataset}/manifest.tsv",
    log:
        "results/logs/{dataset}/make_studio_manifest.log",
    wildcard_constraints:
        dataset=plan.either(set(CONFIG["datasets"]) - set(PLAN.tracks)),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        studio=studio_of,
        code=code("make_studio_manifest.py"),
    script:
        "../workflow/scripts/make_studio_manifest.py"


rule make_folder_manifest:
    output:
        "results/{dataset}/manifest.tsv",
    log:
        "results/logs/{dataset}/make_folder_manifest.log",
    wildcard_constraints:
        dataset=plan.either(PLAN.tracks),
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        folder=folder_of,
        content=content_of,
        code=code("make_folder_manifest.py"),
    script:
        "../workflow/scripts/make_folder_manifest.py"
