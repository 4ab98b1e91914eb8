# What an adversary is worth: written as 16-bit WAV, read back, judged.


rule verify_resynthesis:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/adversarial.tsv",
        waveforms=f"results/{TEST_SET}/waveforms",
        system=system_of,
    output:
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=directory(f"results/{TEST_SET}/audio"),
    log:
        f"results/logs/{TEST_SET}/verify_resynthesis.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/verify_resynthesis.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
        gpu=gpu_of,
    params:
        code=code("resynthesis/verify_resynthesis.py", network_of),
    script:
        "../workflow/scripts/resynthesis/verify_resynthesis.py"


rule filter_test_set:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
        system=system_of,
    output:
        f"results/{TEST_SET}/filtered.tsv",
    log:
        f"results/logs/{TEST_SET}/filter_test_set.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/filter_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
        gpu=gpu_of,
    params:
        cutoffs_hz=CONFIG["low_pass"]["cutoffs_hz"],
        code=code("resynthesis/filter_test_set.py", network_of),
    script:
        "../workflow/scripts/resynthesis/filter_test_set.py"


rule judge_transfer:
    input:
        unpack(judge_files_of),
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        f"results/{TEST_SET}/transfer.tsv",
    log:
        f"results/logs/{TEST_SET}/judge_transfer.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/judge_transfer.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
        gpu=gpu_of,
    params:
        judges=judges_of,
        code=code("resynthesis/judge_transfer.py", networks_of_judges),
    script:
        "../workflow/scripts/resynthesis/judge_transfer.py"


rule transform_test_set:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
        system=system_of,
    output:
        f"results/{TEST_SET}/transformed.tsv",
    log:
        f"results/logs/{TEST_SET}/transform_test_set.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/transform_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
        gpu=gpu_of,
    params:
        transformations=CONFIG["survival"]["transformations"],
        code=code("resynthesis/transform_test_set.py", network_of),
    script:
        "../workflow/scripts/resynthesis/transform_test_set.py"


rule measure_perception:
    input:
        manifest="results/{dataset}/manifest.tsv",
        attacked=f"results/{TEST_SET}/adversarial.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        f"results/{TEST_SET}/perception.tsv",
    log:
        f"results/logs/{TEST_SET}/measure_perception.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/measure_perception.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("resynthesis/measure_perception.py"),
    script:
        "../workflow/scripts/resynthesis/measure_perception.py"


rule adversaries:
    input:
        [
            f"results/{TEST_SET}/resynthesised.tsv".format(**test_set)
            for test_set in PLAN.test_sets
        ],
        [f"results/{TEST_SET}/filtered.tsv".format(**each) for each in PLAN.filtered],
        [f"results/{CURVE}/curve.tsv".format(**each) for each in PLAN.curved],
        [f"results/{TEST_SET}/transfer.tsv".format(**each) for each in PLAN.transferred],
        [f"results/{TEST_SET}/transformed.tsv".format(**each) for each in PLAN.transformed],
        [f"results/{TEST_SET}/perception.tsv".format(**each) for each in PLAN.perceived],
        [f"results/{PROBES}/probes.tsv".format(**each) for each in PLAN.probed],
