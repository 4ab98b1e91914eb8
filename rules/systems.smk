# Systems are trained, and classify their clean test sets.


rule train_system:
    input:
        fold=f"results/{FOLD}/fold.tsv",
        magnitudes=SHARDS,
    output:
        model=f"results/{SYSTEM}/model.safetensors",
        description=f"results/{SYSTEM}/model.json",
        history=f"results/{SYSTEM}/history.tsv",
    log:
        f"results/logs/{SYSTEM}/train_system.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/train_system.tsv"
    wildcard_constraints:
        architecture=plan.either(NETWORKS),
        training=plan.either(NOT_RETRAINED),
    conda:
        "../envs/environment.yaml"
    threads: threads_of("train_system")
    resources:
        **resources_of("train_system"),
    params:
        architecture=architecture_of,
        recipe=lambda wildcards: CONFIG["recipes"][architecture_of(wildcards)["recipe"]],
        adversarial_training=adversarial_training_of,
        code=code("systems/train_system.py", network_of, perturbing_of),
    script:
        "../workflow/scripts/systems/train_system.py"


rule train_forest:
    input:
        fold=f"results/{FOLD}/fold.tsv",
        magnitudes=SHARDS,
        system=base_system_of,
    output:
        model=f"results/{SYSTEM}/model.safetensors",
        description=f"results/{SYSTEM}/model.json",
        forest=f"results/{SYSTEM}/forest.skops",
    log:
        f"results/logs/{SYSTEM}/train_forest.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/train_forest.tsv"
    wildcard_constraints:
        architecture=plan.either(FORESTS),
        training=plan.either(NOT_RETRAINED),
    conda:
        "../envs/environment.yaml"
    threads: threads_of("train_forest")
    resources:
        **resources_of("train_forest"),
    params:
        options=lambda wildcards: architecture_of(wildcards)["options"],
        code=code("systems/train_forest.py", network_of),
    script:
        "../workflow/scripts/systems/train_forest.py"


rule classify_test_set:
    input:
        fold=f"results/{FOLD}/fold.tsv",
        magnitudes=SHARDS,
        system=system_of,
    output:
        f"results/{SYSTEM}/clean.tsv",
    log:
        f"results/logs/{SYSTEM}/classify_test_set.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/classify_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("classify_test_set")
    resources:
        **resources_of("classify_test_set"),
    params:
        code=code("systems/classify_test_set.py", network_of),
    script:
        "../workflow/scripts/systems/classify_test_set.py"


rule systems:
    input:
        [f"results/{SYSTEM}/clean.tsv".format(**system) for system in PLAN.systems],
        [f"results/{SYSTEM}/model.safetensors".format(**system) for system in PLAN.systems],
