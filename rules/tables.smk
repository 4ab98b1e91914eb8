# Tidy tables of everything that was judged.


rule collect_folds:
    input:
        [f"results/{FOLD}/fold.tsv".format(**fold) for fold in PLAN.folds],
    output:
        "results/tables/folds.tsv",
    log:
        "results/logs/tables/folds.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        wildcards=PLAN.folds,
        code=code("tables/collect_tables.py"),
    script:
        "../workflow/scripts/tables/collect_tables.py"


use rule collect_folds as collect_clean_excerpts with:
    input:
        [f"results/{SYSTEM}/clean.tsv".format(**system) for system in PLAN.systems],
    output:
        "results/tables/clean_excerpts.tsv",
    log:
        "results/logs/tables/clean_excerpts.log",
    params:
        wildcards=PLAN.systems,
        code=code("tables/collect_tables.py"),


rule collect_adversarial_excerpts:
    input:
        adversarial=[f"results/{TEST_SET}/adversarial.tsv".format(**t) for t in PLAN.test_sets],
        resynthesised=[
            f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.test_sets
        ],
    output:
        "results/tables/adversarial_excerpts.tsv",
    log:
        "results/logs/tables/adversarial_excerpts.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        wildcards=PLAN.test_sets,
        code=code("tables/collect_adversarial_excerpts.py"),
    script:
        "../workflow/scripts/tables/collect_adversarial_excerpts.py"


use rule collect_folds as collect_filtered_excerpts with:
    input:
        [f"results/{TEST_SET}/filtered.tsv".format(**t) for t in PLAN.filtered],
    output:
        "results/tables/filtered_excerpts.tsv",
    log:
        "results/logs/tables/filtered_excerpts.log",
    params:
        wildcards=PLAN.filtered,
        code=code("tables/collect_tables.py"),


use rule collect_folds as collect_curve_excerpts with:
    input:
        [f"results/{CURVE}/curve.tsv".format(**each) for each in PLAN.curved],
    output:
        "results/tables/curve_excerpts.tsv",
    log:
        "results/logs/tables/curve_excerpts.log",
    params:
        wildcards=PLAN.curved,
        code=code("tables/collect_tables.py"),


use rule collect_folds as collect_transfer_excerpts with:
    input:
        [f"results/{TEST_SET}/transfer.tsv".format(**t) for t in PLAN.transferred],
    output:
        "results/tables/transfer_excerpts.tsv",
    log:
        "results/logs/tables/transfer_excerpts.log",
    params:
        wildcards=PLAN.transferred,
        code=code("tables/collect_tables.py"),


use rule collect_folds as collect_gradient_excerpts with:
    input:
        [f"results/{SYSTEM}/gradients.tsv".format(**system) for system in PLAN.inspected],
    output:
        "results/tables/gradient_excerpts.tsv",
    log:
        "results/logs/tables/gradient_excerpts.log",
    params:
        wildcards=PLAN.inspected,
        code=code("tables/collect_tables.py"),


use rule collect_folds as collect_probes with:
    input:
        [f"results/{PROBES}/probes.tsv".format(**each) for each in PLAN.probed],
    output:
        "results/tables/probes.tsv",
    log:
        "results/logs/tables/probes.log",
    params:
        wildcards=PLAN.probed,
        code=code("tables/collect_tables.py"),


use rule collect_folds as collect_survival_excerpts with:
    input:
        [f"results/{TEST_SET}/transformed.tsv".format(**t) for t in PLAN.transformed],
    output:
        "results/tables/survival_excerpts.tsv",
    log:
        "results/logs/tables/survival_excerpts.log",
    params:
        wildcards=PLAN.transformed,
        code=code("tables/collect_tables.py"),


rule make_survival:
    input:
        "results/tables/survival_excerpts.tsv",
    output:
        "results/tables/survival.tsv",
    log:
        "results/logs/tables/make_survival.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("tables/make_survival.py"),
    script:
        "../workflow/scripts/tables/make_survival.py"


use rule collect_folds as collect_perceptual_excerpts with:
    input:
        [f"results/{TEST_SET}/perception.tsv".format(**t) for t in PLAN.perceived],
    output:
        "results/tables/perceptual_excerpts.tsv",
    log:
        "results/logs/tables/perceptual_excerpts.log",
    params:
        wildcards=PLAN.perceived,
        code=code("tables/collect_tables.py"),


rule make_perceptual_table:
    input:
        "results/tables/perceptual_excerpts.tsv",
    output:
        "results/tables/perceptual.tsv",
    log:
        "results/logs/tables/make_perceptual_table.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("tables/make_perceptual_table.py"),
    script:
        "../workflow/scripts/tables/make_perceptual_table.py"


rule make_tables:
    input:
        folds="results/tables/folds.tsv",
        clean="results/tables/clean_excerpts.tsv",
        adversarial="results/tables/adversarial_excerpts.tsv",
        filtered="results/tables/filtered_excerpts.tsv",
    output:
        partition_sizes="results/tables/partition_sizes.tsv",
        figures_of_merit="results/tables/figures_of_merit.tsv",
        merits="results/tables/merits.tsv",
        partition_difference="results/tables/partition_difference.tsv",
        paired_comparisons="results/tables/paired_comparisons.tsv",
        low_pass="results/tables/low_pass.tsv",
    log:
        "results/logs/tables/make_tables.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        labels=PLAN.labels,
        code=code("tables/make_tables.py"),
    script:
        "../workflow/scripts/tables/make_tables.py"


rule make_claims:
    input:
        clean="results/tables/clean_excerpts.tsv",
        adversarial="results/tables/adversarial_excerpts.tsv",
        filtered="results/tables/filtered_excerpts.tsv",
    output:
        cases="results/tables/claim_cases.tsv",
        claims="results/tables/claims.tsv",
    log:
        "results/logs/tables/make_claims.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        networks={name: each["network"] for name, each in ARCHITECTURES.items()},
        adversaries={
            name: {key: value for key, value in each.items() if key != "steps"}
            for name, each in ADVERSARIES.items()
        },
        code=code("tables/make_claims.py"),
    script:
        "../workflow/scripts/tables/make_claims.py"


rule make_curves:
    input:
        "results/tables/curve_excerpts.tsv",
    output:
        curves="results/tables/curves.tsv",
        robust_accuracy="results/tables/robust_accuracy.tsv",
        minimum_snr="results/tables/minimum_snr.tsv",
        minimum_snr_difference="results/tables/minimum_snr_difference.tsv",
    log:
        "results/logs/tables/make_curves.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        minimum=MINIMUM,
        snr_limits=CURVE_LIMITS,
        code=code("tables/make_curves.py"),
    script:
        "../workflow/scripts/tables/make_curves.py"


rule make_transfer:
    input:
        adversarial="results/tables/adversarial_excerpts.tsv",
        transferred="results/tables/transfer_excerpts.tsv",
    output:
        "results/tables/transfer.tsv",
    log:
        "results/logs/tables/make_transfer.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("tables/make_transfer.py"),
    script:
        "../workflow/scripts/tables/make_transfer.py"


rule make_sanity:
    input:
        curves="results/tables/curve_excerpts.tsv",
        adversarial="results/tables/adversarial_excerpts.tsv",
        transferred="results/tables/transfer_excerpts.tsv",
        gradients="results/tables/gradient_excerpts.tsv",
    output:
        sanity="results/tables/sanity.tsv",
        exceptions="results/tables/sanity_exceptions.tsv",
        gradients="results/tables/gradients.tsv",
    log:
        "results/logs/tables/make_sanity.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        datasets=list(CONFIG["datasets"]),
        adversaries=ADVERSARIES,
        code=code("tables/make_sanity.py"),
    script:
        "../workflow/scripts/tables/make_sanity.py"


# Tables that people read, each with its chapter in the report.
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


rule typeset_table:
    input:
        "results/tables/{table}.tsv",
    output:
        tex="results/tables/{table}.tex",
        md="results/tables/{table}.md",
        html=report(
            "results/tables/{table}.html",
            category=lambda wildcards: CHAPTERS[PRINTED[wildcards.table]],
            subcategory=EVERYTHING,
            labels={"table": "{table}"},
            caption="../workflow/report/tables.rst",
        ),
    log:
        "results/logs/tables/typeset_table/{table}.log",
    wildcard_constraints:
        table=plan.either(PRINTED),
    conda:
        "../envs/environment.yaml"
    threads: threads_of
    resources:
        mem_mb=mem_mb_of,
        runtime=runtime_of,
    params:
        code=code("tables/typeset_table.py"),
    script:
        "../workflow/scripts/tables/typeset_table.py"


rule tables:
    input:
        expand(
            "results/tables/{table}.{ending}",
            table=PRINTED,
            ending=["tsv", "tex", "md", "html"],
        ),
