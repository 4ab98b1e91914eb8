# The paper's adversarial retraining: a new system is trained on excerpts that were perturbed
# with the gradient of the standard system.


rule perturb_magnitudes:
    input:
        fold=f"results/{FOLD}/fold.tsv",
        magnitudes=SHARDS,
        system=[f"results/{STANDARD}/model.safetensors", f"results/{STANDARD}/model.json"],
    output:
        magnitudes=temp(f"results/{RETRAINED}/perturbed.npy"),
        index=temp(f"results/{RETRAINED}/perturbed.tsv"),
    log:
        f"results/logs/{RETRAINED}/perturb_magnitudes.log",
    benchmark:
        f"results/benchmarks/{RETRAINED}/perturb_magnitudes.tsv"
    wildcard_constraints:
        architecture=plan.either(NETWORKS),
    conda:
        "../envs/environment.yaml"
    threads: threads_of("perturb_magnitudes")
    resources:
        **resources_of("perturb_magnitudes"),
    params:
        code=code("retraining/perturb_magnitudes.py", network_of),
    script:
        "../workflow/scripts/retraining/perturb_magnitudes.py"


use rule train_system as retrain_system with:
    input:
        fold=f"results/{FOLD}/fold.tsv",
        magnitudes=f"results/{SYSTEM}/perturbed.npy",
        index=f"results/{SYSTEM}/perturbed.tsv",
    log:
        f"results/logs/{SYSTEM}/retrain_system.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/retrain_system.tsv"
    wildcard_constraints:
        architecture=plan.either(NETWORKS),
        training="retrained",


use rule train_forest as retrain_forest with:
    input:
        unpack(perturbed_of),
        fold=f"results/{FOLD}/fold.tsv",
        system=base_system_of,
    log:
        f"results/logs/{SYSTEM}/retrain_forest.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/retrain_forest.tsv"
    wildcard_constraints:
        architecture=plan.either(FORESTS),
        training="retrained",
