"""Judge each of the paper's claims by what the experiment found."""

from job import run

from music_adversaries.evaluation.claims import Evidence, claim_cases, claim_verdicts
from music_adversaries.judged_tables import read_collected
from music_adversaries.tidy_tables import write_table


def make_claims(snakemake):
    clean = read_collected(snakemake.input.clean)
    evidence = Evidence(
        clean=clean,
        adversarial=read_collected(snakemake.input.adversarial),
        filtered=read_collected(snakemake.input.filtered),
        networks=dict(snakemake.params.networks),
        adversaries=dict(snakemake.params.adversaries),
    )
    cases = claim_cases(evidence)
    write_table(cases, snakemake.output.cases)
    write_table(claim_verdicts(cases, clean["dataset"].unique()), snakemake.output.claims)


run(make_claims, snakemake)
