# Tidy tables of everything that was judged.


rule collect_clean_excerpts:
    input:
        [f"results/{SYSTEM}/clean.tsv".format(**system) for system in PLAN.systems],
    output:
        "results/tables/clean_excerpts.tsv",
    params:
        wildcards=PLAN.systems,
        code=code("collect_excerpts.py"),
    log:
        "results/logs/tables/clean_excerpts.log",
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../workflow/scripts/collect_excerpts.py"


rule collect_adversarial_excerpts:
    input:
        adversarial=[f"results/{TEST_SET}/adversarial.tsv".format(**t) for t in PLAN.test_sets],
        resynthesised=[f"results/{TEST_SET}/resynthesised.tsv".format(**t) for t in PLAN.test_sets],
    output:
        "results/tables/adversarial_excerpts.tsv",
    params:
        wildcards=PLAN.test_sets,
        code=code("collect_adversarial_excerpts.py"),
    log:
        "results/logs/tables/adversarial_excerpts.log",
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../workflow/scripts/collect_adversarial_excerpts.py"


rule tables:
    input:
        "results/tables/clean_excerpts.tsv",
        "results/tables/adversarial_excerpts.tsv",
