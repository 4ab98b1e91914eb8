# The audio of rendered datasets, and the manifest of every dataset.


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
    threads: threads_of("render_studio_label")
    resources:
        **resources_of("render_studio_label"),
    params:
        studio=studio_of,
        code=code("datasets/render_studio_label.py"),
    script:
        "../workflow/scripts/datasets/render_studio_label.py"


rule make_manifest:
    input:
        SHARD_INDEXES,
    output:
        manifest="results/{dataset}/manifest.tsv",
        repeats="results/{dataset}/repeats.tsv",
    log:
        "results/logs/{dataset}/make_manifest.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("make_manifest")
    resources:
        **resources_of("make_manifest"),
    params:
        listing=lambda wildcards: PLAN.listings[wildcards.dataset],
        on_bad_audio=lambda wildcards: dataset_of(wildcards)["on_bad_audio"],
        code=code("datasets/make_manifest.py"),
    script:
        "../workflow/scripts/datasets/make_manifest.py"
