"""Summarise all judgements in the tables of the experiment."""

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
    collected = {kind: read_collected(file) for kind, file in snakemake.input.items()}
    params = snakemake.params
    tables = {
        **merit_tables(collected, params.labels),
        **curve_tables(
            collected["curves"], params.minimum, map(snr_limit_db, params.snr_limits)
        ),
        "survival": survival.survival(collected["transformed"]),
        "transfer": transfer.transfer(collected["adversarial"], collected["transfer"]),
        "perceptual": perceptual.perceptual(collected["perception"]),
        **claim_tables(collected, params.networks, params.adversaries),
        **sanity_tables(collected, params.labels, params.adversaries),
    }
    for name, table in tables.items():
        write_table(table, snakemake.output[name])


def merit_tables(collected, labels):
    clean, adversarial = collected["clean"], collected["adversarial"]
    return {
        "partition_sizes": figures_of_merit.partition_sizes(collected["folds"]),
        "figures_of_merit": figures_of_merit.figures_of_merit(clean, adversarial),
        "merits": figures_of_merit.merit_tables(clean, adversarial, labels),
        "partition_difference": figures_of_merit.partition_difference(clean),
        "paired_comparisons": comparisons.paired_comparisons(clean, adversarial),
        "low_pass": figures_of_merit.low_pass(collected["filtered"]),
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


def claim_tables(collected, networks, adversaries):
    evidence = claims.Evidence(
        clean=collected["clean"],
        adversarial=collected["adversarial"],
        filtered=collected["filtered"],
        networks=dict(networks),
        adversaries=dict(adversaries),
    )
    cases = claims.claim_cases(evidence)
    verdicts = claims.claim_verdicts(cases, collected["clean"]["dataset"].unique())
    return {"claim_cases": cases, "claims": verdicts}


def sanity_tables(collected, datasets, adversaries):
    evidence = sanity.Evidence(
        attacked=sanity.attacked_excerpts(collected["curves"], collected["adversarial"]),
        transferred=collected["transfer"],
        gradients=collected["gradients"],
        adversaries=dict(adversaries),
    )
    checks, exceptions = sanity.sanity(evidence, datasets)
    return {
        "gradients": sanity.gradient_figures(collected["gradients"]),
        "sanity": checks,
        "sanity_exceptions": exceptions,
    }


run(make_tables, snakemake)
