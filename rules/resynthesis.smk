# What an adversary is worth: written as 16-bit WAV, read back, judged.


rule verify_resynthesis:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/adversarial.tsv",
        waveforms=f"results/{TEST_SET}/waveforms",
        model=f"results/{SYSTEM}/model.safetensors",
        description=f"results/{SYSTEM}/model.json",
    output:
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=directory(f"results/{TEST_SET}/audio"),
    log:
        f"results/logs/{TEST_SET}/verify_resynthesis.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
        gpu=1,
    params:
        code=code("verify_resynthesis.py"),
    script:
        "../workflow/scripts/verify_resynthesis.py"


rule adversaries:
    input:
        [
            f"results/{TEST_SET}/resynthesised.tsv".format(**test_set)
            for test_set in PLAN.test_sets
        ],
