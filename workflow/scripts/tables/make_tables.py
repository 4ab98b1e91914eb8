"""Sum up everything that was judged in the experiment's tables."""

from music_job import run

from music_adversaries.evaluation import (
    claims,
    comparisons,
    curves,
    figures_of_merit,
    minimum_snr,
    perceptual,
    sanity,
    survival,
    transfer,
)
from music_adversaries.judged_tables import read_collected
from music_adversaries.snr_limits import snr_limit_db
from music_adversaries.tidy_tables import write_table


def make_tables(snakemake):
    found = {kind: read_collected(file) for kind, file in snakemake.input.items()}
    params = snakemake.params
    tables = {
        **merit_tables(found, params.labels),
        **curve_tables(found["curves"], params.minimum, map(snr_limit_db, params.snr_limits)),
        "survival": survival.survival(found["transformed"]),
        "transfer": transfer.transfer(found["adversarial"], found["transfer"]),
        "perceptual": perceptual.perceptual(found["perception"]),
        **claim_tables(found, params.networks, params.adversaries),
        **sanity_tables(found, params.labels, params.adversaries),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


def merit_tables(found, labels):
    clean, adversarial = found["clean"], found["adversarial"]
    return {
        "partition_sizes": figures_of_merit.partition_sizes(found["folds"]),
        "figures_of_merit": figures_of_merit.figures_of_merit(clean, adversarial),
        "merits": figures_of_merit.merit_tables(clean, adversarial, labels),
        "partition_difference": figures_of_merit.partition_difference(clean),
        "paired_comparisons": comparisons.paired_comparisons(clean, adversarial),
        "low_pass": figures_of_merit.low_pass(found["filtered"]),
    }


def curve_tables(excerpts, minimum, limits_db):
    limits_db = list(limits_db)
    snrs = minimum_snr.minimum_snrs(excerpts, minimum)
    return {
        "curves": curves.curves(excerpts, minimum, limits_db),
        "robust_accuracy": curves.robust_accuracy(excerpts, limits_db),
        "minimum_snr": minimum_snr.summary(snrs),
        "minimum_snr_difference": minimum_snr.differences(snrs),
    }


def claim_tables(found, networks, adversaries):
    evidence = claims.Evidence(
        clean=found["clean"],
        adversarial=found["adversarial"],
        filtered=found["filtered"],
        networks=dict(networks),
        adversaries=dict(adversaries),
    )
    cases = claims.claim_cases(evidence)
    verdicts = claims.claim_verdicts(cases, found["clean"]["dataset"].unique())
    return {"claim_cases": cases, "claims": verdicts}


def sanity_tables(found, datasets, adversaries):
    evidence = sanity.Evidence(
        attacked=sanity.attacked_excerpts(found["curves"], found["adversarial"]),
        transferred=found["transfer"],
        gradients=found["gradients"],
        adversaries=dict(adversaries),
    )
    checks, exceptions = sanity.sanity(evidence, datasets)
    return {
        "gradients": sanity.gradient_figures(found["gradients"]),
        "sanity": checks,
        "sanity_exceptions": exceptions,
    }


run(make_tables, snakemake)
