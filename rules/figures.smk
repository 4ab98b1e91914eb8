# The paper's figures, each as PDF and PNG.

CLASS_COUNTS = {dataset: len(labels) for dataset, labels in PLAN.labels.items()}


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
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
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
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        class_counts=CLASS_COUNTS,
        code=code("draw_overview.py"),
    script:
        "../workflow/scripts/draw_overview.py"


rule draw_clean_merits:
    input:
        "results/tables/merits.tsv",
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
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
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


rule draw_probes:
    input:
        f"results/{PROBES}/probes.tsv",
    output:
        report(
            multiext(f"results/figures/{PROBES}/probes", ".pdf", ".png"),
            category="4 Single excerpts pushed into every class",
            subcategory="{dataset}, {partition}",
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
        code=code("draw_probes.py"),
    script:
        "../workflow/scripts/draw_probes.py"


rule draw_spectra:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        report(
            directory(f"results/figures/{TEST_SET}/spectra"),
            patterns=["{name}.png"],
            category="5 Spectra",
            subcategory="{dataset}, {partition}",
            caption="../workflow/report/spectra.rst",
        ),
    log:
        f"results/logs/figures/{TEST_SET}/spectra.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        excerpts=CONFIG["figure_excerpts"],
        code=code("draw_spectra.py"),
    script:
        "../workflow/scripts/draw_spectra.py"


rule draw_waveforms:
    input:
        manifest="results/{dataset}/manifest.tsv",
        table=f"results/{TEST_SET}/resynthesised.tsv",
        audio=f"results/{TEST_SET}/audio",
    output:
        report(
            directory(f"results/figures/{TEST_SET}/waveforms"),
            patterns=["{name}.png"],
            category="6 Waveforms",
            subcategory="{dataset}, {partition}",
            caption="../workflow/report/waveforms.rst",
        ),
    log:
        f"results/logs/figures/{TEST_SET}/waveforms.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        excerpts=CONFIG["figure_excerpts"],
        code=code("draw_waveforms.py"),
    script:
        "../workflow/scripts/draw_waveforms.py"


rule draw_low_pass:
    input:
        "results/tables/low_pass.tsv",
    output:
        report(
            multiext("results/figures/low_pass", ".pdf", ".png"),
            category="7 Low-pass filters",
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
        code=code("draw_low_pass.py"),
    script:
        "../workflow/scripts/draw_low_pass.py"


rule draw_curves:
    input:
        "results/tables/curves.tsv",
    output:
        report(
            multiext("results/figures/{dataset}/{partition}/curves", ".pdf", ".png"),
            category="8 Curves",
            subcategory="{dataset}, {partition}",
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
        code=code("draw_curves.py"),
    script:
        "../workflow/scripts/draw_curves.py"


rule draw_robust_accuracy:
    input:
        "results/tables/robust_accuracy.tsv",
    output:
        report(
            multiext("results/figures/robust_accuracy", ".pdf", ".png"),
            category="8 Curves",
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
        code=code("draw_robust_accuracy.py"),
    script:
        "../workflow/scripts/draw_robust_accuracy.py"


rule draw_minimum_snr:
    input:
        "results/tables/curve_excerpts.tsv",
    output:
        report(
            multiext("results/figures/minimum_snr", ".pdf", ".png"),
            category="8 Curves",
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
        code=code("draw_minimum_snr.py"),
    script:
        "../workflow/scripts/draw_minimum_snr.py"


rule draw_transfer:
    input:
        "results/tables/transfer.tsv",
    output:
        report(
            multiext(
                "results/figures/{dataset}/{adversary}/{snr_limit}/transfer", ".pdf", ".png"
            ),
            category="8 Transfer to other systems",
            subcategory="{dataset}",
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
        code=code("draw_transfer.py"),
    script:
        "../workflow/scripts/draw_transfer.py"


rule draw_survival:
    input:
        "results/tables/survival.tsv",
    output:
        report(
            multiext("results/figures/survival", ".pdf", ".png"),
            category="8 Survival of adversaries",
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
        code=code("draw_survival.py"),
    script:
        "../workflow/scripts/draw_survival.py"


rule draw_perceptual:
    input:
        "results/tables/perceptual.tsv",
    output:
        report(
            multiext("results/figures/perceptual", ".pdf", ".png"),
            category="8 What a listener would notice",
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
        code=code("draw_perceptual.py"),
    script:
        "../workflow/scripts/draw_perceptual.py"


rule draw_claims:
    input:
        claims="results/tables/claims.tsv",
        cases="results/tables/claim_cases.tsv",
    output:
        report(
            multiext("results/figures/claims", ".pdf", ".png"),
            category="0 Claims",
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
        code=code("draw_claims.py"),
    script:
        "../workflow/scripts/draw_claims.py"


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
        [f"results/figures/{SYSTEM_KIND}/clean.pdf".format(**system) for system in PLAN.systems],
        [
            f"results/figures/{TEST_SET_KIND}/merits.pdf".format(**test_set)
            for test_set in PLAN.test_sets
        ],
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
