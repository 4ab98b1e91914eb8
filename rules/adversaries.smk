# Adversaries against each trained system.


rule attack_test_set:
    input:
        manifest="results/{dataset}/manifest.tsv",
        fold=f"results/{FOLD}/fold.tsv",
        model=f"results/{SYSTEM}/model.safetensors",
        description=f"results/{SYSTEM}/model.json",
    output:
        table=f"results/{TEST_SET}/adversarial.tsv",
        waveforms=temp(directory(f"results/{TEST_SET}/waveforms")),
    log:
        f"results/logs/{TEST_SET}/attack_test_set.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/attack_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=720,
        gpu=1,
    params:
        adversary=settings_of,
        excerpts=excerpts_of,
        excerpts_seed=CONFIG["partition_seed"],
        same_label=same_label_of,
        code=code("attack_test_set.py"),
    script:
        "../workflow/scripts/attack_test_set.py"
