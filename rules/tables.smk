# Tidy tables of all judgements and figures of merit, and the same tables typeset.


rule collect_tables:
    input:
        folds=[f"results/{FOLD}/fold.tsv".format(**fold) for fold in PLAN.folds],
        clean=[f"results/{SYSTEM}/clean.tsv".format(**each) for each in PLAN.systems],
        gradients=[f"results/{SYSTEM}/gradients.tsv".format(**each) for each in PLAN.inspected],
        attacked=[f"results/{TEST_SET}/adversarial.tsv".format(**t) for t in PLAN.test_sets],
        resynthesised=[
            f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.test_sets
        ],
        filtered=[f"results/{TEST_SET}/filtered.tsv".format(**t) for t in PLAN.filtered],
        transformed=[
            f"results/{TEST_SET}/transformed.tsv".format(**t) for t in PLAN.transformed
        ],
        transfer=[f"results/{TEST_SET}/transfer.tsv".format(**t) for t in PLAN.transferred],
        perception=[f"results/{TEST_SET}/perception.tsv".format(**t) for t in PLAN.judged],
        curves=[f"results/{CURVE}/curve.tsv".format(**each) for each in PLAN.curved],
        probes=[f"results/{PROBES}/probes.tsv".format(**each) for each in PLAN.probed],
    output:
        folds="results/tables/folds.tsv",
        clean="results/tables/clean_excerpts.tsv",
        gradients="results/tables/gradient_excerpts.tsv",
        adversarial="results/tables/adversarial_excerpts.tsv",
        filtered="results/tables/filtered_excerpts.tsv",
        transformed="results/tables/survival_excerpts.tsv",
        transfer="results/tables/transfer_excerpts.tsv",
        perception="results/tables/perceptual_excerpts.tsv",
        curves="results/tables/curve_excerpts.tsv",
        probes="results/tables/probes.tsv",
    log:
        "results/logs/tables/collect_tables.log",
    benchmark:
        "results/benchmarks/tables/collect_tables.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("collect_tables")
    resources:
        **resources_of("collect_tables"),
    params:
        folds=PLAN.folds,
        clean=PLAN.systems,
        gradients=PLAN.inspected,
        adversarial=PLAN.test_sets,
        filtered=PLAN.filtered,
        transformed=PLAN.transformed,
        transfer=PLAN.transferred,
        perception=PLAN.judged,
        curves=PLAN.curved,
        probes=PLAN.probed,
        code=code("tables/collect_tables.py"),
    script:
        "../workflow/scripts/tables/collect_tables.py"


rule make_tables:
    input:
        **rules.collect_tables.output,
    output:
        partition_sizes="results/tables/partition_sizes.tsv",
        figures_of_merit="results/tables/figures_of_merit.tsv",
        merits="results/tables/merits.tsv",
        partition_difference="results/tables/partition_difference.tsv",
        paired_comparisons="results/tables/paired_comparisons.tsv",
        low_pass="results/tables/low_pass.tsv",
        survival="results/tables/survival.tsv",
        transfer="results/tables/transfer.tsv",
        perceptual="results/tables/perceptual.tsv",
        curves="results/tables/curves.tsv",
        robust_accuracy="results/tables/robust_accuracy.tsv",
        minimum_snr="results/tables/minimum_snr.tsv",
        minimum_snr_difference="results/tables/minimum_snr_difference.tsv",
        claim_cases="results/tables/claim_cases.tsv",
        claims="results/tables/claims.tsv",
        gradients="results/tables/gradients.tsv",
        sanity="results/tables/sanity.tsv",
        sanity_exceptions="results/tables/sanity_exceptions.tsv",
    log:
        "results/logs/tables/make_tables.log",
    benchmark:
        "results/benchmarks/tables/make_tables.tsv"
    conda:
        "../envs/environment.yaml"
    threads: threads_of("make_tables")
    resources:
        **resources_of("make_tables"),
    params:
        labels=PLAN.labels,
        networks={name: each["network"] for name, each in ARCHITECTURES.items()},
        adversaries=ADVERSARIES,
        minimum=MINIMUM,
        snr_limits=CURVE_LIMITS,
        code=code("tables/make_tables.py"),
    script:
        "../workflow/scripts/tables/make_tables.py"


# The tables that are typeset, each with its chapter in the report.
PRINTED = {
    "partition_sizes": "partitions",
    "figures_of_merit": "merits",
    "merits": "merits",
    "partition_difference": "partitions",
    "paired_comparisons": "merits",
    "probes": "excerpts",
    "low_pass": "survival",
    "curves": "curves",
    "robust_accuracy": "curves",
    "minimum_snr": "curves",
    "minimum_snr_difference": "curves",
    "transfer": "survival",
    "gradients": "checks",
    "sanity": "checks",
    "survival": "survival",
    "perceptual": "perceptual",
    "claims": "claims",
    "claim_cases": "claims",
}


rule typeset_tables:
    input:
        [f"results/tables/{table}.tsv" for table in PRINTED],
    output:
        tex=[f"results/tables/{table}.tex" for table in PRINTED],
        md=[f"results/tables/{table}.md" for table in PRINTED],
        html=[
            report(
                f"results/tables/{table}.html",
                category=CHAPTERS[chapter],
                subcategory=EVERYTHING,
                labels={"table": table},
                caption="../workflow/report/tables.rst",
            )
            for table, chapter in PRINTED.items()
        ],
    log:
        "results/logs/tables/typeset_tables.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("typeset_tables")
    resources:
        **resources_of("typeset_tables"),
    params:
        code=code("tables/typeset_tables.py"),
    script:
        "../workflow/scripts/tables/typeset_tables.py"


rule tables:
    input:
        rules.collect_tables.output,
        rules.make_tables.output,
        rules.typeset_tables.output,
