# Train, valid and test sets.


rule make_folds:
    input:
        manifest="results/{dataset}/manifest.tsv",
        repeats="results/{dataset}/repeats.tsv",
    output:
        expand(f"results/{FOLD}/fold.tsv", fold=range(CONFIG["fold_count"]), allow_missing=True),
    log:
        "results/logs/{dataset}/{partition}/make_folds.log",
    wildcard_constraints:
        partition="random|artist_filtered",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("make_folds")
    resources:
        **resources_of("make_folds"),
    params:
        seed=CONFIG["partition_seed"],
        code=code("partitions/make_folds.py"),
    script:
        "../workflow/scripts/partitions/make_folds.py"


rule apply_published_partition:
    input:
        manifest="results/{dataset}/manifest.tsv",
    output:
        "results/{dataset}/fault_filtered/fold0/fold.tsv",
    log:
        "results/logs/{dataset}/fault_filtered/apply_published_partition.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("apply_published_partition")
    resources:
        **resources_of("apply_published_partition"),
    params:
        published=code_digests.file_digest(gtzan.FAULT_FILTERED),
        code=code("partitions/apply_published_partition.py"),
    script:
        "../workflow/scripts/partitions/apply_published_partition.py"
