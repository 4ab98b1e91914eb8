# All results as an RO-Crate, to be archived or published. Not a part of `all`.


rule make_crate:
    input:
        rules.systems.input,
        rules.adversaries.input,
        rules.tables.input,
        rules.figures.input,
        rules.listening.input,
        citation=str(SCRIPTS.parents[1] / "CITATION.cff"),
    output:
        "results/ro-crate-metadata.json",
    log:
        "results/logs/make_crate.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_of("make_crate")
    resources:
        **resources_of("make_crate"),
    params:
        code=code("crate/make_crate.py"),
    script:
        "../workflow/scripts/crate/make_crate.py"


rule crate:
    input:
        rules.make_crate.output,
