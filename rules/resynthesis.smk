# Adversarial excerpts are written as 16-bit WAV files, read back and judged.


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
    threads: threads_of("verify_resynthesis")
    resources:
        **resources_of("verify_resynthesis"),
    params:
        code=code("resynthesis/verify_resynthesis.py", network_of),
    script:
        "../workflow/scripts/resynthesis/verify_resynthesis.py"


rule judge_test_set:
    input:
        unpack(judge_files_of),
        manifest="results/{dataset}/manifest.tsv",
        attacked=f"results/{TEST_SET}/adversarial.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
        system=system_of,
    output:
        filtered=f"results/{TEST_SET}/filtered.tsv",
        transformed=f"results/{TEST_SET}/transformed.tsv",
        transfer=f"results/{TEST_SET}/transfer.tsv",
        perception=f"results/{TEST_SET}/perception.tsv",
    log:
        f"results/logs/{TEST_SET}/judge_test_set.log",
    benchmark:
        f"results/benchmarks/{TEST_SET}/judge_test_set.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("judge_test_set")
    resources:
        **resources_of("judge_test_set"),
    params:
        cutoffs_hz=cutoffs_of,
        transformations=transformations_of,
        judges=judges_of,
        code=code("resynthesis/judge_test_set.py", network_of, networks_of_judges),
    script:
        "../workflow/scripts/resynthesis/judge_test_set.py"


rule adversaries:
    input:
        [f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.test_sets],
        [f"results/{TEST_SET}/perception.tsv".format(**t) for t in PLAN.judged],
        [f"results/{CURVE}/curve.tsv".format(**each) for each in PLAN.curved],
        [f"results/{PROBES}/probes.tsv".format(**each) for each in PLAN.probed],
