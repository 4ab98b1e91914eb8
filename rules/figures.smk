# The paper's figures, each as PDF for print and as PNG for the report.


FIGURES = {
    **figures("claims", "claims", "claims"),
    **figures("partition_sizes", "partitions", "partition_sizes"),
    **figures("overview", "merits", "overview"),
    **figures("merits", "merits", f"{SYSTEM_KIND}/clean", PLAN.systems),
    **figures("merits", "adversaries", f"{TEST_SET_KIND}/merits", PLAN.test_sets),
    **figures("probes", "excerpts", f"{PROBES}/probes", PLAN.probed),
    **figures("curves", "curves", "{dataset}/{partition}/curves", PLAN.curved),
    **figures("robust_accuracy", "curves", "robust_accuracy", PLAN.curved),
    **figures("minimum_snr", "curves", "minimum_snr", PLAN.curved if MINIMUM else []),
    **figures("low_pass", "survival", "low_pass", PLAN.filtered),
    **figures("survival", "survival", "survival", PLAN.transformed),
    **figures(
        "transfer", "survival", "{dataset}/{adversary}/{snr_limit}/transfer", PLAN.transferred
    ),
    **figures("perceptual", "perceptual", "perceptual", PLAN.judged),
}


rule draw_figures:
    input:
        **rules.make_tables.output,
        curve_excerpts="results/tables/curve_excerpts.tsv",
        probes="results/tables/probes.tsv",
    output:
        pdf=[f"{file}.pdf" for file in FIGURES],
        png=[
            report(
                f"{file}.png", **place_in_report(each["name"], each["chapter"], each["kind"])
            )
            for file, each in FIGURES.items()
        ],
    log:
        "results/logs/figures/draw_figures.log",
    benchmark:
        "results/benchmarks/figures/draw_figures.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("draw_figures")
    resources:
        **resources_of("draw_figures"),
    params:
        figures=[(each["name"], each["kind"]) for each in FIGURES.values()],
        class_counts={dataset: len(labels) for dataset, labels in PLAN.labels.items()},
        minimum=MINIMUM,
        code=code("figures/draw_figures.py"),
    script:
        "../workflow/scripts/figures/draw_figures.py"


DRAWN = [f"results/figures/{TEST_SET}".format(**test_set) for test_set in PLAN.drawn]


rule draw_excerpts:
    input:
        manifests=[f"results/{dataset}/manifest.tsv" for dataset in CONFIG["datasets"]],
        tables=[f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.drawn],
        audio=[f"results/{TEST_SET}/audio".format(**t) for t in PLAN.drawn],
    output:
        spectra=[
            report(
                directory(f"{folder}/spectra"),
                patterns=["{figure}.png"],
                **place_in_report("spectra", "excerpts", test_set),
            )
            for folder, test_set in zip(DRAWN, PLAN.drawn)
        ],
        waveforms=[
            report(
                directory(f"{folder}/waveforms"),
                patterns=["{figure}.png"],
                **place_in_report("waveforms", "excerpts", test_set),
            )
            for folder, test_set in zip(DRAWN, PLAN.drawn)
        ],
    log:
        "results/logs/figures/draw_excerpts.log",
    benchmark:
        "results/benchmarks/figures/draw_excerpts.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("draw_excerpts")
    resources:
        **resources_of("draw_excerpts"),
    params:
        datasets=list(CONFIG["datasets"]),
        test_sets=PLAN.drawn,
        excerpts=CONFIG["figure_excerpts"],
        code=code("figures/draw_excerpts.py"),
    script:
        "../workflow/scripts/figures/draw_excerpts.py"


rule figures:
    input:
        rules.draw_figures.output,
        rules.draw_excerpts.output,
