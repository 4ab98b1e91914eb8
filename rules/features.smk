# Magnitudes of all excerpts, in memory-mapped shards. Each file is decoded once: the index of
# its shard holds what was found in it, or what is wrong with it.


rule extract_shard:
    input:
        rendered_audio_of,
    output:
        magnitudes="results/{dataset}/magnitudes/shard{shard}.npy",
        index="results/{dataset}/magnitudes/shard{shard}.tsv",
    log:
        "results/logs/{dataset}/extract_shard/shard{shard}.log",
    benchmark:
        "results/benchmarks/{dataset}/extract_shard/shard{shard}.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("extract_shard")
    resources:
        **resources_of("extract_shard"),
    params:
        excerpts=shard_of,
        code=code("features/extract_shard.py"),
    script:
        "../workflow/scripts/features/extract_shard.py"


rule features:
    input:
        expand(
            "results/{dataset}/magnitudes/shard{shard}.npy",
            dataset=CONFIG["datasets"],
            shard=range(CONFIG["shards"]),
        ),
