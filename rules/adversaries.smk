# Adversaries against each trained system.


rule attack_test_set:
    input:
        manifest="results/{dataset}/manifest.tsv",
        fold=f"results/{FOLD}/fold.tsv",
        system=system_of,
    output:
        table=f"results/{TEST_SET}/adversarial.tsv",
        waveforms=temp(directory(f"results/{TEST_SET}/waveforms")),
    log:
        f"results/logs/{TEST_SET}/attack_test_set.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/attack_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("attack_test_set")
    resources:
        **resources_of("attack_test_set"),
    params:
        adversary=settings_of,
        excerpts=lambda wildcards: attack_of(wildcards)["excerpts"],
        excerpts_seed=CONFIG["partition_seed"],
        same_label=same_label_of,
        code=code("adversaries/attack_test_set.py", network_of, method_of),
    script:
        "../workflow/scripts/adversaries/attack_test_set.py"


rule attack_curve:
    input:
        manifest="results/{dataset}/manifest.tsv",
        fold=f"results/{FOLD}/fold.tsv",
        system=system_of,
    output:
        f"results/{CURVE}/curve.tsv",
    log:
        f"results/logs/{CURVE}/attack_curve.log",
    benchmark:
        f"results/benchmarks/{CURVE}/attack_curve.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("attack_curve")
    resources:
        **resources_of("attack_curve"),
    params:
        adversary=settings_of,
        snr_limits=curve_limits_of,
        excerpts=CONFIG["curves"]["excerpts"],
        excerpts_seed=CONFIG["partition_seed"],
        code=code("adversaries/attack_curve.py", network_of, method_of),
    script:
        "../workflow/scripts/adversaries/attack_curve.py"


rule attack_probes:
    input:
        manifest="results/{dataset}/manifest.tsv",
        fold=f"results/{FOLD}/fold.tsv",
        system=system_of,
    output:
        table=f"results/{PROBES}/probes.tsv",
        audio=directory(f"results/{PROBES}/audio"),
    log:
        f"results/logs/{PROBES}/attack_probes.log",
    benchmark:
        f"results/benchmarks/{PROBES}/attack_probes.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("attack_probes")
    resources:
        **resources_of("attack_probes"),
    params:
        adversary=settings_of,
        excerpts=CONFIG["probes"]["excerpts"],
        excerpts_seed=CONFIG["partition_seed"],
        files=PLAN.probes,
        code=code("adversaries/attack_probes.py", network_of, method_of),
    script:
        "../workflow/scripts/adversaries/attack_probes.py"


rule check_gradients:
    input:
        manifest="results/{dataset}/manifest.tsv",
        fold=f"results/{FOLD}/fold.tsv",
        system=system_of,
    output:
        f"results/{SYSTEM}/gradients.tsv",
    log:
        f"results/logs/{SYSTEM}/check_gradients.log",
    benchmark:
        f"results/benchmarks/{SYSTEM}/check_gradients.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("check_gradients")
    resources:
        **resources_of("check_gradients"),
    params:
        excerpts=CONFIG["gradients"]["excerpts"],
        excerpts_seed=CONFIG["partition_seed"],
        code=code("adversaries/check_gradients.py", network_of),
    script:
        "../workflow/scripts/adversaries/check_gradients.py"
