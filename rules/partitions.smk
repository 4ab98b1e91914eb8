# Train, valid and test sets.


rule make_folds:
    input:
        "results/{dataset}/manifest.tsv",
    output:
        expand(f"results/{FOLD}/fold.tsv", fold=range(CONFIG["fold_count"]), allow_missing=True),
    log:
        "results/logs/{dataset}/{partition}/make_folds.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        seed=CONFIG["partition_seed"],
        code=code("make_folds.py"),
    script:
        "../workflow/scripts/make_folds.py"
