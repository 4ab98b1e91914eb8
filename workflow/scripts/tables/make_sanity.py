"""Check what must be so if the evaluation is sound."""

from job import run

from music_adversaries.evaluation.sanity import (
    Evidence,
    attacked_excerpts,
    gradient_figures,
    sanity,
)
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_sanity(snakemake):
    curves = read_collected(snakemake.input.curves)
    adversarial = read_collected(snakemake.input.adversarial)
    gradients = read_collected(snakemake.input.gradients)
    evidence = Evidence(
        attacked=attacked_excerpts(curves, adversarial),
        transferred=read_collected(snakemake.input.transferred),
        gradients=gradients,
        adversaries=dict(snakemake.params.adversaries),
    )
    checks, exceptions = sanity(evidence, snakemake.params.datasets)
    write_table(checks, snakemake.output.sanity)
    write_table(exceptions, snakemake.output.exceptions)
    write_table(gradient_figures(gradients), snakemake.output.gradients)


run(make_sanity, snakemake)
