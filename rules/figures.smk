# The paper's figures, each as PDF for print and as PNG for the report.

CLASS_COUNTS = {dataset: len(labels) for dataset, labels in PLAN.labels.items()}

# Confusion tables over folds and seeds: of each system, clean and under each adversary.
MERITS = {
    f"results/figures/{SYSTEM_KIND}/clean".format(**system): system for system in PLAN.systems
} | {
    f"results/figures/{TEST_SET_KIND}/merits".format(**test_set): test_set
    for test_set in PLAN.test_sets
}


rule draw_partition_sizes:
    input:
        "results/tables/partition_sizes.tsv",
    output:
        pdf="results/figures/partition_sizes.pdf",
        png=report(
            "results/figures/partition_sizes.png",
            category=CHAPTERS["partitions"],
            subcategory=EVERYTHING,
            labels={"figure": "partition_sizes"},
            caption="../workflow/report/partition_sizes.rst",
        ),
    log:
        "results/logs/figures/partition_sizes.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_partition_sizes.py"),
    script:
        "../workflow/scripts/figures/draw_partition_sizes.py"


rule draw_overview:
    input:
        "results/tables/figures_of_merit.tsv",
    output:
        pdf="results/figures/overview.pdf",
        png=report(
            "results/figures/overview.png",
            category=CHAPTERS["merits"],
            subcategory=EVERYTHING,
            labels={"figure": "overview"},
            caption="../workflow/report/overview.rst",
        ),
    log:
        "results/logs/figures/overview.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        class_counts=CLASS_COUNTS,
        code=code("figures/draw_overview.py"),
    script:
        "../workflow/scripts/figures/draw_overview.py"


rule draw_merits:
    input:
        "results/tables/merits.tsv",
    output:
        pdf=[f"{figure}.pdf" for figure in MERITS],
        png=[
            report(
                f"{figure}.png",
                category=CHAPTERS["adversaries" if "mode" in kind else "merits"],
                subcategory="{dataset}, {partition}".format(**kind),
                labels=labels_of(kind),
                caption="../workflow/report/merits.rst",
            )
            for figure, kind in MERITS.items()
        ],
    log:
        "results/logs/figures/merits.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_merits.py"),
    script:
        "../workflow/scripts/figures/draw_merits.py"


rule draw_probes:
    input:
        f"results/{PROBES}/probes.tsv",
    output:
        pdf=f"results/figures/{PROBES}/probes.pdf",
        png=report(
            f"results/figures/{PROBES}/probes.png",
            category=CHAPTERS["excerpts"],
            subcategory="{dataset}, {partition}",
            labels=lambda wildcards: {"figure": "probes"} | labels_of(wildcards),
            caption="../workflow/report/probes.rst",
        ),
    log:
        f"results/logs/figures/{PROBES}/probes.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_probes.py"),
    script:
        "../workflow/scripts/figures/draw_probes.py"


rule draw_excerpts:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        spectra=report(
            directory(f"results/figures/{TEST_SET}/spectra"),
            patterns=["{figure}.png"],
            category=CHAPTERS["excerpts"],
            subcategory="{dataset}, {partition}",
            labels=labels_of,
            caption="../workflow/report/spectra.rst",
        ),
        waveforms=report(
            directory(f"results/figures/{TEST_SET}/waveforms"),
            patterns=["{figure}.png"],
            category=CHAPTERS["excerpts"],
            subcategory="{dataset}, {partition}",
            labels=labels_of,
            caption="../workflow/report/waveforms.rst",
        ),
    log:
        f"results/logs/figures/{TEST_SET}/excerpts.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        excerpts=CONFIG["figure_excerpts"],
        code=code("figures/draw_excerpts.py"),
    script:
        "../workflow/scripts/figures/draw_excerpts.py"


rule draw_low_pass:
    input:
        "results/tables/low_pass.tsv",
    output:
        pdf="results/figures/low_pass.pdf",
        png=report(
            "results/figures/low_pass.png",
            category=CHAPTERS["survival"],
            subcategory=EVERYTHING,
            labels={"figure": "low_pass"},
            caption="../workflow/report/low_pass.rst",
        ),
    log:
        "results/logs/figures/low_pass.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        class_counts=CLASS_COUNTS,
        code=code("figures/draw_low_pass.py"),
    script:
        "../workflow/scripts/figures/draw_low_pass.py"


rule draw_curves:
    input:
        "results/tables/curves.tsv",
    output:
        pdf="results/figures/{dataset}/{partition}/curves.pdf",
        png=report(
            "results/figures/{dataset}/{partition}/curves.png",
            category=CHAPTERS["curves"],
            subcategory="{dataset}, {partition}",
            labels={"figure": "curves"},
            caption="../workflow/report/curves.rst",
        ),
    log:
        "results/logs/figures/{dataset}/{partition}/curves.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_curves.py"),
    script:
        "../workflow/scripts/figures/draw_curves.py"


rule draw_robust_accuracy:
    input:
        "results/tables/robust_accuracy.tsv",
    output:
        pdf="results/figures/robust_accuracy.pdf",
        png=report(
            "results/figures/robust_accuracy.png",
            category=CHAPTERS["curves"],
            subcategory=EVERYTHING,
            labels={"figure": "robust_accuracy"},
            caption="../workflow/report/robust_accuracy.rst",
        ),
    log:
        "results/logs/figures/robust_accuracy.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_robust_accuracy.py"),
    script:
        "../workflow/scripts/figures/draw_robust_accuracy.py"


rule draw_minimum_snr:
    input:
        "results/tables/curve_excerpts.tsv",
    output:
        pdf="results/figures/minimum_snr.pdf",
        png=report(
            "results/figures/minimum_snr.png",
            category=CHAPTERS["curves"],
            subcategory=EVERYTHING,
            labels={"figure": "minimum_snr"},
            caption="../workflow/report/minimum_snr.rst",
        ),
    log:
        "results/logs/figures/minimum_snr.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        minimum=MINIMUM,
        code=code("figures/draw_minimum_snr.py"),
    script:
        "../workflow/scripts/figures/draw_minimum_snr.py"


rule draw_transfer:
    input:
        "results/tables/transfer.tsv",
    output:
        pdf="results/figures/{dataset}/{adversary}/{snr_limit}/transfer.pdf",
        png=report(
            "results/figures/{dataset}/{adversary}/{snr_limit}/transfer.png",
            category=CHAPTERS["survival"],
            subcategory="{dataset}",
            labels=lambda wildcards: {"figure": "transfer"} | labels_of(wildcards),
            caption="../workflow/report/transfer.rst",
        ),
    log:
        "results/logs/figures/{dataset}/{adversary}/{snr_limit}/transfer.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_transfer.py"),
    script:
        "../workflow/scripts/figures/draw_transfer.py"


rule draw_survival:
    input:
        "results/tables/survival.tsv",
    output:
        pdf="results/figures/survival.pdf",
        png=report(
            "results/figures/survival.png",
            category=CHAPTERS["survival"],
            subcategory=EVERYTHING,
            labels={"figure": "survival"},
            caption="../workflow/report/survival.rst",
        ),
    log:
        "results/logs/figures/survival.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_survival.py"),
    script:
        "../workflow/scripts/figures/draw_survival.py"


rule draw_perceptual:
    input:
        "results/tables/perceptual.tsv",
    output:
        pdf="results/figures/perceptual.pdf",
        png=report(
            "results/figures/perceptual.png",
            category=CHAPTERS["perceptual"],
            subcategory=EVERYTHING,
            labels={"figure": "perceptual"},
            caption="../workflow/report/perceptual.rst",
        ),
    log:
        "results/logs/figures/perceptual.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_perceptual.py"),
    script:
        "../workflow/scripts/figures/draw_perceptual.py"


rule draw_claims:
    input:
        claims="results/tables/claims.tsv",
        cases="results/tables/claim_cases.tsv",
    output:
        pdf="results/figures/claims.pdf",
        png=report(
            "results/figures/claims.png",
            category=CHAPTERS["claims"],
            subcategory=EVERYTHING,
            labels={"figure": "claims"},
            caption="../workflow/report/claims.rst",
        ),
    log:
        "results/logs/figures/claims.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("figures/draw_claims.py"),
    script:
        "../workflow/scripts/figures/draw_claims.py"


rule figures:
    input:
        rules.draw_partition_sizes.output,
        rules.draw_overview.output,
        rules.draw_claims.output,
        rules.draw_low_pass.output if PLAN.filtered else [],
        [
            "results/figures/{dataset}/{partition}/curves.pdf".format(**each)
            for each in PLAN.curved
        ],
        rules.draw_robust_accuracy.output if PLAN.curved else [],
        rules.draw_minimum_snr.output if PLAN.curved and MINIMUM else [],
        rules.draw_survival.output if PLAN.transformed else [],
        rules.draw_perceptual.output if PLAN.perceived else [],
        rules.draw_merits.output,
        [f"results/figures/{PROBES}/probes.pdf".format(**each) for each in PLAN.probed],
        [
            "results/figures/{dataset}/{adversary}/{snr_limit}/transfer.pdf".format(**each)
            for each in PLAN.transferred
        ],
        [
            f"results/figures/{TEST_SET}/{figure}".format(**test_set)
            for test_set in PLAN.drawn
            for figure in ["spectra", "waveforms"]
        ],
