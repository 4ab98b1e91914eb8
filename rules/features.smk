# Magnitudes of all excerpts, in memory-mapped shards.


rule extract_magnitudes:
    input:
        "results/{dataset}/manifest.tsv",
    output:
        "results/{dataset}/magnitudes/shard{shard}.npy",
        "results/{dataset}/magnitudes/shard{shard}.tsv",
    log:
        "results/logs/{dataset}/extract_magnitudes/shard{shard}.log",
    benchmark:
        "results/benchmarks/{dataset}/extract_magnitudes/shard{shard}.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime=60,
    params:
        shards=CONFIG["shards"],
        code=code("extract_magnitudes.py"),
    script:
        "../workflow/scripts/extract_magnitudes.py"


rule features:
    input:
        expand(
            "results/{dataset}/magnitudes/shard{shard}.npy",
            dataset=CONFIG["datasets"],
            shard=range(CONFIG["shards"]),
        ),
