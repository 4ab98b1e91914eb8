# The paper's figures, each as PDF and PNG.


rule draw_partition_sizes:
    input:
        "results/tables/partition_sizes.tsv",
    output:
        report(
            multiext("results/figures/partition_sizes", ".pdf", ".png"),
            category="1 Partitions",
            caption="../workflow/report/partition_sizes.rst",
        ),
    log:
        "results/logs/figures/partition_sizes.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=code("draw_partition_sizes.py"),
    script:
        "../workflow/scripts/draw_partition_sizes.py"


rule draw_overview:
    input:
        "results/tables/figures_of_merit.tsv",
    output:
        report(
            multiext("results/figures/overview", ".pdf", ".png"),
            category="2 Figures of merit",
            caption="../workflow/report/overview.rst",
        ),
    log:
        "results/logs/figures/overview.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        class_counts={dataset: len(labels) for dataset, labels in PLAN.labels.items()},
        code=code("draw_overview.py"),
    script:
        "../workflow/scripts/draw_overview.py"


rule draw_clean_merits:
    input:
        merits="results/tables/merits.tsv",
        figures_of_merit="results/tables/figures_of_merit.tsv",
    output:
        report(
            multiext(f"results/figures/{SYSTEM_KIND}/clean", ".pdf", ".png"),
            category="2 Figures of merit",
            subcategory="{dataset}, {partition}",
            caption="../workflow/report/merits.rst",
        ),
    log:
        f"results/logs/figures/{SYSTEM_KIND}/clean.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=code("draw_merits.py"),
    script:
        "../workflow/scripts/draw_merits.py"


use rule draw_clean_merits as draw_adversarial_merits with:
    output:
        report(
            multiext(f"results/figures/{TEST_SET_KIND}/merits", ".pdf", ".png"),
            category="3 Figures of merit under adversaries",
            subcategory="{dataset}, {partition}",
            caption="../workflow/report/merits.rst",
        ),
    log:
        f"results/logs/figures/{TEST_SET_KIND}/merits.log",


rule draw_excerpts:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        report(
            directory(f"results/figures/{TEST_SET}/excerpts"),
            patterns=["{name}.png"],
            category="4 Spectra and waveforms",
            subcategory="{dataset}, {partition}",
            caption="../workflow/report/excerpts.rst",
        ),
    log:
        f"results/logs/figures/{TEST_SET}/excerpts.log",
    conda:
        "../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        excerpts=CONFIG["figure_excerpts"],
        code=code("draw_excerpts.py"),
    script:
        "../workflow/scripts/draw_excerpts.py"


rule figures:
    input:
        rules.draw_partition_sizes.output,
        rules.draw_overview.output,
        [f"results/figures/{SYSTEM_KIND}/clean.pdf".format(**system) for system in PLAN.systems],
        [
            f"results/figures/{TEST_SET_KIND}/merits.pdf".format(**test_set)
            for test_set in PLAN.test_sets
        ],
        [
            f"results/figures/{TEST_SET}/excerpts".format(**test_set)
            for test_set in PLAN.first_runs
        ],
